"""A store behind a SPARQL 1.1 endpoint: queries and updates as forms, large graphs by the Graph Store HTTP Protocol.

A small article goes in by one update request, which most servers do as one transaction. For those that do not, and
for graphs that need several requests, the digest of a graph is written last: a graph that was cut off has none, so the
next build writes it again. Answers are checked to be whole before a row of them is used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from kg import iri
from kg.graph.store.client import WAITS, Answer, Client
from kg.graph.store.errors import AnswerCutError, EndpointError, NotASelectError, StoreError
from kg.graph.store.protocol import Solutions
from kg.graph.store.settings import Settings

_RESULTS = "application/sparql-results+json"
_TRIPLES = "application/n-triples"
#: Triples in one update request: Virtuoso's parser gives up a little under 5,000.
UPDATE_TRIPLES = 4000
_PAGE = 5000
_DIGEST = f" <{iri.term('digest')}> "
_PREFIX = re.compile(r"\bPREFIX\s+([\w-]+)\s*:", re.IGNORECASE)
#: Truth values as Virtuoso writes them. A quotation mark inside of a JSON string is escaped: text cannot look so.
_NUMBER_AS_TRUTH = re.compile(rb'("datatype": ?"' + iri.XSD.encode() + rb'boolean", ?"value": ?")([01])"')
_TRUTHS = {b"0": b"false", b"1": b"true"}


class EndpointStore:
    """A store at a URL. Nothing is asked before the first query or update, which raises EndpointError."""

    def __init__(self, settings: Settings, waits: Sequence[float] = WAITS) -> None:
        """``waits``: seconds before each further try of a request whose connection failed."""
        self._settings = settings
        self._client = Client(settings, waits)
        self._grammar = ox.Store()  # stays empty

    @property
    def location(self) -> str:
        return self._settings.location

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # Reading

    def select(self, sparql: str) -> Solutions:
        """The rows of a SELECT query; see :class:`kg.graph.store.Store`. Syntax errors are found before it is sent."""
        if not isinstance(self._grammar.query(sparql, prefixes=iri.PREFIXES), ox.QuerySolutions):
            raise NotASelectError
        url = self._settings.query_url
        answer = self._client.send("POST", url, data={"query": _declared(sparql)}, headers={"Accept": _RESULTS})
        most = answer.headers.get("x-sparql-maxrows")
        if most:
            raise AnswerCutError(url, f"cuts answers after {most} rows: ask for less, or raise the server's limit")
        body = _NUMBER_AS_TRUTH.sub(lambda match: match[1] + _TRUTHS[match[2]] + b'"', answer.body)
        self._read(answer, body, whole=True)
        return Solutions(self._read(answer, body), lambda error: StoreError(url, f"cannot be read ({error})"))

    def _read(self, answer: Answer, body: bytes, whole: bool = False) -> ox.QuerySolutions:
        """The rows of an answer; with ``whole`` all are read, to see that nothing is missing."""
        url = self._settings.query_url
        try:
            found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if whole and isinstance(found, ox.QuerySolutions):
                for _ in found:
                    pass
        except (SyntaxError, ValueError) as error:
            kind = answer.headers.get("content-type", "").partition(";")[0].strip()
            if kind and "json" not in kind:
                raise EndpointError(
                    url, f"answers with {kind[:40]}, not with SPARQL results: is the URL right?"
                ) from error
            raise AnswerCutError(url, "gave an answer that is cut or damaged: run the command again") from error
        if not isinstance(found, ox.QuerySolutions):
            raise EndpointError(url, "answers a SELECT query without rows: is the URL right?")
        return found

    def digests(self) -> dict[str, str]:
        """The digest of each article, by article id; asked for in pages, because servers limit answers."""
        return {
            row["id"].value: row["d"].value for row in self._pages("?id ?d", "?g kg:digest ?d ; dcterms:identifier ?id")
        }

    def digest(self, graph: str) -> str | None:
        """The digest of one graph; None when it has none."""
        name = ox.NamedNode(graph)
        rows = self.select(f"SELECT ?d WHERE {{ GRAPH {name} {{ {name} kg:digest ?d }} }} LIMIT 1")
        return next((row["d"].value for row in rows), None)

    def graphs(self) -> list[str]:
        """Names of kg's graphs, sorted; what else the server holds is left alone."""
        return sorted({row["g"].value for row in self._pages("", "?s ?p ?o", f'STRSTARTS(STR(?g), "{iri.BASE}") && ')})

    def _pages(self, columns: str, pattern: str, condition: str = "") -> Iterator[ox.QuerySolution]:
        """Distinct rows with a column ``g``, from page to page in the order of graphs, each of which has one row."""
        last, seen = "", -1
        names: set[str] = set()
        while seen < len(names):
            seen = len(names)
            rows = self.select(
                f"SELECT DISTINCT ?g {columns} WHERE {{ GRAPH ?g {{ {pattern} }}"
                f" FILTER({condition}STR(?g) > {ox.Literal(last)}) }} ORDER BY STR(?g) LIMIT {_PAGE}"
            )
            for row in rows:
                last = row["g"].value
                if last not in names:
                    names.add(last)
                    yield row
            if len(names) - seen < _PAGE:
                return

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The quads of one graph, or of all of kg's, graph by graph."""
        for name in [graph] if graph is not None else self.graphs():
            in_graph = ox.NamedNode(name)
            for triple in self._triples(in_graph):
                yield ox.Quad(triple.subject, triple.predicate, triple.object, in_graph)

    def _triples(self, name: ox.NamedNode) -> list[ox.Triple]:
        """A graph, in pages of whole subjects when it is larger than servers like to answer at once; then counted."""
        found: list[ox.Triple] = []
        last = ""
        while True:
            page = self._page(name, last)
            if len(page) < _PAGE:
                found += page
                break
            last = str(page[-1].subject)[1:-1]
            whole = [triple for triple in page if str(triple.subject)[1:-1] != last]
            if not whole:
                raise EndpointError(self._settings.query_url, f"holds a subject of over {_PAGE} triples, <{last}>")
            found += whole
            last = str(whole[-1].subject)[1:-1]
        if len(found) >= _PAGE:
            rows = self.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH {name} {{ ?s ?p ?o }} }}")
            wanted = next((int(row["n"].value) for row in rows), 0)
            if len(found) != wanted:
                reason = f"gave {len(found)} of {wanted} triples of {name}: run the command again"
                raise AnswerCutError(self._settings.query_url, reason)
        return found

    def _page(self, name: ox.NamedNode, last: str) -> list[ox.Triple]:
        rows = self.select(
            f"SELECT ?s ?p ?o WHERE {{ GRAPH {name} {{ ?s ?p ?o }} FILTER(STR(?s) > {ox.Literal(last)}) }}"
            f" ORDER BY STR(?s) LIMIT {_PAGE}"
        )
        return [ox.Triple(row["s"], row["p"], row["o"]) for row in rows]

    # Writing

    def replace(self, graph: str, triples: str) -> None:
        """Put N-Triples in place of all that a graph holds. SyntaxError for what is no N-Triples."""
        self.load({graph: triples})

    def load(self, graphs: Mapping[str, str]) -> None:
        """Put in whole graphs of N-Triples, in place of what a build that was cut off may have left of them."""
        checked = {ox.NamedNode(graph): _checked(triples) for graph, triples in graphs.items()}
        batch: dict[ox.NamedNode, list[str]] = {}
        size = 0
        for graph, lines in checked.items():
            if len(lines) > UPDATE_TRIPLES:
                self._put(graph, lines)
                continue
            if size + len(lines) > UPDATE_TRIPLES:
                self._update(_replacing(batch))
                batch, size = {}, 0
            batch[graph] = lines
            size += len(lines)
        if batch:
            self._update(_replacing(batch))

    def _put(self, graph: ox.NamedNode, lines: list[str]) -> None:
        """A graph that is too large for one update."""
        body, digest = _apart(lines)
        url = self._settings.graph_url
        if url:
            content = "".join(f"{line}\n" for line in body).encode()
            self._client.send(
                "PUT", url, params={"graph": graph.value}, content=content, headers={"Content-Type": _TRIPLES}
            )
        else:
            self._update(f"DROP SILENT GRAPH {graph}")
            for start in range(0, len(body), UPDATE_TRIPLES):
                self._update(_insert([(graph, body[start : start + UPDATE_TRIPLES])]))
        if digest:
            self._update(_insert([(graph, digest)]))

    def remove(self, graph: str) -> None:
        """Remove a graph; nothing happens when it is not there."""
        self._update(f"DROP SILENT GRAPH {ox.NamedNode(graph)}")

    def _update(self, sparql: str) -> None:
        self._client.send("POST", self._settings.update_url, data={"update": sparql})

    def flush(self) -> None:
        """Nothing to do: what the server has acknowledged is the server's."""

    def close(self) -> None:
        """Close the connections; closing twice does no harm."""
        self._client.close()


