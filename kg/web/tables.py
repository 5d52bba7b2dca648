"""The answer of a query as rows of cells that a page can show: with labels, and links to entities and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, Protocol

import pyoxigraph as ox

from kg import iri
from kg.graph.query import Term
from kg.graph.store import Store
from kg.network.lookup import Names, look_up_names
from kg.web import links

#: Characters of a cell that are shown; the downloads have all of them.
LONGEST = 600
#: Fewer characters than these are taken for a name, not for words of an article; and columns that hold none.
_WORDS = 8
_NOT_SAID = frozenset({"source", "title", "publisher", "date", "url"})
_SHORT = sorted(iri.PREFIXES.items(), key=lambda item: -len(item[1]))


class Holding(Store, Protocol):
    """A store that knows whether it has a graph."""

    def holds(self, graph: str) -> bool: ...


def table(
    store: Holding, result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, lang: str, limit: int
) -> dict[str, Any]:
    """``columns``, the first ``limit`` ``rows``, and whether there are ``more``; or ``boolean`` for ASK."""
    if isinstance(result, ox.QueryBoolean):
        return {"boolean": bool(result)}
    if isinstance(result, ox.QueryTriples):
        columns = ["subject", "predicate", "object"]
        found: Iterator[tuple[Term, ...]] = ((t.subject, t.predicate, t.object) for t in result)
    else:
        columns = [variable.value for variable in result.variables]
        found = (tuple(solution[column] for column in columns) for solution in result)
    rows = list(islice(found, limit))
    more = next(found, None) is not None
    iris = {term.value for row in rows for term in row if isinstance(term, ox.NamedNode)}
    names = look_up_names(store, (one for one in iris if one.startswith((iri.ENTITY, iri.ONTOLOGY))), lang)
    shown = [_row(store, columns, row, names) for row in rows]
    kind = "graph" if isinstance(result, ox.QueryTriples) else "table"
    return {"kind": kind, "columns": columns, "rows": shown, "more": more}


def _row(store: Holding, columns: Iterable[str], row: tuple[Term, ...], names: Names) -> dict[str, Any]:
    values = dict(zip(columns, row, strict=True))
    source = values.get("source")
    article = source.value if isinstance(source, ox.Literal) else ""
    known = bool(article) and store.holds(iri.article(article))
    cells = [cell(term, names) for term in row]
    evidence = ""
    if known:
        for name, one in zip(values, cells, strict=True):
            if name == "source":
                one["href"] = links.of_article(article)
        start, end = _offset(values.get("start")), _offset(values.get("end"))
        surface = values.get("surface")
        if start is not None and end is None and isinstance(surface, ox.Literal):
            end = start + len(surface.value)
        words = "" if start is not None else _said(values)
        if start is not None:
            evidence = links.of_article(article, start, end)
        elif words:
            evidence = links.of_words(article, words)
    return {"cells": cells, "evidence": evidence}


def _said(values: Mapping[str, Term]) -> str:
    """What in a row may be words of the article: its longest text, when that is more than a name."""
    texts = [one.value for key, one in values.items() if isinstance(one, ox.Literal) and key not in _NOT_SAID]
    longest = max(texts, key=len, default="")
    return longest if len(longest) >= _WORDS else ""


def _offset(term: Term) -> int | None:
    text = term.value if isinstance(term, ox.Literal) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def cell(term: Term, names: Names) -> dict[str, str]:
    """``text``, and where there are any: ``href``, ``title`` (the full IRI) and ``lang``."""
    if term is None:
        return {"text": ""}
    if isinstance(term, ox.NamedNode):
        return {"text": label(term.value, names), "href": links.of(term.value), "title": term.value}
    if not isinstance(term, ox.Literal):
        return {"text": str(term)}
    text = term.value if len(term.value) <= LONGEST else f"{term.value[:LONGEST]}…"
    shown = {"text": text, "lang": term.language or ""}
    kind = term.datatype.value.removeprefix(iri.XSD)
    if kind in {"integer", "decimal", "double", "float"}:
        shown["kind"] = "number"
    elif kind in {"date", "gYearMonth", "gYear"}:
        shown["kind"] = "date"
    return shown


def label(name: str, names: Names) -> str:
    """The label of an IRI, or the IRI shortened."""
    if name in names.labels:
        return names.labels[name]
    if name.startswith(iri.ARTICLE):
        return name.removeprefix(iri.ARTICLE)
    return next((f"{p}:{name[len(base) :]}" for p, base in _SHORT if name.startswith(base)), name)
