"""Views: which questions make a graph of the store, told by a file.

A view is one TOML file: here under ``views/`` (named without its suffix) or anywhere else (named by its path). It has a
``title`` and tables ``[[nodes]]`` and ``[[edges]]``, each with a SPARQL ``query`` and the part that its columns play. A
value that begins with ``?`` names a column; any other is meant as it stands.

    [[edges]]
    source = "?speaker"          # the two ends: IRIs; a row that lacks one makes no edge
    target = "?about"
    type = "?act"                # an IRI, of which the local name is taken, or a word
    weight = "?articles"         # number of articles; 1 when left out
    first = "?first"             # ISO 8601 dates
    last = "?last"
    flags = ["?alleged"]         # columns named after FLAGS that hold true or false
    evidence = "?evidence"       # one line for each record that says it: its date, or ~, and the IRIs of its spans
    attributes = { times = "?times" }   # further columns, as they are
    named = { about = "?things" }       # columns of IRIs with spaces between them, shown by their names
    symmetric = false
    curated = false              # true: reference data; shown where the articles' own graph has its ends

    [[nodes]]                    # entities need no entry: the ends of edges are looked up in the store
    id = "?statement"
    type = "Statement"
    label = "?content"           # a literal, or an IRI that is shown by its name
    first, last, flags, attributes and named as above

A query's pattern may hold lines ``# filters: article=?article day=?day actors=?a,?b``: :mod:`kg.network.filters`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from kg.errors import DataFileError, UsageError
from kg.network.model import EDGE_KEYS, FLAGS, NODE_KEYS

_COMMON = frozenset({"query", "type", "first", "last", "flags", "attributes", "named", "curated"})
_NODE_FIELDS = _COMMON | {"id", "label"}
_EDGE_FIELDS = _COMMON | {"source", "target", "weight", "evidence", "symmetric"}


class UnknownViewError(UsageError):
    """A view that is neither shipped nor a file."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)
        self.name, self.known = name, known

    def __str__(self) -> str:
        return f"no view is named {self.name!r}; use {', '.join(self.known)}, or the path of a view's .toml file"


@dataclass(frozen=True, slots=True)
class Source:
    """One query of a view and the part that its columns play; ``parts`` maps a part to a column (``?x``) or a word."""

    query: str
    parts: Mapping[str, str]
    flags: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    named: Mapping[str, str] = field(default_factory=dict)
    symmetric: bool = False
    curated: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """A view as its file tells it."""

    name: str
    title: str
    nodes: tuple[Source, ...]
    edges: tuple[Source, ...]


def views() -> tuple[str, ...]:
    """Names of the views that come with kg, sorted."""
    folder = resources.files(__package__) / "views"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_view(name: str) -> View:
    """The view of a name or of a file's path.

    Raises UnknownViewError when there is none, and DataFileError when its file is not a view.
    """
    if name in views():
        text, path = (resources.files(__package__) / "views" / f"{name}.toml").read_text(encoding="utf-8"), Path(name)
    elif Path(name).suffix == ".toml" and Path(name).is_file():
        path = Path(name)
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DataFileError(path, str(error)) from error
    else:
        raise UnknownViewError(name, views())
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(path, str(error)) from error
    return _view(path, table)


def _view(path: Path, table: Mapping[str, Any]) -> View:
    nodes = tuple(_source(path, entry, "nodes", ("id", "type")) for entry in table.get("nodes", ()))
    edges = tuple(_source(path, entry, "edges", ("source", "target", "type")) for entry in table.get("edges", ()))
    if not nodes and not edges:
        raise DataFileError(path, "a view needs at least one [[nodes]] or [[edges]] table")
    return View(path.stem, str(table.get("title", path.stem)), nodes, edges)


def _source(path: Path, entry: Mapping[str, Any], where: str, needed: tuple[str, ...]) -> Source:
    fields, reserved = (_NODE_FIELDS, NODE_KEYS) if where == "nodes" else (_EDGE_FIELDS, EDGE_KEYS)
    for name in ("query", *needed):
        if not isinstance(entry.get(name), str):
            raise DataFileError(path, f"[[{where}]] needs {name!r}, a string")
    unknown = sorted(set(entry) - fields)
    if unknown:
        raise DataFileError(path, f"[[{where}]] has no {unknown[0]!r}; it has {', '.join(sorted(fields))}")
    attributes, named = entry.get("attributes", {}), entry.get("named", {})
    taken = sorted((set(attributes) | set(named)) & reserved)
    if taken:
        raise DataFileError(path, f"[[{where}]] gives an attribute the name {taken[0]!r}, which kg itself uses")
    flags = tuple(str(flag).removeprefix("?") for flag in entry.get("flags", ()))
    if set(flags) - set(FLAGS):
        raise DataFileError(path, f"[[{where}]] flags are columns named {', '.join(FLAGS)}")
    parts = {name: value for name, value in entry.items() if isinstance(value, str) and name != "query"}
    return Source(
        entry["query"], parts, flags, attributes, named, bool(entry.get("symmetric")), bool(entry.get("curated"))
    )