def _declared(sparql: str) -> str:
    """The query with the prefixes that it uses and does not declare, on its first line so that lines keep numbers."""
    own = set(_PREFIX.findall(sparql))
    used = [
        f"PREFIX {name}: <{namespace}> "
        for name, namespace in iri.PREFIXES.items()
        if name not in own and f"{name}:" in sparql
    ]
    return "".join(used) + sparql


def _checked(triples: str) -> list[str]:
    """The lines of N-Triples. Raises SyntaxError before anything is sent."""
    for _ in ox.parse(input=triples.encode("utf-8"), format=ox.RdfFormat.N_TRIPLES):
        pass
    return list(dict.fromkeys(line for line in triples.split("\n") if line))


def _apart(lines: Iterable[str]) -> tuple[list[str], list[str]]:
    """All lines but the digest, and the digest."""
    body: list[str] = []
    digest: list[str] = []
    for line in lines:
        (digest if _DIGEST in line.split('"', 1)[0] else body).append(line)
    return body, digest


def _replacing(graphs: Mapping[ox.NamedNode, list[str]]) -> str:
    """One update that puts graphs in the place of those of their names, digests last."""
    parts = [(graph, *_apart(lines)) for graph, lines in graphs.items()]
    drops = [f"DROP SILENT GRAPH {graph}" for graph in graphs]
    inserts = [_insert([(g, body) for g, body, _ in parts]), _insert([(g, digest) for g, _, digest in parts])]
    return " ;\n".join([*drops, *filter(None, inserts)])


def _insert(parts: Iterable[tuple[ox.NamedNode, list[str]]]) -> str:
    """An INSERT DATA of lines by graph; empty for no lines."""
    blocks = [f"GRAPH {graph} {{\n" + "\n".join(lines) + "\n}" for graph, lines in parts if lines]
    return "INSERT DATA {\n" + "\n".join(blocks) + "\n}" if blocks else ""
