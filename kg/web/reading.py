"""What the page of an entity shows: its names, what is on record about it, and what articles say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from kg import iri
from kg.graph.rdf import ESCAPES
from kg.graph.store import Store
from kg.network.lookup import Cell, Names, Row, look_up_names, rows
from kg.network.names import choose, local_name
from kg.web import links
from kg.web.tables import label

_SECTIONS = ("record", "said", "about", "events", "figures", "posts", "mentions")
_SHOWN_AS_LINK = ("speaker", "object", "place", "member", "of")
_FLAGS = ("alleged", "negated", "planned", "former")


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
    sections = {one: ask(store, one, ENTITY=f"<{name}>", LIMIT=str(limit + 1)) for one in _SECTIONS}
    facts = ask(store, "facts", ENTITY=f"<{name}>")
    names = look_up_names(store, _iris([*facts, *(row for found in sections.values() for row in found)], types), lang)
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
        **{one: _section(name, found, names, limit) for one, found in sections.items()},
    }


def _is(row: Row, kind: str) -> bool:
    return "label" in row and local_name(row["kind"].text) == kind


def _aliases(about: Iterable[Row]) -> list[dict[str, str]]:
    found = [row["label"] for row in about if _is(row, "altLabel") or _is(row, "hiddenLabel")]
    return [{"text": one.text, "lang": one.lang} for one in sorted(found, key=lambda c: (c.lang, c.text))]


def _iris(found: Iterable[Row], also: Iterable[str]) -> set[str]:
    """The IRIs whose names are wanted."""
    wanted = set(also)
    for row in found:
        wanted.update(cell.text for cell in row.values() if cell.is_iri)
        wanted.update(row["agents"].text.split() if "agents" in row else ())
    return {one for one in wanted if one.startswith((iri.ENTITY, iri.ONTOLOGY))}


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


def _section(name: str, found: list[Row], names: Names, limit: int) -> dict[str, Any]:
    return {"rows": [_row(name, row, names) for row in found[:limit]], "more": len(found) > limit}


def _row(name: str, row: Row, names: Names) -> dict[str, Any]:
    """A row as text by column, entities as cells with a link, and ``href`` to the passage."""
    shown: dict[str, Any] = {key: cell.text for key, cell in row.items()}
    shown |= {key: _shown(row[key], names) for key in _SHOWN_AS_LINK if key in row and row[key].is_iri}
    shown |= {key: names.label(row[key].text) for key in ("act", "what", "kind") if key in row}
    agents = row["agents"].text.split() if "agents" in row else []
    shown["agents"] = [{"text": label(one, names), "href": links.of(one)} for one in sorted(agents)]
    shown["flags"] = [flag for flag in _FLAGS if flag in row and row[flag].text == "true"]
    shown["number"] = _number(row)
    if "source" in row:
        end = int(row["end"].text) if "end" in row else None
        shown["href"] = links.of_article(row["source"].text, int(row["start"].text), end)
    return shown


def _number(row: Mapping[str, Cell]) -> str:
    """A value or its bounds, with the unit."""
    value, low, high = (row[key].text if key in row else "" for key in ("value", "low", "high"))
    bounds = f"{low or '…'} to {high or '…'}" if low or high else ""
    return " ".join(part for part in (value or bounds, row["unit"].text if "unit" in row else "") if part)
