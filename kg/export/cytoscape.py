"""Cytoscape JSON (``.cyjs``): Cytoscape, cytoscape.js and ``networkx.cytoscape_graph`` read it."""

from __future__ import annotations

from typing import BinaryIO

from kg.export.node_link import dumps, line
from kg.network.model import PropertyGraph


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Writes elements whose ``name`` (nodes: the label) and ``interaction`` (edges: the kind) Cytoscape shows.

    ``value`` is the node's id again, which is what NetworkX takes as the node. Edge ids are ``e0``, ``e1``…, because
    Cytoscape wants ids that no node and no other edge has; ``key`` is the number alone.
    """
    data = {"name": graph.view, "view": graph.view, "lang": graph.lang}
    head = {"format_version": "1.0", "generated_by": "kg", "directed": True, "multigraph": True, "data": data}
    out.write(dumps(head)[:-1].encode() + b',\n"elements": {"nodes": [')
    for number, node in enumerate(graph.nodes):
        out.write(line({"data": {"id": node.id, "value": node.id, "name": node.label, **node.flat()}}, number))
    out.write(b'\n],\n"edges": [')
    for number, edge in enumerate(graph.edges):
        ends = {"id": f"e{number}", "key": number, "source": edge.source, "target": edge.target}
        out.write(line({"data": {**ends, "interaction": edge.kind, **edge.flat()}}, number))
    out.write(b"\n]}}\n")
