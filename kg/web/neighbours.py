"""What stands around one thing in the graph, a piece at a time, in the form in which the one-file page has its graph.

The queries of ``near/`` give the edges at a node, counted; which of its neighbours are shown is chosen here. Ends of
edges are IRIs, since a page puts several answers together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg import iri
from kg.errors import UsageError
from kg.export import html
from kg.graph import query as queries
from kg.graph.store import Store
from kg.network.evidence import Source, look_up_evidence, look_up_sources
from kg.network.lookup import Labels, Names, Row, names_in, read_labels, term_iri
from kg.network.model import FLAGS, Witness
from kg.network.names import local_name
from kg.web import links, listing

VIEWS = ("actors", "treaties", "weapons", "positions", "statements")
#: Neighbours that one answer has at most, and things already shown whose edges are asked for beside them.
MOST, TOGETHER = 60, 400
#: Statements that are looked at around one thing, and characters of one that its node shows.
_STATEMENTS, _SHOWN = 200, 40


class UnknownWayError(UsageError):
    """A view that the explorer does not have."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name

    def __str__(self) -> str:
        return f"no view of the explorer is named {self.name!r}; it has {', '.join(VIEWS)}"


def around(
    store: Store, view: str, entity: str, size: int, start: int = 0, together: Sequence[str] = ()
) -> dict[str, Any]:
    """The nearest neighbours of an entity, or of a statement, with their edges.

    ``size`` neighbours from the place ``start`` on, those of most articles first, and whichever of ``together`` are
    neighbours too; ``total`` is how many there are, ``next`` where the rest begins, or None. Without an entity the
    actors of whom articles tell most. Raises UnknownWayError and ParameterError.
    """
    if view not in VIEWS:
        raise UnknownWayError(view)
    name = f"near/{view if entity else 'overview'}"
    values = {"entity": entity} if entity else {}
    centre = queries.entity(store, entity).value if entity else ""
    rows, _ = listing.asked(store, listing.find(name), values, _STATEMENTS)
    edges, texts = _statements(rows) if name == "near/statements" else ([_edge(row) for row in rows], {})
    chosen, total = _chosen(edges, centre, size, start, set(together[:TOGETHER])) if centre else (None, 0)
    shown = [edge for edge in edges if chosen is None or {edge["s"], edge["t"]} <= chosen]
    ends = {end for edge in shown for end in (edge["s"], edge["t"])} | ({centre} if centre else set())
    return {
        "of": centre, "view": view, **_named(store, ends, shown, texts), "total": total,
        "next": start + size if start + size < total else None,
        "sparql": links.of_query(name, values),
    }  # fmt: skip


def _edge(row: Row) -> dict[str, Any]:
    """An edge of a counted row, with what asks for its evidence again."""
    text = {name: cell.text for name, cell in row.items()}
    flags = [flag for flag in FLAGS if text.get(flag) == "true"]
    days = sorted({day for day in (text.get("first"), text.get("last")) if day})
    curated = text.get("curated") == "true"
    return {
        "s": text["source"], "t": text["target"], "k": "-".join([*flags, local_name(text["type"])]),
        "type": text["type"], "flags": flags, "w": 1 if curated else int(text["articles"]),
        "n": 0 if curated else int(text["times"]), "first": days[0] if days else "", "last": days[-1] if days else "",
        "doubtful": bool(flags), "symmetric": text.get("symmetric") == "true", "curated": curated,
        "days": [days] if days else [], "about": [text["titles"]] * len(html.LANGUAGES) if text.get("titles") else [],
    }  # fmt: skip


