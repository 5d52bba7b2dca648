"""What the page of an entity begins with: its names, and what the authority file says. What articles say are lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, TypeAlias

from kg import iri
from kg.graph.rdf import ESCAPES
from kg.graph.store import Store
from kg.network.lookup import Cell, Names, Row, look_up_names, rows
from kg.network.names import choose, local_name
from kg.web import links
from kg.web.tables import label

#: The values of a node by the local name of the property.
Properties: TypeAlias = Mapping[str, list[Cell]]
_TEXTS = ("date", "since", "until", "thing", "title")
_ENTITIES = ("object", "member", "of")


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


def entity(store: Store, name: str, lang: str, limit: int) -> dict[str, Any] | None:
    """All that the page shows, each section with at most ``limit`` rows; None for what the store does not have."""
    about = ask(store, "labels", ENTITY=f"<{name}>")
    types = sorted({row["type"].text for row in about if "type" in row})
    if not types:
        return None
    more, record = _record(store, name, limit)
    facts = ask(store, "facts", ENTITY=f"<{name}>")
    shown = [cell.text for row in facts for cell in row.values() if cell.is_iri]
    shown += [cell.text for one in record for cells in one.values() for cell in cells]
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
        "record": {"rows": [_row(node, names) for node in record], "more": more},
    }


def _record(store: Store, name: str, limit: int) -> tuple[bool, list[Properties]]:
    """What the authority file has on record about an entity, and whether there is more of it."""
    found = ask(store, "record", ENTITY=f"<{name}>", LIMIT=str(limit + 1))
    nodes: list[Properties] = []
    for row in found[:limit]:
        node = {key: [cell] for key, cell in row.items() if key != "agents"}
        agents = row["agents"].text.split() if "agents" in row else []
        nodes.append({**node, "agent": [Cell(one, True) for one in agents]})
    return len(found) > limit, nodes


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
    """A node as text, and entities as cells with a link."""
    shown: dict[str, Any] = {key: _first(node, key) for key in _TEXTS if key in node}
    shown |= {key: _shown(node[key][0], names) for key in _ENTITIES if key in node}
    if "what" in node:
        shown["what"] = names.label(_first(node, "what"))
    shown["agents"] = sorted((_shown(cell, names) for cell in node.get("agent", ())), key=_text)
    shown["number"] = _number(node)
    return shown


def _number(node: Properties) -> str:
    """A value or its bounds."""
    value, low, high = (_first(node, one) for one in ("value", "low", "high"))
    return value or (f"{low or '…'} to {high or '…'}" if low or high else "")
