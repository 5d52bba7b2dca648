"""Exports: one file for each format, one line for each in EXPORTERS, and ``export`` as the way in."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from kg.errors import UsageError
from kg.export import cytoscape, gexf, graphml, node_link, rdf
from kg.export.output import output
from kg.graph.store import Store
from kg.network.model import PropertyGraph
from kg.network.projection import project

Target: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, ``-`` for standard output, or a binary stream that stays open."""


@dataclass(frozen=True, slots=True)
class Projected:
    """A format of nodes and edges: it writes a view of the store."""

    suffix: str
    write: Callable[[PropertyGraph, BinaryIO], None]

    def __call__(self, store: Store, out: BinaryIO, view: str, lang: str) -> None:
        self.write(project(store, view, lang), out)


@dataclass(frozen=True, slots=True)
class Direct:
    """A format of RDF: it writes the whole store as it is, whatever the view and the language."""

    suffix: str
    write: Callable[[Store, BinaryIO], None]

    def __call__(self, store: Store, out: BinaryIO, view: str, lang: str) -> None:
        self.write(store, out)


EXPORTERS: dict[str, Projected | Direct] = {
    "graphml": Projected(".graphml", graphml.write),
    "gexf": Projected(".gexf", gexf.write),
    "node-link": Projected(".json", node_link.write),
    "cytoscape": Projected(".cyjs", cytoscape.write),
    "turtle": Direct(".ttl", rdf.write_turtle),
    "trig": Direct(".trig", rdf.write_trig),
    "nquads": Direct(".nq", rdf.write_nquads),
    "jsonld": Direct(".jsonld", rdf.write_jsonld),
}


class UnknownFormatError(UsageError):
    """A format, or a file's suffix, that no exporter has."""

    def __init__(self, asked: str) -> None:
        super().__init__(asked)
        self.asked = asked

    def __str__(self) -> str:
        known = ", ".join(f"{name} ({exporter.suffix})" for name, exporter in EXPORTERS.items())
        return f"cannot tell an export format from {self.asked!r}; give --format or a suffix of: {known}"


def export(store: Store, target: Target, format: str | None = None, view: str = "actors", lang: str = "en") -> None:
    """Writes the store to a path, ``-`` (standard output) or a binary stream.

    ``format`` is a key of EXPORTERS; None takes it from the path's suffix. ``view`` and the language of the labels
    count for the formats of nodes and edges only. A file is replaced whole or not at all, and the same store
    gives the same bytes. Raises UnknownFormatError, UnknownViewError and OutputError.
    """
    exporter = find_exporter(target, format)
    with output(target) as out:
        exporter(store, out, view, lang)


def find_exporter(target: Target, format: str | None = None) -> Projected | Direct:
    """The exporter of a format's name, or of the target's suffix when ``format`` is None.

    Raises UnknownFormatError; a stream and standard output have no suffix, so that they need the name.
    """
    if format is not None:
        if format not in EXPORTERS:
            raise UnknownFormatError(format)
        return EXPORTERS[format]
    name = os.fspath(target) if isinstance(target, (str, os.PathLike)) else "-"
    for exporter in EXPORTERS.values():
        if Path(name).suffix.lower() == exporter.suffix:
            return exporter
    raise UnknownFormatError(name)