def _statements(rows: Iterable[Row]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The edges of statements to their speakers and to what they are about, and the words of each."""
    made: dict[tuple[str, str, str], dict[str, Any]] = {}
    texts: dict[str, str] = {}
    for row in rows:
        text = {name: cell.text for name, cell in row.items()}
        texts[text["statement"]] = text["words"]
        ends = [(text["who"], text["statement"], text["act"])] if "who" in text else []
        ends += [(text["statement"], text["thing"], iri.term("about"))] if "thing" in text else []
        for source, target, type_ in ends:
            day = text["day"]
            made[source, target, type_] = {
                "s": source, "t": target, "k": local_name(type_), "type": type_, "flags": [], "w": 1, "n": 1,
                "first": day, "last": day, "doubtful": False, "symmetric": False, "curated": False,
                "days": [[day]] if day else [], "about": [],
            }  # fmt: skip
    return list(made.values()), texts


def _chosen(
    edges: Iterable[Mapping[str, Any]], centre: str, size: int, start: int, together: set[str]
) -> tuple[set[str], int]:
    """The ends that are shown, and how many neighbours there are; curated relations count for least."""
    weights: dict[str, int] = defaultdict(int)
    further: dict[str, set[str]] = defaultdict(set)
    for edge in edges:
        ends = {edge["s"], edge["t"]}
        if centre not in ends:  # a statement near this thing has ends of its own
            for end in ends:
                further[end] |= ends
            continue
        for end in ends - {centre}:
            weights[end] += 0 if edge["curated"] else int(edge["w"])
    ranked = sorted(weights, key=lambda one: -weights[one])  # equals in the order of the rows
    first = set(ranked[start : start + size])
    chosen = first | (set(ranked) & together) | {centre}
    return chosen.union(*(further[one] for one in first)), len(ranked)


def _named(store: Store, ends: set[str], edges: Iterable[dict[str, Any]], texts: Mapping[str, str]) -> dict[str, Any]:
    """Nodes, edges, and names of kinds and types in each language."""
    edges = list(edges)
    words = {edge["type"] for edge in edges} | {term_iri(flag) for flag in FLAGS}
    labels, types = read_labels(store, {*ends, *words} - set(texts))
    names = [names_in(labels, types, lang) for lang in html.LANGUAGES]
    nodes = [_node(end, names, texts.get(end)) for end in sorted(ends)]
    kinds = {edge["k"]: {"l": [_kind(edge, one) for one in names]} for edge in edges}
    return {
        "nodes": nodes, "edges": edges, "kinds": kinds,
        "types": html.types(store, {node["t"] for node in nodes}),
    }  # fmt: skip


def _node(name: str, names: Sequence[Names], words: str | None) -> dict[str, Any]:
    if words is None and name.startswith(iri.ARTICLE):
        words = ""
    if words is not None:
        short = words if len(words) <= _SHOWN else f"{words[:_SHOWN]}…"
        return {
            "id": name,
            "t": "Statement",
            "l": [short] * len(names),
            "a": {},
            "words": words,
            "href": links.of(name),
        }
    return {
        "id": name, "t": names[0].type(name), "l": [one.label(name) for one in names], "a": {},
        "href": links.of_entity(name),
    }  # fmt: skip


def _kind(edge: Mapping[str, Any], names: Names) -> str:
    flags = ", ".join(names.label(term_iri(flag)) for flag in edge["flags"])
    return names.label(edge["type"]) + (f" ({flags})" if flags else "")


def evidence(
    store: Store, source: str, target: str, kind: str, flags: str, size: int, start: int = 0
) -> dict[str, Any]:
    """The sentences that say an edge, the latest first: ``said`` with their words, mark, day and article, ``more``,
    the names of the two ``ends`` and of the ``kind`` in each language. ``kind`` is a word of the ontology.

    Raises ParameterError.
    """
    values = {"source": source, "target": target, "type": kind, "flags": flags}
    query = listing.find("near/evidence")
    queries.bind(store, query, values)  # whatever the edge, what is no IRI and no word of the ontology goes no further
    ends = [queries.entity(store, one).value for one in (source, target)]
    statement = next((one for one in ends if one.startswith(iri.ARTICLE)), "")
    if statement:  # the edge of a statement is what the statement itself says
        witnesses, more = [Witness((statement,))], False
    else:
        rows, more = listing.asked(store, query, values, size, start)
        witnesses = [Witness((row["record"].text,), row["day"].text or None) for row in rows]
    found = look_up_evidence(store, witnesses)
    sources = look_up_sources(store, {one.article for one in witnesses})
    labels, types = read_labels(store, {*ends, iri.term(kind), *(term_iri(flag) for flag in FLAGS)})
    edge = {"type": iri.term(kind), "flags": flags.split()}
    return {
        "said": [
            {
                "text": found[one].sentence, "mark": found[one].mark, "day": one.day or "",
                "source": _source(sources.get(one.article, Source(found[one].article))),
                "href": links.of(one.spans[0]),
            }
            for one in witnesses if one in found
        ],
        "more": more,
        "ends": [_end(labels, types, one) for one in ends],
        "kind": [_kind(edge, names_in(labels, types, lang)) for lang in html.LANGUAGES],
        "sparql": links.of_query("near/statements", {"entity": statement}) if statement
        else links.of_query(query.name, values),
    }  # fmt: skip


def _source(source: Source) -> dict[str, str]:
    return {
        "id": source.id, "title": source.title, "date": source.date, "publisher": source.publisher,
        "url": source.url, "notice": source.notice,
    }  # fmt: skip


def _end(labels: Labels, types: Mapping[str, str], name: str) -> dict[str, Any]:
    return _node(name, [names_in(labels, types, lang) for lang in html.LANGUAGES], None)
