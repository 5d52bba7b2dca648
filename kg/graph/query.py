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
from typing import TypeAlias

import pyoxigraph as ox

from kg import iri
from kg.errors import KgError, UsageError
from kg.graph.guard import reaches
from kg.graph.parameters import KINDS, Parameter, ParameterError, ParamKind, entity, term
from kg.graph.store import NotASelectError, Solutions, Store

__all__ = ["Parameter", "ParameterError", "Query", "QueryError", "UnknownQueryError", "entity"]

Term: TypeAlias = ox.NamedNode | ox.Literal | ox.BlankNode | ox.Triple | None
_HEAD = re.compile(r"#\s*(question(?:_\w+)?|param|columns)\s*:\s*(.+)")
_PARAM = re.compile(r"(\w+)\s+(\w+)\s*(?:--\s*(.*))?")
_STRING = r"\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''"
_STRING += r"|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
#: What holds no keyword: escapes in names, strings, IRIs and comments, as SPARQL's own grammar delimits them.
_SKIPPED = rf"\\.|{_STRING}|<[^<>\"{{}}|^`\\\x00-\x20]*>|\#[^\n]*"
#: How much an error shows of what was expected, and of a line of the query.
_MESSAGE = 120
_LINE = 60


class QueryError(KgError):
    """A query that cannot be run as it is."""


class UnknownQueryError(UsageError):
    """No query of that name."""

    def __init__(self, name: str, known: list[str]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return f"no query {self.name!r}: use a file, '-' for standard input, or one of {', '.join(self.known)}"


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
    if not match or match[2] not in KINDS:
        raise QueryError(
            f"{name}: '# param: {value}' should be '# param: NAME KIND -- TEXT', KIND of {', '.join(KINDS)}"
        )
    kind: ParamKind = match[2]
    return Parameter(match[1], kind, match[3] or "")


@dataclass(slots=True)
class Answer:
    """The answer of a SELECT query; iterate once over its rows, or serialize it."""

    columns: list[str]
    solutions: Solutions

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
        solutions = store.select(text)
    except SyntaxError as error:
        raise QueryError(f"{query.name}: {located(error, query.text)}") from error
    except NotASelectError as error:
        raise QueryError(f"{query.name}: {error}") from error
    return Answer(solutions.columns, solutions)


def located(error: SyntaxError, text: str) -> str:
    """One line for a syntax error: where, the words that stand there, and what was expected."""
    message = " ".join(str(error.args[0] if error.args else error).split())
    found = re.match(r"error at (\d+):(\d+): ", message)
    if not found:
        return f"not SPARQL 1.1: {_cut(message)}"
    lines = text.split("\n")
    number, column = int(found[1]), int(found[2])
    line = lines[number - 1] if number <= len(lines) else ""
    at = f" at '{_around(line, column - 1)}'" if line.strip() else ", at the end"
    return f"line {number}, column {column}{at}: not SPARQL 1.1, {_cut(message[found.end() :])}"


def _cut(message: str) -> str:
    return message if len(message) <= _MESSAGE else f"{message[: _MESSAGE - 1]}…"


def _around(line: str, column: int) -> str:
    """The line, or of a long one what stands around a column; on one line, without control characters."""
    start = max(0, min(column - _LINE // 2, len(line) - _LINE))
    shown = "".join(c if c.isprintable() else " " for c in line[start : start + _LINE]).strip()
    return f"{'…' if start else ''}{shown}{'…' if start + _LINE < len(line) else ''}"


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
        terms[name] = term(store, known[name], value)
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
