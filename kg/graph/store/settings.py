"""Where an endpoint answers and how to log in: the URL from ``--store``, all else from the environment.

====================  ==========================================================================================
KG_STORE_USER         user name, for basic or digest authentication, whichever the server asks for
KG_STORE_PASSWORD     password; kept out of messages and logs, and never taken from a URL
KG_STORE_QUERY_URL    where queries go, when it does not follow from the URL
KG_STORE_UPDATE_URL   where updates go
KG_STORE_GRAPH_URL    where the Graph Store HTTP Protocol answers
KG_STORE_TIMEOUT      seconds until a request that is not answered whole is given up (default 120)
====================  ==========================================================================================
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit, urlunsplit

from kg.errors import UsageError

_TIMEOUT = 120.0
#: The last segment of a query URL, and where the same server takes updates and whole graphs; None for not at all.
_LAYOUTS: dict[str, tuple[str, str | None]] = {
    "query": ("update", "store"),
    "sparql": ("sparql", None),
    "sparql-auth": ("sparql-auth", "sparql-graph-crud-auth"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """One endpoint. ``graph_url``: None when whole graphs are neither read nor written at a URL of their own."""

    location: str
    query_url: str
    update_url: str
    graph_url: str | None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = _TIMEOUT

    @classmethod
    def read(cls, location: str, environment: Mapping[str, str] | None = None) -> Settings:
        """The settings for a URL. Raises UsageError for a URL that cannot be one, or settings that do not fit."""
        env = os.environ if environment is None else environment
        query, update, graph = _urls(_checked("--store", location))
        user, password = env.get("KG_STORE_USER"), env.get("KG_STORE_PASSWORD")
        if bool(user) != bool(password):
            raise UsageError("set both KG_STORE_USER and KG_STORE_PASSWORD, or neither")
        return cls(
            location,
            _override(env, "KG_STORE_QUERY_URL") or query,
            _override(env, "KG_STORE_UPDATE_URL") or update,
            _override(env, "KG_STORE_GRAPH_URL") or graph,
            user or None,
            password or None,
            _seconds(env.get("KG_STORE_TIMEOUT", "")),
        )


def _override(env: Mapping[str, str], name: str) -> str | None:
    value = env.get(name)
    return urlunsplit(_checked(name, value)) if value else None


def _checked(name: str, url: str) -> SplitResult:
    """The parts of a URL; one with a password is not repeated in the error."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"{name} is not a URL ({error})") from error
    if parts.username or parts.password:
        raise UsageError(f"{name} must hold no user or password: set KG_STORE_USER and KG_STORE_PASSWORD instead")
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise UsageError(f"{name} {url}: an endpoint is written http://HOST/… or https://HOST/…")
    return parts


def _urls(parts: SplitResult) -> tuple[str, str, str | None]:
    """Query, update and graph URL of a server; a URL that ends in no known word is the folder of all three."""
    head, _, last = parts.path.rstrip("/").rpartition("/")
    if last not in _LAYOUTS:
        head, last = parts.path.rstrip("/"), "query"
    update, graph = _LAYOUTS[last]

    def at(word: str) -> str:
        return urlunsplit(parts._replace(path=f"{head}/{word}", fragment=""))

    return at(last), at(update), at(graph) if graph else None


def _seconds(text: str) -> float:
    if not text:
        return _TIMEOUT
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise UsageError(f"KG_STORE_TIMEOUT={text}: a number of seconds above 0 is needed")
    return seconds
