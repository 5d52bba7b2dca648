"""Where the graph is kept: a folder with Oxigraph in it, or any SPARQL 1.1 endpoint.

``open_store`` takes what ``--store`` takes. The rest of kg knows only :class:`Store`. The client of endpoints is
imported when a URL is opened, not before.
"""

from __future__ import annotations

from pathlib import Path

from kg.graph.store.embedded import OxigraphStore
from kg.graph.store.errors import (
    AnswerCutError,
    EndpointError,
    EndpointLoginError,
    EndpointTimeoutError,
    EndpointUnreachableError,
    NotASelectError,
    NotAStoreError,
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreVersionError,
)
from kg.graph.store.protocol import Mode, Solutions, Store

__all__ = [
    "AnswerCutError",
    "EndpointError",
    "EndpointLoginError",
    "EndpointTimeoutError",
    "EndpointUnreachableError",
    "Mode",
    "NotASelectError",
    "NotAStoreError",
    "OxigraphStore",
    "Solutions",
    "Store",
    "StoreError",
    "StoreLockedError",
    "StoreMissingError",
    "StoreVersionError",
    "is_endpoint",
    "open_store",
]


def is_endpoint(location: str | Path) -> bool:
    """Whether a location is the URL of an endpoint; all else is a folder."""
    return str(location).lower().startswith(("http://", "https://"))


def open_store(location: str | Path, mode: Mode = "write") -> Store:
    """The store at a location: a folder, or the URL of a SPARQL 1.1 endpoint (``mode`` plays no part there).

    Raises StoreError when it cannot be opened, UsageError for a URL that cannot be one.
    """
    if is_endpoint(location):
        from kg.graph.store.endpoint import EndpointStore
        from kg.graph.store.settings import Settings

        return EndpointStore(Settings.read(str(location)))
    return OxigraphStore(location, mode)
