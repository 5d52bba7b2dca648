"""Which part of the store a view shows: by date, type, article, language and outlet, with or without the media.

What a filter says is put into a view's queries before they are asked, so that weights count what is shown and nothing
else. A query says what may be filtered in comments at the end of a group, which are replaced by SPARQL::

    # filters: article=?article day=?day actors=?speaker,?other

``article`` is the variable of the article's graph, ``day`` one that is bound to a date as text, ``actors`` those that
can be a medium. A query without a filter's variable cannot be filtered by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.authority import MEDIA_KINDS
from kg.errors import UsageError
from kg.graph.store import Store
from kg.iri import AUTHORITY_GRAPH
from kg.model import IsoDate
from kg.network.dates import first_day, last_day
from kg.network.model import PropertyGraph

_MARK = re.compile(r"^[ \t]*#[ \t]*filters:[ \t]*(.*)$", re.MULTILINE)
_PART = re.compile(r"(article|day|actors)=(\?\w+(?:,\?\w+)*)")


class FilterError(UsageError):
    """A filter that makes no sense, or that a view does not know."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is left out of a view; without arguments only the media as sources are.

    Raises FilterError for what is no date and for a range that ends before it begins.
    """

    since: IsoDate | None = None
    """Only what can be of this day, month or year or later; what has no date is then left out."""
    until: IsoDate | None = None
    types: frozenset[str] = frozenset()
    """Local names of classes of node (``State``) and of types of edge (``deny``); empty for all."""
    articles: frozenset[str] = frozenset()
    """Ids of articles; empty for all."""
    languages: frozenset[str] = frozenset()
    """Tags of the articles' languages; ``zh`` is also ``zh-hant``; empty for all."""
    publishers: frozenset[str] = frozenset()
    """Publishers as the articles have them; empty for all."""
    media: bool = False
    """True to show newspapers, agencies and broadcasters as actors too."""

    def __post_init__(self) -> None:
        for name, date in (("since", self.since), ("until", self.until)):
            if date is not None and first_day(date) is None:
                raise FilterError(f"{name} {date!r} is no date: write 2026, 2026-02 or 2026-02-05")
        if self.since and self.until and (first_day(self.since) or "") > (last_day(self.until) or ""):
            raise FilterError(f"nothing is both since {self.since} and until {self.until}: exchange the two dates")

    @property
    def asked(self) -> tuple[str, ...]:
        """Names of the variables that a query must declare for these filters."""
        article = bool(self.articles or self.languages or self.publishers)
        return (("article",) if article else ()) + (("day",) if self.since or self.until else ())


#: Nothing left out but the media as sources.
NO_FILTERS = Filters()


def media(store: Store) -> list[str]:
    """IRIs of the media that the authority file knows, sorted."""
    kinds = " ".join(str(ox.Literal(f"kind: {kind}")) for kind in sorted(MEDIA_KINDS))
    found = store.select(
        f"SELECT DISTINCT ?o WHERE {{ VALUES ?kind {{ {kinds} }} GRAPH <{AUTHORITY_GRAPH}> {{ ?o kg:note ?kind }} }}"
    )
    return sorted(row[0].value for row in found if isinstance(row[0], ox.NamedNode))


def filtered(query: str, filters: Filters, left_out: Iterable[str], view: str) -> str:
    """A view's query with the filters in it; ``left_out`` are the IRIs of media.

    Raises FilterError when the query does not declare what the filters need.
    """
    marks = [_variables(mark) for mark in _MARK.finditer(query)]
    missing = [name for name in filters.asked if not any(name in declared for declared in marks)]
    if missing:
        names = " and ".join(f"{name}=?…" for name in missing)
        raise FilterError(f"view {view!r} cannot be filtered so: one of its queries has no line '# filters: {names}'")
    iris = "" if filters.media else " ".join(f"<{iri}>" for iri in left_out)
    return _MARK.sub(lambda mark: _written(_variables(mark), filters, iris), query)


def _variables(mark: re.Match[str]) -> dict[str, list[str]]:
    return {name: variables.split(",") for name, variables in _PART.findall(mark[1])}


def _written(declared: Mapping[str, list[str]], filters: Filters, left_out: str) -> str:
    """The SPARQL that stands in a mark's place."""
    written = [*_of_articles(declared.get("article"), filters), *_of_days(declared.get("day"), filters)]
    if left_out:
        # a join with what is left out: comparing every row with every medium takes as long as all the rest
        written += [f"MINUS {{ VALUES {one} {{ {left_out} }} }}" for one in declared.get("actors", ())]
    return "\n".join(written)


def _of_articles(variables: list[str] | None, filters: Filters) -> Iterator[str]:
    if not variables:
        return
    for wanted, term in ((filters.articles, "dcterms:identifier"), (filters.publishers, "dcterms:publisher")):
        if wanted:
            values = " ".join(str(ox.Literal(one)) for one in sorted(wanted))
            name = f"?filter_{term.partition(':')[2]}"
            yield f"GRAPH {variables[0]} {{ {variables[0]} {term} {name} }} VALUES {name} {{ {values} }}"
    if filters.languages:
        tests = []
        for tag in sorted(one.lower() for one in filters.languages):
            tests += [f"LCASE(?filter_language) = {ox.Literal(tag)}"]
            tests += [f"STRSTARTS(LCASE(?filter_language), {ox.Literal(f'{tag}-')})"]
        yield f"GRAPH {variables[0]} {{ {variables[0]} dcterms:language ?filter_language }}"
        yield f"FILTER({' || '.join(tests)})"


def _of_days(variables: list[str] | None, filters: Filters) -> Iterator[str]:
    """Dates are compared as far as they are precise: 2026 can be since 2026-02 and until 2026-01."""
    if not variables:
        return
    day = variables[0]
    since, until = (first_day(filters.since or ""), ">="), (last_day(filters.until or ""), "<=")
    for date, sign in (since, until):
        if date:
            yield f'FILTER({day} {sign} SUBSTR("{date}", 1, STRLEN({day})))'


def of_types(graph: PropertyGraph, types: frozenset[str]) -> PropertyGraph:
    """Only nodes and edges of the types; node types alone keep every edge between such nodes, and edge types alone
    every node at such an edge. Raises FilterError for a type that the graph does not have.
    """
    if not types:
        return graph
    of_nodes, of_edges = {node.type for node in graph.nodes}, {edge.type for edge in graph.edges}
    unknown = sorted(types - of_nodes - of_edges)
    if unknown:
        known = ", ".join(sorted(of_nodes | of_edges)) or "nothing"
        raise FilterError(f"view {graph.view!r} has nothing of type {unknown[0]!r} here; it has {known}")
    kept = {node.id for node in graph.nodes if node.type in types or not types & of_nodes}
    edges = tuple(
        edge
        for edge in graph.edges
        if edge.source in kept and edge.target in kept and (edge.type in types or not types & of_edges)
    )
    if types & of_edges:
        kept = {end for edge in edges for end in (edge.source, edge.target)}
    return PropertyGraph(graph.view, graph.lang, tuple(node for node in graph.nodes if node.id in kept), edges)
