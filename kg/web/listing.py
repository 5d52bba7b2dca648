"""The lists on the pages: each is a query file of ``lists/`` or ``near/``, with a header as shipped queries have it.

A line ``LIMIT 500 # page`` in a file is where a page puts its own limit and offset, so that a list that goes on for
ever is read a page at a time. As it stands the file is the query that the page links to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from typing import Any

from kg import iri
from kg.graph import query as queries
from kg.graph.query import Query, UnknownQueryError
from kg.graph.store import Store
from kg.network.filters import NO_FILTERS, filtered, media
from kg.network.lookup import Cell, Names, Row, look_up_names, rows
from kg.web import links
from kg.web.tables import label

#: Where the files are; the names of those of ``lists/`` stand alone in the addresses of pages.
FOLDERS = ("lists", "near")
#: Rows that are put in order at once.
BLOCK = 1000
#: Columns that hold IRIs with spaces between them, those that are not shown as they are, and those that name a passage.
_SEVERAL = frozenset({"things", "doers"})
_FLAGS = ("alleged", "negated", "planned", "reported", "former")
_PLACED = frozenset({"source", "start", "end", "from", "to", "passage", *_FLAGS})
_ABOUT_SOURCE = frozenset({"title", "publisher"})
_FILTERS = "# filters:"
_PAGE = re.compile(r"LIMIT \d+ # page")


def names(folder: str = "lists") -> list[str]:
    """Names of the queries of a folder, sorted."""
    found = (resources.files(__package__) / folder).iterdir()
    return sorted(item.name.removesuffix(".rq") for item in found if item.name.endswith(".rq"))


def find(name: str) -> Query:
    """The query of a name such as ``lists/said``. Raises UnknownQueryError."""
    folder, _, own = name.partition("/")
    if folder not in FOLDERS or own not in names(folder):
        raise UnknownQueryError(name, [f"{one}/{own}" for one in FOLDERS for own in names(one)])
    text = (resources.files(__package__) / folder / f"{own}.rq").read_text(encoding="utf-8")
    return queries.parse(name, text)


def given(query: Query, fields: Mapping[str, str]) -> dict[str, str]:
    """The values of a query's parameters among the fields of an address, without those left empty."""
    return {one.name: value for one in query.parameters if (value := fields.get(one.name, "").strip())}


def prepared(store: Store, query: Query) -> Query:
    """A query with its line ``# filters: …`` in force: newspapers and agencies are no actors, as in the views."""
    if _FILTERS not in query.text:
        return query
    text = filtered(query.text, NO_FILTERS, media(store), query.name)
    return Query(query.name, text, query.questions, query.parameters, query.columns)


def asked(
    store: Store, query: Query, values: Mapping[str, str], size: int, start: int | None = None
) -> tuple[list[Row], bool]:
    """At most ``size`` rows from the place ``start`` on, and whether there are more; None: only the beginning counts.

    A store orders what is of one day as it likes, and otherwise for another limit. So pages are cut out of blocks of
    BLOCK rows, which the outer part of a query orders in full. Raises ParameterError for a value that does not fit.
    """
    text = queries.bind(store, prepared(store, query), values)
    limit, place = (size, 0) if start is None else (BLOCK, start % BLOCK)
    limit = max(limit, place + size)
    found = list(rows(store, _PAGE.sub(f"LIMIT {limit + 1} OFFSET {(start or 0) - place}", text)))
    return found[place : place + size], len(found) > place + size


def read(
    store: Store, name: str, values: Mapping[str, str], lang: str, size: int, start: int | None = None
) -> dict[str, Any]:
    """``rows`` of cells by column with their passages, whether there are ``more``, and what the ``values`` mean."""
    query = find(name)
    found, more = asked(store, query, values, size, start)
    meant = {
        one.name: queries.entity(store, values[one.name]).value
        for one in query.parameters
        if one.kind == "entity" and one.name in values
    }
    shown = {cell for row in found for cell in _iris(row)} | set(meant.values())
    labels = look_up_names(store, (one for one in shown if one.startswith((iri.ENTITY, iri.ONTOLOGY))), lang)
    return {
        "rows": [_row(row, labels) for row in found],
        "more": more,
        "columns": list(query.columns),
        "meant": {name: {**link(one, labels), "key": links.key(one)} for name, one in meant.items()},
    }


def _iris(row: Row) -> Iterator[str]:
    for name, cell in row.items():
        if name in _SEVERAL:
            yield from cell.text.split()
        elif cell.is_iri:
            yield cell.text


def _row(row: Row, labels: Names) -> dict[str, Any]:
    """Cells by column, and ``article``, ``flags`` and ``href`` to the words for those that tell where it is said."""
    text = {name: cell.text for name, cell in row.items()}
    apart = _PLACED | _ABOUT_SOURCE if "source" in text else _PLACED
    shown: dict[str, Any] = {
        name: _cells(cell, labels) if name in _SEVERAL else _cell(cell, labels)
        for name, cell in row.items()
        if name not in apart
    }
    shown["flags"] = [flag for flag in _FLAGS if text.get(flag) == "true"]
    if text.get("source"):
        shown["article"] = {
            "text": text.get("title") or text["source"],
            "publisher": text.get("publisher", ""),
            "href": links.of_article(text["source"]),
        }
        start, end, answer, over = (
            int(text[name]) if name in text else None for name in ("start", "end", "from", "to")
        )
        shown["href"] = links.of_article(text["source"], start, end)
        if answer is not None:
            shown["answer"] = links.of_article(text["source"], answer, over)
    elif "passage" in text:
        shown["href"] = links.of(text["passage"])
    return shown


def _cells(cell: Cell, labels: Names) -> list[dict[str, str]]:
    return sorted((link(one, labels) for one in dict.fromkeys(cell.text.split())), key=_text)


def _text(cell: Mapping[str, str]) -> str:
    return cell["text"]


def _cell(cell: Cell, labels: Names) -> dict[str, str]:
    if cell.is_iri:
        return link(cell.text, labels)
    return {"text": cell.text, "lang": cell.lang}


def link(name: str, labels: Names) -> dict[str, str]:
    """An IRI as text with a link; words of the ontology have no page."""
    href = "" if name.startswith(iri.ONTOLOGY) else links.of(name)
    return {"text": label(name, labels), "href": href, "iri": name}


def schemes(store: Store, wanted: Sequence[str], lang: str) -> dict[str, list[tuple[str, str]]]:
    """The words of schemes of the ontology (``Acts``, ``EventTypes``) with their labels, in the order of the labels."""
    values = " ".join(f"<{iri.term(one)}>" for one in wanted)
    found = list(
        rows(
            store,
            f"SELECT ?scheme ?word WHERE {{ VALUES ?scheme {{ {values} }} GRAPH <{iri.ONTOLOGY_GRAPH}> "
            "{ ?word skos:inScheme ?scheme } }",
        )
    )
    labels = look_up_names(store, (row["word"].text for row in found), lang)
    words: dict[str, list[tuple[str, str]]] = {one: [] for one in wanted}
    for row in found:
        word = row["word"].text
        words[row["scheme"].text.removeprefix(iri.ONTOLOGY)].append(
            (word.removeprefix(iri.ONTOLOGY), labels.label(word))
        )
    return {one: sorted(pairs, key=lambda pair: pair[1]) for one, pairs in words.items()}
