"""CX2, the format of Cytoscape 3.10, Cytoscape Web and NDEx: a JSON array of aspects, each declared before its data.

CX2 numbers nodes and edges; a node's IRI is its attribute ``represents``, and what is shown is ``name`` (nodes) and
``interaction`` (edges), as Cytoscape expects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from kg.export.attributes import declared
from kg.export.node_link import dumps, line
from kg.network.model import PropertyGraph, Scalar

_TYPES: dict[type[Scalar], str] = {str: "string", int: "long", float: "double", bool: "boolean"}


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Writes the graph as CX2; an edge's id is its number, a node's its place among the nodes."""
    nodes = [{"represents": node.id, "name": node.label, **node.flat()} for node in graph.nodes]
    edges = [{"interaction": edge.kind, **edge.flat()} for edge in graph.edges]
    about = {"name": f"kg {graph.view}", "view": graph.view, "lang": graph.lang}
    of_nodes, of_edges = declared(nodes), declared(edges)
    counts = {"attributeDeclarations": 1, "networkAttributes": 1, "nodes": len(nodes), "edges": len(edges)}
    meta = [{"name": name, "elementCount": count} for name, count in counts.items()]
    declarations = {
        "networkAttributes": _declared(declared([about])), "nodes": _declared(of_nodes), "edges": _declared(of_edges)
    }  # fmt: skip
    head = [{"CXVersion": "2.0", "hasFragments": False}, {"metaData": meta}]
    head += [{"attributeDeclarations": [declarations]}, {"networkAttributes": [about]}]
    out.write(dumps(head)[:-1].encode() + b',\n{"nodes": [')
    places = {node.id: number for number, node in enumerate(graph.nodes)}
    for number, values in enumerate(nodes):
        out.write(line({"id": number, "v": _typed(values, of_nodes)}, number))
    out.write(b'\n]},\n{"edges": [')
    for number, (edge, values) in enumerate(zip(graph.edges, edges, strict=True)):
        ends = {"id": number, "s": places[edge.source], "t": places[edge.target]}
        out.write(line({**ends, "v": _typed(values, of_edges)}, number))
    out.write(b'\n]},\n{"status": [{"success": true}]}]\n')


def _declared(types: Mapping[str, type[Scalar]]) -> dict[str, dict[str, str]]:
    return {name: {"d": _TYPES[kind]} for name, kind in types.items()}


def _typed(values: Mapping[str, Scalar], types: Mapping[str, type[Scalar]]) -> dict[str, Scalar]:
    """The values in the types that were declared: text where numbers and text were mixed."""
    return {name: value if types[name] is type(value) else types[name](value) for name, value in values.items()}
