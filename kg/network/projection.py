"""From the store to a property graph, as a view tells it.

Grouping and counting are left to the store's SPARQL, so that 10,000 articles give hundreds of nodes and not hundreds of
thousands; here the rows are only given their names, their evidence and their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kg.graph.store import Store
from kg.model import IsoDate
from kg.network.dates import first_day, last_day
from kg.network.evidence import look_up_evidence
from kg.network.filters import NO_FILTERS, Filters, filtered, media, of_types
from kg.network.lookup import Names, Row, names_in, read_labels, rows, term_iri
from kg.network.model import FLAGS, Edge, Evidence, Node, PropertyGraph, Scalar, Witness
from kg.network.names import local_name
from kg.network.view import Source, View, load_view

#: Stands between the names of several things in one attribute.
BETWEEN = "; "

Sourced: TypeAlias = tuple[Source, Row]
"""A row of a query with the part that its columns play."""


def project(
    store: Store, view: str | View = "actors", lang: str = "en", filters: Filters = NO_FILTERS
) -> PropertyGraph:
    """The store as the view shows it, its labels in ``lang`` (``en``, ``zh-hant``, ``zh-hans``) or the nearest.

    ``view`` is the name of a shipped view, the path of a view's file or a loaded one. The same store gives the same
    graph. Raises UnknownViewError, DataFileError when the view's file is wrong, FilterError when the view cannot be
    filtered so, and what the store raises on a query.
    """
    return project_in(store, view, (lang,), filters)[0]


def project_in(
    store: Store, view: str | View, langs: Sequence[str], filters: Filters = NO_FILTERS
) -> list[PropertyGraph]:
    """The same graph with its labels in each of the languages: nodes and edges stand in the same order in all."""
    view = load_view(view) if isinstance(view, str) else view
    left_out = [] if filters.media else media(store)
    node_rows = [(source, row) for source in view.nodes for row in _rows(store, source, filters, left_out, view)]
    edge_rows = [
        (source, row)
        for source in view.edges
        for row in _rows(store, source, filters, left_out, view)
        if _value(source, row, "source") and _value(source, row, "target")
    ]
    node_rows, edge_rows = _reached(node_rows, edge_rows)
    labels, types = read_labels(store, _to_name(node_rows, edge_rows))
    said = [_witnesses(source, row) for source, row in edge_rows]
    evidence = look_up_evidence(store, {found[0] for found in said if found})
    order: list[int] | None = None
    graphs = []
    for lang in langs:
        names = names_in(labels, types, lang)
        made = [_edge(*pair, seen, names, evidence) for pair, seen in zip(edge_rows, said, strict=True)]
        order = order or sorted(range(len(made)), key=lambda place: _order(made[place]))
        edges = tuple(made[place] for place in order)
        nodes = _nodes(node_rows, edges, names)
        graphs.append(of_types(PropertyGraph(view.name, lang, nodes, edges), filters.types))
    return graphs


def _nodes(node_rows: Iterable[Sourced], edges: Sequence[Edge], names: Names) -> tuple[Node, ...]:
    """Those of the view's own queries, and the ends of edges, with the dates of their edges; sorted by id."""
    nodes = {node.id: node for node in sorted((_node(*pair, names) for pair in node_rows), key=_order, reverse=True)}
    for end in {end for edge in edges for end in (edge.source, edge.target)} - set(nodes):
        nodes[end] = Node(end, names.type(end), names.label(end))
    spans = _spans(edges)
    return tuple(_dated(nodes[key], *spans.get(key, (None, None))) for key in sorted(nodes))


def _rows(store: Store, source: Source, filters: Filters, left_out: Iterable[str], view: View) -> Iterator[Row]:
    """The rows of one query of the view; reference data has no article and no day to filter by."""
    asked = Filters(media=filters.media) if source.curated else filters
    return rows(store, filtered(source.query, asked, left_out, view.name))


def _reached(node_rows: list[Sourced], edge_rows: list[Sourced]) -> tuple[list[Sourced], list[Sourced]]:
    """Without the reference data that the articles' own graph does not reach.

    A curated edge stays when the articles' graph has both its ends, or one of them while a curated node is the other;
    a curated node stays when such an edge reaches it.
    """
    said = {_value(source, row, "id") for source, row in node_rows if not source.curated}
    said |= {_value(s, row, end) for s, row in edge_rows if not s.curated for end in ("source", "target")}
    curated = {_value(source, row, "id") for source, row in node_rows if source.curated}

    def stays(source: Source, row: Row) -> bool:
        ends = {_value(source, row, "source"), _value(source, row, "target")}
        return not source.curated or (ends <= said | curated and not ends.isdisjoint(said))

    edges = [pair for pair in edge_rows if stays(*pair)]
    reached = {_value(source, row, end) for source, row in edges if source.curated for end in ("source", "target")}
    nodes = [pair for pair in node_rows if not pair[0].curated or _value(*pair, "id") in reached]
    return nodes, edges


def _order(item: Node | Edge) -> tuple[str, ...]:
    """Orders by everything that an item shows, so that the order of the store's rows plays no part."""
    head = (item.id,) if isinstance(item, Node) else (item.source, item.target, item.kind)
    return (*head, *(f"{name}={value}" for name, value in sorted(item.flat().items())))


def _value(source: Source, row: Row, part: str) -> str | None:
    """What plays a part: a cell's text, a constant of the view, or None when the row or the view does not say."""
    return _cell(row, source.parts[part]) if part in source.parts else None


