"""What the store holds already, without a copy of it in memory where that can be helped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from kg import iri
from kg.graph.store import OxigraphStore, Store


class Known(Protocol):
    """The articles of a store."""

    def get(self, article_id: str) -> str | None:
        """The digest of an article; None when it is not there."""
        ...

    def ids(self) -> Iterator[str]:
        """All ids, as they were when the build began or as they are now."""
        ...


class _Asked:
    """The embedded store answers in some microseconds: nothing is kept."""

    def __init__(self, store: OxigraphStore) -> None:
        self._store = store

    def get(self, article_id: str) -> str | None:
        return self._store.digest(iri.article(article_id))

    def ids(self) -> Iterator[str]:
        rows = self._store.select("SELECT ?id WHERE { GRAPH ?g { ?g kg:digest ?d ; dcterms:identifier ?id } }")
        return (row["id"].value for row in rows)


class _Told:
    """An endpoint is asked once: a request for each article would take longer than to read it."""

    def __init__(self, store: Store) -> None:
        self._digests = store.digests()

    def get(self, article_id: str) -> str | None:
        return self._digests.get(article_id)

    def ids(self) -> Iterator[str]:
        return iter(self._digests)


def known_of(store: Store) -> Known:
    """What a store holds."""
    return _Asked(store) if isinstance(store, OxigraphStore) else _Told(store)
