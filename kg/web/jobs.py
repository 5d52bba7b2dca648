"""What a worker can be asked to do. Each job takes the snapshot and plain values, and gives a reply."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pyoxigraph as ox

from kg import iri
from kg.errors import KgError
from kg.graph import query as queries
from kg.graph.guard import reaches
from kg.graph.query import QueryError
from kg.graph.store import OxigraphStore
from kg.network.lookup import Row, look_up_names
from kg.network.names import local_name
from kg.show import article as articles
from kg.show import html
from kg.web import finding, formats, links, listing, neighbours, reading
from kg.web.answer import Answer
from kg.web.messages import Reply
from kg.web.tables import table

_JSON = "application/json"
_ENTITIES = ("State", "Person", "Organization", "Treaty", "WeaponSystem", "WeaponClass", "Place")
_RECORDS = ("Article", "Mention", "Statement", "Event", "Figure", "Position")
Result: TypeAlias = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


class NotThereError(KgError):
    """An entity or an article that the store does not have."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"the store has no {self.what}"


class Snapshot(OxigraphStore):
    """A store of the service's own: nobody writes to it."""

    def __init__(self, path: Path, *, folder: Path, limit: int) -> None:
        """``folder``: where large answers go; ``limit``: their largest size in bytes."""
        super().__init__(path, "read")
        self._answers, self._limit = folder, limit

    def answer(self) -> Answer:
        """Somewhere to write an answer to."""
        return Answer(self._answers, self._limit)

    def holds(self, graph: str) -> bool:
        """Whether there is a graph of that name."""
        try:
            return self.engine.contains_named_graph(ox.NamedNode(graph))
        except ValueError:
            return False

    def ask(
        self, name: str, text: str, default: Sequence[str] = (), named: Sequence[str] = (), base: str | None = None
    ) -> Result:
        """Answer any query that only reads this store; relative IRIs are errors without a ``base``.

        The dataset is that of ``default`` and ``named``, else that of the query, else the whole store with the union
        of its graphs as default graph. Raises QueryError.
        """
        queries.refuse(queries.Query(name, text), self.holds)
        if default or named:
            dataset: dict[str, Any] = {"default_graph": _graphs(default), "named_graphs": _graphs(named)}
        else:
            own = any(reach.word == "FROM" for reach in reaches(text, iri.PREFIXES))
            dataset = {} if own else {"use_default_graph_as_union": True}
        try:
            return self.engine.query(text, base_iri=base, prefixes=iri.PREFIXES, **dataset)
        except SyntaxError as error:
            raise QueryError(f"{name}: {queries.located(error, text)}") from error
        except RuntimeError as error:
            raise QueryError(f"{name}: {' '.join(str(error).split())[:200]}") from error


def _graphs(names: Iterable[str]) -> list[ox.NamedNode]:
    found = []
    for name in names:
        if not name.startswith(("http://", "https://", "urn:", "tag:")):
            raise QueryError(f"the dataset names {name[:100]!r}: a query sees the graphs of this store alone")
        try:
            found.append(ox.NamedNode(name))
        except ValueError as error:
            raise QueryError(f"the dataset names {name[:100]!r}, which is no IRI") from error
    return found


def query(store: Snapshot, text: str, default: list[str], named: list[str], accept: str, form: str, base: str) -> Reply:
    """Any query, in the format that the client wants."""
    result = store.ask("query", text, default, named, base)
    offered = formats.GRAPHS if isinstance(result, ox.QueryTriples) else formats.TABLES
    return _written(store, result, formats.choose(accept, offered, form))


def _written(store: Snapshot, result: Result, chosen: formats.Format) -> Reply:
    out = store.answer()
    try:
        result.serialize(out, format=chosen.engine)  # type: ignore[arg-type]  # a file to all that matters here
    except RuntimeError as error:
        out.discard()
        raise QueryError(f"the query could not be answered: {' '.join(str(error).split())[:200]}") from error
    return out.reply(chosen.content_type)


def page(store: Snapshot, text: str, name: str, values: dict[str, str], lang: str, limit: int) -> Reply:
    """The first rows of a query as cells with labels and links; ``values`` are those of its parameters."""
    found = queries.parse(name or "query", text)
    if "/" in name:
        found = listing.prepared(store, found)
    bound = queries.bind(store, found, values)
    shown = table(store, store.ask(found.name, bound), lang, limit)
    return _json({"query": bound, **shown})


def entity(store: Snapshot, name: str, lang: str, limit: int) -> Reply:
    """What is known of an entity, for its page."""
    found = reading.entity(store, name, lang, limit)
    if found is None:
        raise NotThereError(f"entity {links.key(name)!r}")
    return _json(found)


