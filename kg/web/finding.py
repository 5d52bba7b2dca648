"""Entities and articles by what they are called, for the search box."""

from __future__ import annotations

from typing import Any

from kg import iri
from kg.graph.store import Store
from kg.network.lookup import look_up_names
from kg.web import links, reading


def find(store: Store, words: str, lang: str, limit: int) -> dict[str, Any]:
    """``entities`` and ``articles`` that have the words in a name, an exact name first; nothing for no words."""
    wanted = reading.quoted(words.strip().lower())
    if not words.strip():
        return {"entities": [], "articles": []}
    found = [row["entity"].text for row in reading.ask(store, "found", WORDS=wanted, LIMIT=str(limit))]
    names = look_up_names(store, found, lang)
    kinds = look_up_names(store, {iri.term(kind) for kind in names.types.values()}, lang)
    entities = [
        {
            "label": names.label(one),
            "type": names.type(one),
            "kind": kinds.label(iri.term(names.type(one))),
            "key": links.key(one),
            "href": links.of_entity(one),
        }
        for one in found
    ]
    articles = [
        {key: cell.text for key, cell in row.items()} | {"href": links.of_article(row["source"].text)}
        for row in reading.ask(store, "found_articles", WORDS=wanted, LIMIT=str(limit))
    ]
    return {"entities": entities, "articles": articles}
