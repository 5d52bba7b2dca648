"""What the page of an entity shows: its names, what is on record about it, and what articles say.

The queries only find which nodes there are. The newest are chosen here and read one by one, which is many times quicker
than a query that joins all of them with all that is said of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Protocol, TypeAlias

from kg import iri
from kg.graph.rdf import ESCAPES
from kg.graph.store import Store
from kg.network.lookup import Cell, Names, Row, look_up_names, rows
from kg.network.names import choose, local_name
from kg.web import links
from kg.web.tables import label

#: The values of a node by the local name of the property.
Properties: TypeAlias = Mapping[str, list[Cell]]
_FOUND = ("said", "about", "events", "figures")
_TABLES = ("record", "posts")
_FLAGS = ("alleged", "negated", "planned", "former")
#: What a page calls the values of a node's properties.
_TEXTS = {"date": "date", "content": "words", "anchorOf": "words", "thing": "thing", "title": "title", "until": "until"}
_ENTITIES = ("speaker", "object", "place", "member", "of")
_WORDS = {"act": "act", "eventType": "what", "figureKind": "kind", "what": "what"}


class Readable(Store, Protocol):
    """A store that also gives the properties of a single node."""

    def properties(self, node: str, graph: str) -> dict[str, list[Cell]]:
        """Those that a graph has of a node."""
        ...

    def issued(self, article: str) -> str:
        """The date of an article; empty when it has none."""
        ...

    def first_of(self, entity: str, graph: str) -> str:
        """The IRI of the first span of an article that an entity is in."""
        ...


def quoted(text: str) -> str:
    """Text as a SPARQL string."""
    return f'"{text.translate(ESCAPES)}"'


def ask(store: Store, name: str, **values: str) -> list[Row]:
    """The rows of a query of this package, with SPARQL in place of its words in capitals."""
    text = resources.files(__package__).joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")
    for word, value in values.items():
        text = text.replace(f"{word}_HERE", value)
    return list(rows(store, text))


def is_there(store: Store, name: str) -> bool:
    """Whether any graph says of what kind an entity is."""
    return any(row for row in rows(store, f"SELECT ?t WHERE {{ GRAPH ?g {{ <{name}> a ?t }} }} LIMIT 1"))


def entity(store: Readable, name: str, lang: str, limit: int) -> dict[str, Any] | None:
    """All that the page shows, each section with at most ``limit`` rows; None for what the store does not have."""
    about = ask(store, "labels", ENTITY=f"<{name}>")
    types = sorted({row["type"].text for row in about if "type" in row})
    if not types:
        return None
    reader = _Reader(store, name, limit)
    sections = {one: reader.found(one) for one in _FOUND}
    sections |= {one: reader.table(one) for one in _TABLES}
    facts = ask(store, "facts", ENTITY=f"<{name}>")
    shown = [cell.text for row in facts for cell in row.values() if cell.is_iri]
    shown += [cell.text for _, found in sections.values() for one in found for cells in one.values() for cell in cells]
    names = look_up_names(store, (one for one in {*shown, *types} if one.startswith((iri.ENTITY, iri.ONTOLOGY))), lang)
    labels = [(row["label"].text, row["label"].lang) for row in about if _is(row, "prefLabel")]
    return {
        "iri": name,
        "key": links.key(name),
        "label": choose(labels, lang) or links.key(name),
        "type": local_name(types[0]),
        "kind": names.label(types[0]),
        "labels": [{"text": text, "lang": tag} for text, tag in labels],
        "aliases": _aliases(about),
        "facts": _facts(facts, names),
        "mentions": reader.mentions(),
        **{
            one: {"rows": [_row(node, names) for node in found], "more": more}
            for one, (more, found) in sections.items()
        },
    }


class _Reader:
    """Reads the nodes that have to do with one entity."""

    def __init__(self, store: Readable, name: str, limit: int) -> None:
        self._store, self._name, self._limit = store, name, limit
        self._articles: dict[str, dict[str, list[Cell]]] = {}
        self._dates: dict[str, str] = {}

    def _article(self, graph: str) -> dict[str, list[Cell]]:
        if graph not in self._articles:
            self._articles[graph] = self._store.properties(graph, graph)
        return self._articles[graph]

    def _issued(self, graph: str) -> str:
        if graph not in self._dates:
            self._dates[graph] = self._store.issued(graph)
        return self._dates[graph]

    def found(self, query: str) -> tuple[bool, list[Properties]]:
        """The latest nodes of a query with all that their articles say of them, and whether there are more."""
        found = ask(self._store, query, ENTITY=f"<{self._name}>")
        dated = [(row["date"].text if "date" in row else self._issued(row["article"].text), row) for row in found]
        dated.sort(key=lambda one: (one[1]["article"].text, one[1]["node"].text))
        dated.sort(key=lambda one: one[0], reverse=True)
        nodes: list[Properties] = []
        for _, row in dated[: self._limit]:
            graph, node = row["article"].text, row["node"].text
            about = {key: value for key, value in self._article(graph).items() if key in ("identifier", "issued")}
            nodes.append({**self._store.properties(node, graph), **about, "passage": [row["node"]]})
        return len(found) > self._limit, nodes

    def table(self, query: str) -> tuple[bool, list[Properties]]:
        """The rows of a query that gives all that is shown."""
        found = ask(self._store, query, ENTITY=f"<{self._name}>", LIMIT=str(self._limit + 1))
        nodes: list[Properties] = []
        for row in found[: self._limit]:
            node = {key: [cell] for key, cell in row.items() if key != "agents"}
            agents = row["agents"].text.split() if "agents" in row else []
            nodes.append({**node, "agent": [Cell(one, True) for one in agents]})
        return len(found) > self._limit, nodes

    def mentions(self) -> dict[str, Any]:
        """The latest articles that the entity is in."""
        times = {
            row["article"].text: row["times"].text for row in ask(self._store, "mentions", ENTITY=f"<{self._name}>")
        }
        latest = sorted(sorted(times), key=self._issued, reverse=True)
        shown = [
            {
                "title": _first(self._article(one), "title") or _first(self._article(one), "identifier"),
                "issued": self._issued(one),
                "times": times[one],
                "href": links.of(self._store.first_of(self._name, one)),
            }
            for one in latest[: self._limit]
        ]
        return {"rows": shown, "more": len(times) > self._limit}


def _first(properties: Properties, name: str) -> str:
    return properties[name][0].text if properties.get(name) else ""


def _is(row: Row, kind: str) -> bool:
    return "label" in row and local_name(row["kind"].text) == kind


def _aliases(about: Iterable[Row]) -> list[dict[str, str]]:
    found = [row["label"] for row in about if _is(row, "altLabel") or _is(row, "hiddenLabel")]
    return [{"text": one.text, "lang": one.lang} for one in sorted(found, key=lambda c: (c.lang, c.text))]


def _facts(found: Iterable[Row], names: Names) -> list[dict[str, Any]]:
    """Properties with their values; what others say of this one comes last, as ``party of``."""
    grouped: dict[tuple[str, bool], list[dict[str, str]]] = defaultdict(list)
    for row in found:
        grouped[row["property"].text, row["back"].text == "true"].append(_shown(row["value"], names))
    facts: list[dict[str, Any]] = []
    for (name, back), values in grouped.items():
        text = label(name, names).removeprefix("skos:")
        facts.append({"name": f"{text} of" if back else text, "values": sorted(values, key=_text)})
    return facts


def _text(cell: Mapping[str, str]) -> str:
    return cell["text"]


def _shown(cell: Cell, names: Names) -> dict[str, str]:
    if cell.is_iri:
        return {"text": label(cell.text, names), "href": links.of(cell.text)}
    return {"text": cell.text, "lang": cell.lang}


def _row(node: Properties, names: Names) -> dict[str, Any]:
    """A node as text, entities as cells with a link, and ``href`` to the passage."""
    shown: dict[str, Any] = {name: _first(node, key) for key, name in _TEXTS.items() if key in node}
    shown |= {key: _shown(node[key][0], names) for key in _ENTITIES if key in node}
    shown |= {name: names.label(_first(node, key)) for key, name in _WORDS.items() if key in node}
    shown |= {key: _first(node, key) for key in ("since", "articles", "issued") if key in node}
    shown["agents"] = sorted((_shown(cell, names) for cell in node.get("agent", ())), key=_text)
    shown["flags"] = [flag for flag in _FLAGS if _first(node, flag) == "true"]
    shown["number"] = _number(node)
    shown["href"] = links.of(_first(node, "passage"))
    return shown


def _number(node: Properties) -> str:
    """A value or its bounds, with the unit."""
    value, unit = _first(node, "value"), _first(node, "unitText")
    low, high = (_first(node, one) or _first(node, other) for one, other in (("minValue", "low"), ("maxValue", "high")))
    bounds = f"{low or '…'} to {high or '…'}" if low or high else ""
    return " ".join(part for part in (value or bounds, unit) if part)
