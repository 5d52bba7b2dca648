"""The graph in Python: what ``kg.open(store)`` gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kg.errors import MissingPackageError
from kg.graph import query as queries
from kg.graph.store import Store, open_store
from kg.notebook import Rows, Sentences

if TYPE_CHECKING:
    import networkx as nx
    import pandas
    import rdflib

    from kg.network.model import Edge, PropertyGraph

#: Filters that are one value and not a set of them.
_PLAIN = frozenset({"since", "until", "media"})


class Graph:
    """A store opened for reading; close it, or use it in a ``with`` statement."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """The store in a folder, as it was at its writer's last flush, or at a URL. Raises StoreError."""
        return cls(open_store(path, "read"))

    def query(self, query: str, **parameters: str) -> Rows:
        """The rows of a query as text by column, a list that a notebook shows as a table; what is not bound has no key.

        ``query`` is the name of a shipped query, a file, or SPARQL text (anything with a brace). Parameters are those
        of the query. Raises UnknownQueryError, ParameterError and QueryError.
        """
        found = queries.parse("query", query) if "{" in query else queries.find(query)
        answer = queries.run(self.store, found, parameters)
        return Rows(answer.columns, answer.records())

    def project(self, view: str = "actors", lang: str = "en", **filters: Any) -> PropertyGraph:
        """A view as nodes and edges; ``filters`` are the fields of :class:`kg.network.filters.Filters`.

        ``types``, ``articles``, ``languages`` and ``publishers`` take any collection of strings. Raises
        UnknownViewError and FilterError.
        """
        from kg.network.filters import Filters
        from kg.network.projection import project

        chosen: dict[str, Any] = {
            name: value if name in _PLAIN else frozenset(value) for name, value in filters.items()
        }
        return project(self.store, view, lang, Filters(**chosen))

    def to_networkx(self, view: str = "actors", lang: str = "en", **filters: Any) -> nx.MultiDiGraph:
        """A view as a NetworkX graph; attributes are text, numbers and truth values only. As ``project`` otherwise."""
        from kg.network.convert import to_networkx

        return to_networkx(self.project(view, lang, **filters))

    def to_pandas(self, query: str, **parameters: str) -> pandas.DataFrame:
        """The rows of a query as a data frame of strings, missing where nothing is bound; as ``query`` otherwise.

        Raises MissingPackageError without pandas.
        """
        try:
            import pandas
        except ImportError as error:
            raise MissingPackageError("a data frame", "pandas", "tables") from error
        found = queries.parse("query", query) if "{" in query else queries.find(query)
        answer = queries.run(self.store, found, parameters)
        return pandas.DataFrame(list(answer.records()), columns=answer.columns, dtype="string")

    def evidence(self, edge: Edge) -> Sentences:
        """Every sentence that says what an edge of a projection shows, earliest first; a list that shows itself."""
        from kg.network.evidence import look_up_evidence

        found = look_up_evidence(self.store, edge.witnesses)
        return Sentences(found[witness] for witness in edge.witnesses if witness in found)

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

    def _repr_html_(self) -> str:
        """What a notebook shows: how much is in the store, and its actors as ``kg export -o graph.html`` has them."""
        from kg.graph.stats import stats

        numbers = stats(self.store)
        counted = ", ".join(f"{count} {name.lower()}s" for name, count in numbers.records.items())
        return f"<p><b>kg</b>: {escape(counted)}</p>{self._framed()}"

    def _framed(self) -> str:
        """The page in a frame of its own, which can run the page's script and nothing else."""
        from kg.export import export, html

        if not html.is_built():
            return f"<p>{escape(str(html.PageNotBuiltError('kg/export/page')))}</p>"
        page = io.BytesIO()
        export(self.store, page, "html")
        source = escape(page.getvalue().decode())
        style = "width:100%;height:36rem;border:1px solid #ccc"
        return f'<iframe sandbox="allow-scripts" style="{style}" title="actors" srcdoc="{source}"></iframe>'

    def close(self) -> None:
        """Let the store go; closing twice does no harm."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
