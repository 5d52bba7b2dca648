"""GraphML, written as it goes: NetworkX, igraph, Gephi, yEd and Cytoscape read it.

Written by hand and not by NetworkX, whose writer changes with what else is installed (lxml or not) and builds the whole
document in memory. Control characters that XML 1.0 forbids become U+FFFD.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from kg.export.attributes import declared, lexical
from kg.export.output import xml_attribute, xml_text
from kg.network.model import PropertyGraph, Scalar

_TYPES: dict[type[Scalar], str] = {str: "string", int: "long", float: "double", bool: "boolean"}
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">\n'
)

Keys = Mapping[str, tuple[str, type[Scalar]]]


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Writes the graph as UTF-8 GraphML; an edge's id is its number in the graph."""
    out.write(_HEAD.encode())
    of_graph = _declare("graph", {"view": str, "lang": str}, "g", out)
    of_nodes = _declare("node", declared(node.flat() for node in graph.nodes), "n", out)
    of_edges = _declare("edge", declared(edge.flat() for edge in graph.edges), "e", out)
    out.write(b'  <graph id="G" edgedefault="directed">\n')
    out.write(_data({"view": graph.view, "lang": graph.lang}, of_graph, "    ").encode())
    for node in graph.nodes:
        data = _data(node.flat(), of_nodes, "      ")
        out.write(f'    <node id="{xml_attribute(node.id)}">\n{data}    </node>\n'.encode())
    for number, edge in enumerate(graph.edges):
        ends = f'source="{xml_attribute(edge.source)}" target="{xml_attribute(edge.target)}"'
        data = _data(edge.flat(), of_edges, "      ")
        out.write(f'    <edge id="{number}" {ends}>\n{data}    </edge>\n'.encode())
    out.write(b"  </graph>\n</graphml>\n")


def _declare(target: str, types: Mapping[str, type[Scalar]], prefix: str, out: BinaryIO) -> Keys:
    keys = {name: (f"{prefix}{number}", kind) for number, (name, kind) in enumerate(types.items())}
    for name, (key, kind) in keys.items():
        attributes = f'id="{key}" for="{target}" attr.name="{xml_attribute(name)}" attr.type="{_TYPES[kind]}"'
        out.write(f"  <key {attributes}/>\n".encode())
    return keys


def _data(values: Mapping[str, Scalar], keys: Keys, indent: str) -> str:
    lines = []
    for name in sorted(values):
        key, kind = keys[name]
        lines.append(f'{indent}<data key="{key}">{xml_text(lexical(values[name], kind))}</data>\n')
    return "".join(lines)
