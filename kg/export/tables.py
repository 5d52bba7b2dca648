"""Nodes and edges as two tables: CSV for anything, CSV as ``neo4j-admin`` imports it, Parquet where there is pyarrow.

All three have the same columns, those of every node and edge; what is not known is an empty cell (in Parquet a null).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from kg.errors import MissingPackageError
from kg.export.attributes import declared, lexical
from kg.export.output import utf8
from kg.network.model import PropertyGraph, Scalar

_NEO4J: dict[type[Scalar], str] = {str: "string", int: "long", float: "double", bool: "boolean"}


def nodes(graph: PropertyGraph) -> list[dict[str, Scalar]]:
    """One row for each node: ``id`` and what is known of it."""
    return [{"id": node.id, **node.flat()} for node in graph.nodes]


def edges(graph: PropertyGraph) -> list[dict[str, Scalar]]:
    """One row for each edge: ``id`` (its number), ``source``, ``target`` and what is known of it."""
    rows = enumerate(graph.edges)
    return [{"id": number, "source": edge.source, "target": edge.target, **edge.flat()} for number, edge in rows]


def write_csv(graph: PropertyGraph, out_nodes: BinaryIO, out_edges: BinaryIO) -> None:
    """CSV as RFC 4180 has it, in UTF-8 with a byte order mark, by which Excel knows the encoding.

    Texts are written as they are, so that they can be read back: one that begins with ``=`` is a formula to a
    spreadsheet that opens the file instead of importing its columns as text.
    """
    for rows, first, out in ((nodes(graph), ["id"], out_nodes), (edges(graph), ["id", "source", "target"], out_edges)):
        types = declared(rows)
        columns = _ordered(first, types)
        out.write(b"\xef\xbb\xbf" + _line(columns))
        for row in rows:
            out.write(_line([_text(row, name, types[name]) for name in columns]))


def write_neo4j(graph: PropertyGraph, out_nodes: BinaryIO, out_edges: BinaryIO) -> None:
    """CSV with the headers of ``neo4j-admin database import``: the node's type is its label, the edge's kind its type.

    Import with ``--multiline-fields=true``: sentences may hold line ends.
    """
    rows = nodes(graph)
    columns = [name for name in _ordered([], declared(rows)) if name not in ("id", "type")]
    types = declared(rows)
    out_nodes.write(_line(["id:ID", ":LABEL", *(f"{_safe(name)}:{_NEO4J[types[name]]}" for name in columns)]))
    for row in rows:
        out_nodes.write(_line([str(row["id"]), str(row["type"]), *(_text(row, n, types[n]) for n in columns)]))
    rows = edges(graph)
    types = declared(rows)
    columns = [name for name in _ordered([], types) if name not in ("source", "target", "kind")]
    out_edges.write(_line([":START_ID", ":END_ID", ":TYPE", *(f"{_safe(n)}:{_NEO4J[types[n]]}" for n in columns)]))
    for row in rows:
        ends = [str(row[name]) for name in ("source", "target", "kind")]
        out_edges.write(_line([*ends, *(_text(row, name, types[name]) for name in columns)]))


def write_parquet(graph: PropertyGraph, out_nodes: BinaryIO, out_edges: BinaryIO) -> None:
    """Parquet with typed columns. Raises MissingPackageError without pyarrow."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingPackageError("Parquet", "pyarrow", "tables") from error
    kinds = {str: pyarrow.string(), int: pyarrow.int64(), float: pyarrow.float64(), bool: pyarrow.bool_()}
    for rows, first, out in ((nodes(graph), ["id"], out_nodes), (edges(graph), ["id", "source", "target"], out_edges)):
        types = declared(rows)
        columns = _ordered(first, types)
        fields = [pyarrow.field(name, kinds[types.get(name, str)]) for name in columns]
        made = [_column(rows, name, types.get(name, str)) for name in columns]
        parquet.write_table(pyarrow.table(made, schema=pyarrow.schema(fields)), out)


def _column(rows: Iterable[Mapping[str, Scalar]], name: str, kind: type[Scalar]) -> list[Any]:
    def typed(value: Scalar) -> Scalar:
        return utf8(lexical(value, str)) if kind is str else kind(value)

    return [typed(row[name]) if name in row else None for row in rows]


def _ordered(first: Sequence[str], types: Mapping[str, type[Scalar]]) -> list[str]:
    """The columns that say what a row is, then what people read first, then the rest by name."""
    known = [*first, "label", "type", "kind", "weight", "first", "last"]
    return [*(n for n in known if n in types or n in first), *(n for n in types if n not in known)]


def _text(row: Mapping[str, Scalar], name: str, kind: type[Scalar]) -> str:
    return utf8(lexical(row[name], kind)) if name in row else ""


def _safe(name: str) -> str:
    """A property's name without the colon, which ends it in such a header."""
    return name.replace(":", "_")


def _line(cells: Iterable[str]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([utf8(cell) for cell in cells])
    return buffer.getvalue().encode()
