"""Queries: found by name, their parameters bound as terms, their answers as rows or in the SPARQL result formats.

A query is a ``.rq`` file of SPARQL 1.1; the prefixes of :data:`kg.iri.PREFIXES` need no declaration. Its first lines
say what it is for::

    # question: Who said what about a treaty?
    # question_zh: 誰就某條約說了什麼?
    # param: treaty entity -- the treaty
    # columns: source speaker content

A parameter is a line ``VALUES ?treaty { … }`` of the query: what stands in the braces is the default (``UNDEF``: all),
and ``--param treaty=…`` puts another term there, written and escaped as SPARQL writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Literal, TypeAlias

import pyoxigraph as ox

from kg import iri
from kg.errors import KgError, UsageError
from kg.graph.guard import reaches
from kg.graph.store import Store

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None
ParamKind: TypeAlias = Literal["entity", "term", "string", "date", "integer", "lang"]
_KINDS = ("entity", "term", "string", "date", "integer", "lang")
_HEAD = re.compile(r"#\s*(question(?:_\w+)?|param|columns)\s*:\s*(.+)")
_PARAM = re.compile(r"(\w+)\s+(\w+)\s*(?:--\s*(.*))?")
_STRING = r"\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
_STRING += r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
#: What holds no keyword: escapes in names, strings, IRIs and comments, as SPARQL's own grammar delimits them.
_SKIPPED = rf"\\.|{_STRING}|<[^<>\"{{}}|^`\\\x00-\x20]*>|\#[^\n]*"
#: Entities shown when a name means none or several.
_CANDIDATES = 8


class QueryError(KgError):
    """A query that cannot be run as it is."""


class UnknownQueryError(UsageError):
    """No query of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return f"no query {self.name!r}: use a file, '-' for standard input, or one of {', '.join(self.known)}"