def _cell(row: Row, column: str) -> str | None:
    if not column.startswith("?"):
        return column
    cell = row.get(column[1:])
    return None if cell is None else cell.text


def _witnesses(source: Source, row: Row) -> tuple[Witness, ...]:
    """Those of the evidence column, one a line: the day or ``~``, and the IRIs of the spans."""
    found = []
    for said in (_value(source, row, "evidence") or "").split("\n"):
        words = said.split()
        spans = tuple(word for word in words if "://" in word)
        if spans:
            day = None if words[0] in ("~", spans[0]) else words[0]
            found.append(Witness(spans, day))
    return tuple(sorted(set(found), key=lambda witness: (witness.day or "~", witness.spans)))


def _to_name(node_rows: Iterable[Sourced], edge_rows: Iterable[Sourced]) -> set[str]:
    """IRIs of all that will be shown by a name."""
    wanted = {term_iri(flag) for flag in FLAGS}
    for source, row in (*node_rows, *edge_rows):
        wanted.update(iri for column in source.named.values() for iri in (_cell(row, column) or "").split())
        for part in ("source", "target", "type", "label"):
            column = source.parts.get(part, "")
            cell = row.get(column[1:]) if column.startswith("?") else None
            if cell is not None and cell.is_iri:
                wanted.add(cell.text)
            elif part == "type" and column and not column.startswith("?"):
                wanted.add(term_iri(column))
    return wanted


def _type(source: Source, row: Row) -> tuple[str, str]:
    """The type's local name and the IRI that names it in a language."""
    text = _value(source, row, "type") or ""
    cell = row.get(source.parts["type"].removeprefix("?"))
    return (local_name(text), text) if cell is not None and cell.is_iri else (text, term_iri(text))


def _flags(source: Source, row: Row) -> frozenset[str]:
    return frozenset(
        flag for flag in source.flags if (cell := row.get(flag)) is not None and cell.text in ("true", "1")
    )


def _flagged(label: str, flags: frozenset[str], names: Names) -> str:
    """The label with what keeps it from being a fact in brackets."""
    words = [names.label(term_iri(flag)) for flag in FLAGS if flag in flags]
    return f"{label} ({', '.join(words)})" if words else label


def _attributes(source: Source, row: Row, names: Names) -> dict[str, Scalar]:
    found: dict[str, Scalar] = {}
    for name, column in source.attributes.items():
        cell = row.get(column.removeprefix("?"))
        if cell is not None:
            found[name] = cell.scalar()
    for name, column in source.named.items():
        labels = sorted({names.label(iri) for iri in (_cell(row, column) or "").split()})
        if labels:
            found[name] = BETWEEN.join(labels)
    if source.symmetric:
        found["symmetric"] = True
    if source.curated:
        found["curated"] = True
    return found


def _node(source: Source, row: Row, names: Names) -> Node:
    kind, _ = _type(source, row)
    column = source.parts.get("label", source.parts["id"])
    cell = row.get(column.removeprefix("?"))
    flags = _flags(source, row)
    label = "" if cell is None else names.label(cell.text) if cell.is_iri else cell.text
    attributes = {**_attributes(source, row, names), **{flag: flag in flags for flag in source.flags}}
    first, last = _day(source, row, "first"), _day(source, row, "last")
    return Node(_value(source, row, "id") or "", kind, _flagged(label, flags, names), first, last, attributes)


def _edge(
    source: Source, row: Row, witnesses: tuple[Witness, ...], names: Names, evidence: Mapping[Witness, Evidence]
) -> Edge:
    kind, iri = _type(source, row)
    flags = _flags(source, row)
    return Edge(
        source=_value(source, row, "source") or "",
        target=_value(source, row, "target") or "",
        type=kind,
        label=_flagged(names.label(iri), flags, names),
        weight=int(_value(source, row, "weight") or 1),
        first=_day(source, row, "first"),
        last=_day(source, row, "last"),
        flags=flags,
        evidence=evidence.get(witnesses[0]) if witnesses else None,
        attributes=_attributes(source, row, names),
        witnesses=witnesses,
    )


def _day(source: Source, row: Row, part: str) -> IsoDate | None:
    """A date, or None for the ``~`` and the nothing that MIN and MAX give where no record has one."""
    text = _value(source, row, part)
    return None if text in ("", "~") else text


def _spans(edges: Iterable[Edge]) -> dict[str, tuple[IsoDate | None, IsoDate | None]]:
    """Earliest and latest date of the edges at each node."""
    firsts: dict[str, set[IsoDate | None]] = defaultdict(set)
    lasts: dict[str, set[IsoDate | None]] = defaultdict(set)
    for edge in edges:
        for end in (edge.source, edge.target):
            firsts[end].add(edge.first)
            lasts[end].add(edge.last)
    return {end: (_earliest(*firsts[end]), _latest(*lasts[end])) for end in firsts}


def _dated(node: Node, first: IsoDate | None, last: IsoDate | None) -> Node:
    """The node with the dates of its edges where it has none of its own."""
    return Node(node.id, node.type, node.label, node.first or first, node.last or last, node.attributes)


def _earliest(*dates: IsoDate | None) -> IsoDate | None:
    return min(_whole(dates), key=lambda date: (first_day(date) or "", date), default=None)


def _latest(*dates: IsoDate | None) -> IsoDate | None:
    return max(_whole(dates), key=lambda date: (last_day(date) or "", date), default=None)


def _whole(dates: Iterable[IsoDate | None]) -> Iterator[IsoDate]:
    return (date for date in dates if date is not None and first_day(date))
