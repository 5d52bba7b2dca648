"""The graph in Python: what ``kg.open(store)`` gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from kg.graph import query as queries
from kg.graph.store import Store, open_store

if TYPE_CHECKING:
    import networkx as nx
    import rdflib


class Graph:
    """A store opened for reading; close it, or use it in a ``with`` statement."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """The store in a folder, as it was at its writer's last flush, or at a URL. Raises StoreError."""
        return cls(open_store(path, "read"))

    def query(self, query: str, **parameters: str) -> list[dict[str, str]]:
        """The rows of a query as text by column; what is not bound has no key.

        ``query`` is the name of a shipped query, a file, or SPARQL text (anything with a brace). Parameters are those
        of the query. Raises UnknownQueryError, ParameterError and QueryError.
        """
        found = queries.parse("query", query) if "{" in query else queries.find(query)
        return list(queries.run(self.store, found, parameters).records())

    def to_networkx(self, view: str = "actors", lang: str = "en") -> nx.MultiDiGraph:
        """A view as a NetworkX graph; attributes are text, numbers and truth values only. Raises UnknownViewError."""
        from kg.network.convert import to_networkx
        from kg.network.projection import project

        return to_networkx(project(self.store, view, lang))

    def to_rdflib(self) -> rdflib.Dataset:
        """A copy of all quads as an rdflib Dataset, for small and middling stores: it lives in memory."""
        import rdflib

        dataset = rdflib.Dataset()
        text = "".join(self._nquads())
        dataset.parse(data=text, format="nquads")
        return dataset

    def _nquads(self) -> Iterator[str]:
        for quad in self.store.quads():
            yield f"{quad} .\n"

    def close(self) -> None:
        """Let the store go; closing twice does no harm."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