class ParameterError(UsageError):
    """A parameter that the query does not have, or a value that does not fit."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query. ``kind`` says how its value is read."""

    name: str
    kind: ParamKind
    about: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query with its header."""

    name: str
    text: str
    questions: Mapping[str, str] = field(default_factory=dict)
    """The question that it answers, by language (``en``, ``zh``)."""
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[str, ...] = ()


def folder() -> Path:
    """Where the shipped queries are: beside the package in a checkout, inside it when installed."""
    inside = Path(str(resources.files("kg"))) / "_data" / "queries"
    return inside if inside.is_dir() else Path(str(resources.files("kg"))).parent / "queries"


def names() -> list[str]:
    """Names of the shipped queries, sorted."""
    return sorted(path.stem for path in folder().glob("*.rq"))


def find(name: str) -> Query:
    """The query of a name or a file. Raises UnknownQueryError."""
    shipped = folder() / f"{name}.rq"
    if re.fullmatch(r"[\w-]+", name) and shipped.is_file():
        return parse(name, shipped.read_text(encoding="utf-8"))
    path = Path(name)
    if not path.is_file():
        raise UnknownQueryError(name, names())
    try:
        return parse(path.name, path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: a query must be UTF-8 text") from error


def parse(name: str, text: str) -> Query:
    """A query from its text; a text without a header is a query without parameters."""
    questions: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: tuple[str, ...] = ()
    for line in text.splitlines():
        if not line.startswith("#"):
            if line.strip():
                break
            continue
        match = _HEAD.match(line)
        if not match:
            continue
        key, value = match[1], match[2].strip()
        if key == "columns":
            columns = tuple(value.replace(",", " ").split())
        elif key == "param":
            parameters.append(_parameter(name, value))
        else:
            questions[key.partition("_")[2] or "en"] = value
    return Query(name, text, questions, tuple(parameters), columns)


def _parameter(name: str, value: str) -> Parameter:
    match = _PARAM.fullmatch(value)
    if not match or match[2] not in _KINDS:
        raise QueryError(
            f"{name}: '# param: {value}' should be '# param: NAME KIND -- TEXT', KIND of {', '.join(_KINDS)}"
        )
    kind: ParamKind = match[2]  # type: ignore[assignment]
    return Parameter(match[1], kind, match[3] or "")


@dataclass(slots=True)
class Answer:
    """The answer of a SELECT query; iterate once over its rows, or serialize it."""

    columns: list[str]
    solutions: ox.QuerySolutions

    def rows(self) -> Iterator[tuple[Term, ...]]:
        """Rows as terms in the order of the columns; None for what is not bound."""
        for solution in self.solutions:
            yield tuple(solution[column] for column in self.columns)

    def records(self) -> Iterator[dict[str, str]]:
        """Rows as text by column, without what is not bound."""
        for row in self.rows():
            yield {
                c: v.value for c, v in zip(self.columns, row, strict=True) if isinstance(v, ox.NamedNode | ox.Literal)
            }


def run(store: Store, query: Query, parameters: Mapping[str, str] | None = None) -> Answer:
    """Answer a SELECT query.

    Raises ParameterError, and QueryError for a syntax error (with its line), an update, a federated query, or a form
    that is no SELECT.
    """
    text = bind(store, query, parameters or {})
    refuse(query)
    try:
        result = store.query(text)
    except SyntaxError as error:
        raise QueryError(f"{query.name}: {located(error)}") from error
    if not isinstance(result, ox.QuerySolutions):
        raise QueryError(f"{query.name}: only SELECT queries give a table; write ASK and CONSTRUCT as SELECT")
    return Answer([variable.value for variable in result.variables], result)


def located(error: SyntaxError) -> str:
    """One line for a syntax error: where and what."""
    message = " ".join(str(error.args[0] if error.args else error).split())
    found = re.match(r"error at (\d+):(\d+): ", message)
    if not found:
        return f"not SPARQL 1.1: {message[:160]}"
    what = message[found.end() :]
    return f"line {found[1]}, column {found[2]}: not SPARQL 1.1, {what[:157] + '…' if len(what) > 160 else what}"


def refuse(query: Query, holds: Callable[[str], bool] = lambda graph: False) -> None:
    """Raise QueryError for what would change the store or read anything outside of it.

    ``holds``: whether a graph is in the store, so that ``FROM`` may name it; by default no FROM is let through.
    """
    for reach in reaches(query.text, iri.PREFIXES):
        if reach.word == "SERVICE":
            raise QueryError(f"{query.name}: SERVICE is not allowed: a query sees this store alone")
        if reach.word != "FROM":
            raise QueryError(f"{query.name}: {reach.word} is not allowed: a query only reads the store")
        if reach.graph is None or not holds(reach.graph):
            raise QueryError(f"{query.name}: FROM is not allowed: a query sees this store's graphs alone, use GRAPH")


def bind(store: Store, query: Query, values: Mapping[str, str]) -> str:
    """The text of a query with its parameters in place. Values become terms and are written escaped."""
    known = {parameter.name: parameter for parameter in query.parameters}
    terms: dict[str, str] = {}
    for name, value in values.items():
        if name not in known:
            has = ", ".join(known) or "none"
            raise ParameterError(f"{query.name} has no parameter {name!r}; it has {has}")
        terms[name] = _term(store, known[name], value)
    if not terms:
        return query.text
    slot = re.compile(
        rf"{_SKIPPED}|(?P<head>\bVALUES\s+[?$](?P<name>{'|'.join(terms)})\s*\{{)(?:{_STRING}|[^}}])*\}}",
        re.IGNORECASE | re.DOTALL,
    )
    filled: set[str] = set()

    def fill(match: re.Match[str]) -> str:
        if not match["head"] or match["name"] not in terms:
            return match[0]
        filled.add(match["name"])
        return f"{match['head']} {terms[match['name']]} }}"

    text = slot.sub(fill, query.text)  # one pass: a value is never searched for the place of another
    for name in sorted(terms.keys() - filled):
        raise QueryError(f"{query.name}: parameter {name!r} needs a line 'VALUES ?{name} {{ UNDEF }}' in the query")
    return text


def _term(store: Store, parameter: Parameter, value: str) -> str:
    if parameter.kind == "entity":
        return str(entity(store, value))
    if parameter.kind == "term":
        if not re.fullmatch(r"[A-Za-z_]+", value):
            raise ParameterError(f"{parameter.name}={value}: a word of the ontology, such as deny or Treaty, is needed")
        return f"<{iri.term(value)}>"
    if parameter.kind == "integer":
        if not re.fullmatch(r"-?\d{1,18}", value):
            raise ParameterError(f"{parameter.name}={value}: a whole number is needed")
        return value
    if parameter.kind == "date" and not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", value):
        raise ParameterError(f"{parameter.name}={value}: a date is written 2026, 2026-02 or 2026-02-05")
    return str(ox.Literal(value.lower() if parameter.kind == "lang" else value))


def entity(store: Store, value: str) -> ox.NamedNode:
    """The entity that a user means: an IRI, a key of the authority file, or a name in any language.

    Raises ParameterError when nothing, or more than one thing, has that name.
    """
    if value.startswith(("http://", "https://")):
        try:
            return ox.NamedNode(value)
        except ValueError as error:
            raise ParameterError(f"{value!r} is not an IRI") from error
    candidate = ox.NamedNode(iri.entity(value))
    if _column(store, f"SELECT ?t WHERE {{ GRAPH ?g {{ {candidate} a ?t }} }} LIMIT 1"):
        return candidate
    found = _named(store, value)
    if len(found) == 1:
        return ox.NamedNode(found[0])
    if found:
        raise ParameterError(f"{value!r} names {len(found)} things; use one of these keys: {_listed(store, found)}")
    near = str(ox.Literal(value.casefold()))
    alike = _column(
        store,
        f"""SELECT DISTINCT ?e WHERE {{ GRAPH ?g {{ ?e skos:prefLabel|skos:altLabel ?n }}
        FILTER(STRSTARTS(STR(?e), "{iri.ENTITY}") && CONTAINS(LCASE(STR(?n)), {near})) }}
        ORDER BY ?e LIMIT {_CANDIDATES}""",
    )
    hint = f"did you mean {_listed(store, alike)}?" if alike else "see the names with 'kg query entities'"
    raise ParameterError(f"nothing in the store is named {value!r}: {hint}")


def _named(store: Store, value: str) -> list[str]:
    """IRIs of the entities of a name: as labels have it, then as articles use it, then whatever its letters' case."""
    name = ox.Literal(value)
    names = " ".join([str(name), *(f"{name}@{tag}" for tag in ("en", "zh", "zh-hant", "zh-hans"))])
    among = f"VALUES ?n {{ {names} }} GRAPH ?g {{ ?e"
    labels = "skos:prefLabel|skos:altLabel"
    anycase = f"FILTER(STRLEN(STR(?n)) = {len(value)} && LCASE(STR(?n)) = {ox.Literal(value.lower())})"
    for pattern in (
        f"{among} {labels} ?n }}",
        f"{among} skos:hiddenLabel ?n }}",
        f"GRAPH ?g {{ ?m nif:anchorOf {name} ; a kg:Mention ; itsrdf:taIdentRef ?e }}",
        f"GRAPH ?g {{ ?e {labels} ?n }} {anycase}",
    ):
        of_entity = f'FILTER(STRSTARTS(STR(?e), "{iri.ENTITY}"))'
        sparql = f"SELECT DISTINCT ?e WHERE {{ {pattern} {of_entity} }} ORDER BY ?e"
        found = _column(store, sparql)
        if found:
            return found
    return []


def _listed(store: Store, entities: list[str]) -> str:
    """Keys with a label each."""
    shown: list[str] = []
    for one in entities[:_CANDIDATES]:
        rows = store.query(
            f"SELECT ?n WHERE {{ GRAPH ?g {{ <{one}> skos:prefLabel ?n }} }} ORDER BY LANG(?n) ?n LIMIT 1"
        )
        assert isinstance(rows, ox.QuerySolutions)
        label = next((row[0].value for row in rows if isinstance(row[0], ox.Literal)), "")
        key = one.removeprefix(iri.ENTITY)
        shown.append(f"{key if '/' not in key else one} ({label})" if label else key)
    return ", ".join(shown) + (", …" if len(entities) > _CANDIDATES else "")


def _column(store: Store, sparql: str) -> list[str]:
    solutions = store.query(sparql)
    assert isinstance(solutions, ox.QuerySolutions)
    return [row[0].value for row in solutions if isinstance(row[0], ox.NamedNode)]
