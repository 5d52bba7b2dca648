"""GEXF 1.3 with times, for Gephi.

Written by hand: NetworkX's writer never yields a valid file (it puts a name on ``graph``), and cannot read back its own
None. What is dated gets the first and the last day that its dates can mean (a year: 1 January to 31 December), since
GEXF wants whole days; an edge whose records have several days gets a spell for each stretch of days instead, so that
the timeline shows when it was said and not only the whole range. The attributes ``first`` and ``last`` are as precise
as the text. ``kind`` on an edge is what lets Gephi keep parallel edges apart. Control characters that XML 1.0 forbids
become U+FFFD.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO

from kg.export.attributes import declared, lexical
from kg.export.output import xml_attribute
from kg.model import IsoDate
from kg.network.dates import first_day, last_day
from kg.network.model import Edge, PropertyGraph, Scalar

_TYPES: dict[type[Scalar], str] = {str: "string", int: "long", float: "double", bool: "boolean"}
#: These stand in attributes of the element itself.
_OWN = frozenset({"label", "weight"})

Keys = Mapping[str, tuple[str, type[Scalar]]]


def write(graph: PropertyGraph, out: BinaryIO) -> None:
    """Writes the graph as UTF-8 GEXF 1.3; dynamic when anything in it has a date."""
    times = [(node.first, node.last) for node in graph.nodes] + [(edge.first, edge.last) for edge in graph.edges]
    dated = any(_times(first, last) for first, last in times)
    mode = 'mode="dynamic" timeformat="date" timerepresentation="interval"' if dated else 'mode="static"'
    out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n')
    about = f"view {graph.view}, language {graph.lang}"
    out.write(f"  <meta><creator>kg</creator><description>{xml_attribute(about)}</description></meta>\n".encode())
    out.write(f'  <graph defaultedgetype="directed" {mode}>\n'.encode())
    of_nodes = _declare("node", declared(_rest(node.flat()) for node in graph.nodes), "n", out)
    of_edges = _declare("edge", declared(_rest(edge.flat()) for edge in graph.edges), "e", out)
    out.write(f'    <nodes count="{len(graph.nodes)}">\n'.encode())
    for node in graph.nodes:
        head = f'id="{xml_attribute(node.id)}" label="{xml_attribute(node.label)}"{_times(node.first, node.last)}'
        out.write(f"      <node {head}>{_values(node.flat(), of_nodes)}</node>\n".encode())
    out.write(f'    </nodes>\n    <edges count="{len(graph.edges)}">\n'.encode())
    for number, edge in enumerate(graph.edges):
        ends = f'source="{xml_attribute(edge.source)}" target="{xml_attribute(edge.target)}"'
        names = f'label="{xml_attribute(edge.label or edge.kind)}" kind="{xml_attribute(edge.kind)}"'
        spells = spells_of(edge)
        when = "" if spells else _times(edge.first, edge.last)
        head = f'id="{number}" {ends} {names} weight="{edge.weight}"{when}'
        out.write(f"      <edge {head}>{_values(edge.flat(), of_edges)}{_written(spells)}</edge>\n".encode())
    out.write(b"    </edges>\n  </graph>\n</gexf>\n")


def spells_of(edge: Edge) -> list[tuple[str, str]]:
    """First and last day of each stretch of days on which a record says it; empty when that is one stretch or none."""
    days = {witness.day for witness in edge.witnesses if witness.day}
    spells: list[tuple[str, str]] = []
    for start, end in sorted((start, end) for day in days if (start := first_day(day)) and (end := last_day(day))):
        if spells and start <= spells[-1][1]:
            spells[-1] = (spells[-1][0], max(end, spells[-1][1]))
        else:
            spells.append((start, end))
    return spells if len(spells) > 1 else []


def _written(spells: Iterable[tuple[str, str]]) -> str:
    inside = "".join(f'<spell start="{start}" end="{end}"/>' for start, end in spells)
    return f"<spells>{inside}</spells>" if inside else ""


def _times(first: IsoDate | None, last: IsoDate | None) -> str:
    start, end = (first_day(first) if first else None), (last_day(last) if last else None)
    return (f' start="{start}"' if start else "") + (f' end="{end}"' if end else "")


def _rest(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    return {name: value for name, value in values.items() if name not in _OWN}


def _declare(target: str, types: Mapping[str, type[Scalar]], prefix: str, out: BinaryIO) -> Keys:
    keys = {name: (f"{prefix}{number}", kind) for number, (name, kind) in enumerate(types.items())}
    if keys:
        out.write(f'    <attributes class="{target}" mode="static">\n'.encode())
        for name, (key, kind) in keys.items():
            line = f'id="{key}" title="{xml_attribute(name)}" type="{_TYPES[kind]}"'
            out.write(f"      <attribute {line}/>\n".encode())
        out.write(b"    </attributes>\n")
    return keys


def _values(values: Mapping[str, Scalar], keys: Keys) -> str:
    cells = []
    for name in sorted(name for name in values if name in keys):
        key, kind = keys[name]
        cells.append(f'<attvalue for="{key}" value="{xml_attribute(lexical(values[name], kind))}"/>')
    return f"<attvalues>{''.join(cells)}</attvalues>" if cells else ""
