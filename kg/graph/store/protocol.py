"""What the rest of kg needs of a store, whatever engine it runs on, and the rows that it answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal, Protocol, Self

import pyoxigraph as ox

from kg.graph.store.errors import StoreError

Mode = Literal["write", "read", "memory"]


class Solutions:
    """The rows of a SELECT query; iterate once, or serialize. A store that breaks meanwhile raises StoreError."""

    def __init__(self, raw: ox.QuerySolutions, trouble: Callable[[Exception], StoreError]) -> None:
        """``trouble`` makes the error to raise of what the engine reports."""
        self._raw = raw
        self._trouble = trouble
        self.columns = [variable.value for variable in raw.variables]

    def __iter__(self) -> Iterator[ox.QuerySolution]:
        try:
            yield from self._raw
        except (OSError, RuntimeError, SyntaxError) as error:
            raise self._trouble(error) from error

    def serialize(self, output: BinaryIO | None = None, *, format: ox.QueryResultsFormat) -> bytes | None:
        """All rows in a SPARQL 1.1 result format, into a stream or, without one, as bytes."""
        try:
            return self._raw.serialize(output, format=format)
        except BrokenPipeError:  # of the stream, not of the store
            raise
        except (OSError, RuntimeError, SyntaxError) as error:
            raise self._trouble(error) from error


class Store(Protocol):
    """A set of named graphs, one for each article and a few that come from no article."""

    @property
    def location(self) -> Path | str:
        """The folder or URL."""
        ...

    def select(self, sparql: str) -> Solutions:
        """Answer a SELECT query in which the prefixes of kg.iri.PREFIXES are known.

        SyntaxError when it is no SPARQL 1.1, NotASelectError for the other forms, StoreError when the store fails.
        """
        ...

    def replace(self, graph: str, triples: str) -> None:
        """Put N-Triples in place of all that a graph holds: no reader sees half of it."""
        ...

    def load(self, graphs: Mapping[str, str]) -> None:
        """Put in whole graphs of N-Triples that have no digest yet; faster than one by one."""
        ...

    def remove(self, graph: str) -> None:
        """Remove a graph; nothing happens when it is not there."""
        ...

    def digests(self) -> dict[str, str]:
        """The digest of each article, by article id."""
        ...

    def digest(self, graph: str) -> str | None:
        """The digest of one graph; None when it has none."""
        ...

    def graphs(self) -> list[str]:
        """Names of all graphs, sorted."""
        ...

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The quads of one graph, or of all; in no order."""
        ...

    def flush(self) -> None:
        """Bring all that was written to the disk, and let readers see it."""
        ...

    def close(self) -> None:
        """Flush and let the store go; closing twice does no harm."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None: ...
