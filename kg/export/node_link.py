"""Node-link JSON as NetworkX reads it (``node_link_graph``), one node or edge a line so that files can be compared.

JSON holds every control character as an escape; only lone surrogates become U+FFFD.
"""

from __future__ import annotations

import json
from typing import BinaryIO

from kg.export.output import utf8
from kg.network.model import PropertyGraph


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Writes ``{"directed", "multigraph", "graph", "nodes", "edges"}`` in UTF-8; an edge's key is its number."""
    head = {"directed": True, "multigraph": True, "graph": {"view": graph.view, "lang": graph.lang}}
    out.write(dumps(head)[:-1].encode() + b',\n"nodes": [')
    for number, node in enumerate(graph.nodes):
        out.write(line({"id": node.id, **node.flat()}, number))
    out.write(b'\n],\n"edges": [')
    for number, edge in enumerate(graph.edges):
        out.write(line({"source": edge.source, "target": edge.target, "key": number, **edge.flat()}, number))
    out.write(b"\n]}\n")


def dumps(value: object) -> str:
    """One line of JSON, text as it is."""
    return utf8(json.dumps(value, ensure_ascii=False, allow_nan=False))


def line(value: object, number: int) -> bytes:
    """An element of a JSON array, the ``number``-th, on a line of its own."""
    return (("," if number else "") + "\n" + dumps(value)).encode()
