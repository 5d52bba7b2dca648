"""The RDF formats, straight from the store: nothing is projected, named or left out.

Graphs come in the order of their IRIs and triples in the order of their text, so that the same store gives the same
bytes whatever the order in which its articles came in. One graph is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import pyoxigraph as ox

from kg.graph.store import Store
from kg.iri import PREFIXES


def write_nquads(store: Store, out: BinaryIO) -> None:
    """N-Quads, one quad a line."""
    ox.serialize(_quads(store), out, format=ox.RdfFormat.N_QUADS)


def write_trig(store: Store, out: BinaryIO) -> None:
    """TriG: one block for each article's graph, and one for each of the others."""
    ox.serialize(_quads(store), out, format=ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))


def write_jsonld(store: Store, out: BinaryIO) -> None:
    """JSON-LD in expanded form: one named graph for each article, and one for each of the others."""
    ox.serialize(_quads(store), out, format=ox.RdfFormat.JSON_LD)


def write_turtle(store: Store, out: BinaryIO) -> None:
    """Turtle, which knows no named graphs: all graphs as one, each triple once; which article says it is lost."""
    ox.serialize(_triples(store), out, format=ox.RdfFormat.TURTLE, prefixes=dict(PREFIXES))


def _quads(store: Store) -> Iterator[ox.Quad]:
    for graph in sorted(store.graphs()):
        yield from sorted(store.quads(graph), key=str)


def _triples(store: Store) -> Iterator[ox.Triple]:
    """Only triples about what several graphs may speak of (entities) are remembered: an article's own nodes have IRIs
    that begin with the IRI of its graph."""
    seen: set[ox.Triple] = set()
    for quad in _quads(store):
        own = str(quad.subject).startswith(str(quad.graph_name)[:-1])
        if not own:
            if quad.triple in seen:
                continue
            seen.add(quad.triple)
        yield quad.triple
