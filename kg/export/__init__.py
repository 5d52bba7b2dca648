"""Exports: one file for each format, one line for each in EXPORTERS, and ``export`` as the way in."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeAlias

from kg.errors import UsageError
from kg.export import cx2, cytoscape, gexf, graphml, html, mermaid, node_link, picture, rdf, tables
from kg.export.output import output
from kg.graph.store import Store
from kg.network.filters import NO_FILTERS, Filters
from kg.network.model import PropertyGraph
from kg.network.projection import project, project_in
from kg.network.view import load_view

Target: TypeAlias = str | os.PathLike[str] | BinaryIO
"""A path, ``-`` for standard output, or a binary stream that stays open."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What of the store is written: a view (a name or a file), the language of its labels, and filters."""

    view: str = "actors"
    lang: str = "en"
    filters: Filters = NO_FILTERS


@dataclass(frozen=True, slots=True)
class Projected:
    """A format of nodes and edges: it writes a view of the store."""

    suffix: str
    write: Callable[[PropertyGraph, BinaryIO], None]

    def __call__(self, store: Store, target: Target, choice: Choice) -> list[str]:
        graph = project(store, choice.view, choice.lang, choice.filters)
        with output(target) as out:
            self.write(graph, out)
        return _named(target)


@dataclass(frozen=True, slots=True)
class Pair:
    """A format of two tables: ``graph.csv`` becomes ``graph-nodes.csv`` and ``graph-edges.csv``."""

    suffix: str
    write: Callable[[PropertyGraph, BinaryIO, BinaryIO], None]

    def __call__(self, store: Store, target: Target, choice: Choice) -> list[str]:
        if not isinstance(target, (str, os.PathLike)) or os.fspath(target) == "-":
            raise TwoFilesError(self.suffix)
        path = Path(target)
        paths = [path.with_name(f"{path.stem}-{part}{path.suffix or self.suffix}") for part in ("nodes", "edges")]
        graph = project(store, choice.view, choice.lang, choice.filters)
        with ExitStack() as stack:
            streams = [stack.enter_context(output(one)) for one in paths]
            self.write(graph, streams[0], streams[1])
        return [str(one) for one in paths]


@dataclass(frozen=True, slots=True)
class Page:
    """The page to explore a view in, with the sentences behind it."""

    suffix: str

    def __call__(self, store: Store, target: Target, choice: Choice) -> list[str]:
        view = load_view(choice.view)
        graphs = project_in(store, view, html.LANGUAGES, choice.filters)
        with output(target) as out:
            html.write(store, graphs, choice.lang.lower(), view.title, out)
        return _named(target)


@dataclass(frozen=True, slots=True)
class Direct:
    """A format of RDF: it writes the whole store as it is, whatever the view, the language and the filters."""

    suffix: str
    write: Callable[[Store, BinaryIO], None]

    def __call__(self, store: Store, target: Target, choice: Choice) -> list[str]:
        if choice.filters != NO_FILTERS:
            raise UsageError(f"{self.suffix} holds the whole store: filters need a format of nodes and edges")
        with output(target) as out:
            self.write(store, out)
        return _named(target)


EXPORTERS: dict[str, Projected | Pair | Page | Direct] = {
    "html": Page(".html"),
    "graphml": Projected(".graphml", graphml.write),
    "gexf": Projected(".gexf", gexf.write),
    "node-link": Projected(".json", node_link.write),
    "cytoscape": Projected(".cyjs", cytoscape.write),
    "cx2": Projected(".cx2", cx2.write),
    "mermaid": Projected(".mmd", mermaid.write),
    "png": Projected(".png", picture.write_png),
    "svg": Projected(".svg", picture.write_svg),
    "csv": Pair(".csv", tables.write_csv),
    "parquet": Pair(".parquet", tables.write_parquet),
    "neo4j": Pair(".neo4j.csv", tables.write_neo4j),
    "turtle": Direct(".ttl", rdf.write_turtle),
    "trig": Direct(".trig", rdf.write_trig),
    "nquads": Direct(".nq", rdf.write_nquads),
    "jsonld": Direct(".jsonld", rdf.write_jsonld),
}


class UnknownFormatError(UsageError):
    """A format, or a file's suffix, that no exporter has."""

    def __init__(self, asked: str) -> None:
        super().__init__(asked)
        self.asked = asked

    def __str__(self) -> str:
        known = ", ".join(f"{name} ({exporter.suffix})" for name, exporter in EXPORTERS.items())
        return f"cannot tell an export format from {self.asked!r}; give --format or a suffix of: {known}"


class TwoFilesError(UsageError):
    """A format of two files sent to one stream."""

    def __init__(self, suffix: str) -> None:
        super().__init__(suffix)
        self.suffix = suffix

    def __str__(self) -> str:
        return f"nodes and edges make two files: give -o a name such as graph{self.suffix}, not standard output"


def export(
    store: Store,
    target: Target,
    format: str | None = None,
    view: str = "actors",
    lang: str = "en",
    filters: Filters = NO_FILTERS,
) -> list[str]:
    """Writes the store to a path, ``-`` (standard output) or a binary stream; gives the paths that were written.

    ``format`` is a key of EXPORTERS; None takes it from the path's suffix. ``view``, the language of the labels and the
    filters count for the formats of nodes and edges only. A file is replaced whole or not at all, and the same store
    gives the same bytes. Raises UnknownFormatError, UnknownViewError, FilterError, TwoFilesError and OutputError, and
    what the format itself raises (TooLargeError, MissingPackageError, MissingFontError).
    """
    return find_exporter(target, format)(store, target, Choice(view, lang, filters))


def find_exporter(target: Target, format: str | None = None) -> Projected | Pair | Page | Direct:
    """The exporter of a format's name, or of the target's suffix when ``format`` is None.

    Raises UnknownFormatError; a stream and standard output have no suffix, so that they need the name.
    """
    if format is not None:
        if format not in EXPORTERS:
            raise UnknownFormatError(format)
        return EXPORTERS[format]
    name = os.fspath(target) if isinstance(target, (str, os.PathLike)) else "-"
    fitting = [one for one in EXPORTERS.values() if Path(name).name.lower().endswith(one.suffix)]
    if not fitting:
        raise UnknownFormatError(name)
    return max(fitting, key=lambda one: len(one.suffix))


def _named(target: Target) -> list[str]:
    return [os.fspath(target)] if isinstance(target, (str, os.PathLike)) and os.fspath(target) != "-" else []