def entity_graph(store: Snapshot, name: str, accept: str, form: str) -> Reply:
    """An entity's own triples, and those of the curated facts about it."""
    chosen = formats.choose(accept, formats.GRAPHS, form)
    node = ox.NamedNode(name)
    if not reading.is_there(store, name):
        raise NotThereError(f"entity {links.key(name)!r}")
    text = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{
      {{ BIND({node} AS ?s) ?s ?p ?o }} UNION
      {{ GRAPH <{iri.AUTHORITY_GRAPH}> {{ ?s ?to {node} ; a ?kind ; ?p ?o
         FILTER(?kind IN (kg:ReferenceEvent, kg:ReferenceFigure, kg:Position)) }} }} }}"""
    return _written(store, store.ask("entity", text), chosen)


def article(
    store: Snapshot, article_id: str, lang: str, start: int | None = None, end: int | None = None, words: str = ""
) -> Reply:
    """An article as HTML, marked between two offsets, or where it has these words first."""
    try:
        marked = articles.read(store, article_id, lang)
    except articles.UnknownArticleError as error:
        raise NotThereError(
            f"article {article_id!r}" + (f"; there is {', '.join(error.near)}" if error.near else "")
        ) from error
    found = marked.text.find(words) if words else -1
    if start is None and found >= 0:
        start, end = found, found + len(words)
    evidence = None if start is None else (start, end if end is not None else start + 1)
    body = html.body(marked, link=lambda one: links.in_language(links.of_entity(one), lang), evidence=evidence)
    meta = {key: getattr(marked, key) for key in ("id", "title", "date", "publisher", "url")}
    return _json({"body": body, "language": marked.lang, **meta})


def article_graph(store: Snapshot, article_id: str, accept: str, form: str) -> Reply:
    """All triples of an article."""
    name = iri.article(article_id)
    if not store.holds(name):
        raise NotThereError(f"article {article_id!r}")
    chosen = formats.choose(accept, formats.GRAPHS, form)
    text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {ox.NamedNode(name)} {{ ?s ?p ?o }} }}"
    return _written(store, store.ask("article", text), chosen)


def find(store: Snapshot, words: str, lang: str, limit: int) -> Reply:
    """Entities and articles by the words of their names."""
    return _json(finding.find(store, words, lang, limit))


def listed(store: Snapshot, name: str, values: dict[str, str], lang: str, size: int, start: int | None = None) -> Reply:
    """Some rows of a list, each with its labels, links and passage."""
    return _json(listing.read(store, name, values, lang, size, start))


def schemes(store: Snapshot, wanted: list[str], lang: str) -> Reply:
    """The words that a form offers."""
    return _json(listing.schemes(store, wanted, lang))


def around(store: Snapshot, view: str, entity: str, size: int, start: int, together: list[str]) -> Reply:
    """What stands around one thing in the graph."""
    return _json(neighbours.around(store, view, entity, size, start, together))


def evidence(store: Snapshot, source: str, target: str, kind: str, flags: str, size: int, start: int) -> Reply:
    """The sentences that say an edge."""
    return _json(neighbours.evidence(store, source, target, kind, flags, size, start))


def names(store: Snapshot, keys: list[str], lang: str) -> Reply:
    """The labels of those of some entities of the authority file that the store has, by key."""
    known = look_up_names(store, (iri.entity(key) for key in keys), lang).labels
    return _json({key: known[iri.entity(key)] for key in keys if iri.entity(key) in known})


def numbers(store: Snapshot) -> Reply:
    """How much is in the store."""
    counted = {local_name(row["type"].text): row for row in reading.ask(store, "numbers")}
    return _json({"records": _counts(counted, _RECORDS, "all"), "entities": _counts(counted, _ENTITIES, "different")})


def _counts(counted: Mapping[str, Row], names: Iterable[str], column: str) -> dict[str, int]:
    return {name: int(counted[name][column].text) if name in counted else 0 for name in names}


def _json(data: object) -> Reply:
    return Reply(200, _JSON, json.dumps(data, ensure_ascii=False).encode("utf-8", errors="replace"))


JOBS: dict[str, Callable[..., Reply]] = {
    "query": query,
    "page": page,
    "entity": entity,
    "entity_graph": entity_graph,
    "article": article,
    "article_graph": article_graph,
    "find": find,
    "listed": listed,
    "schemes": schemes,
    "around": around,
    "evidence": evidence,
    "names": names,
    "numbers": numbers,
}
