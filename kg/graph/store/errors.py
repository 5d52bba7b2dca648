"""What can go wrong with a store, each as one line that says what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import KgError

OPENING = "cannot be opened"
READING = "cannot be read"
WRITING = "cannot be written"
_DAMAGED = "it seems damaged: restore a backup with 'kg restore', or remove the folder and build it again"
_FULL = "make room on the disk and run the command again"
_FULL_CODES = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
#: The engine tells some of its troubles as text alone.
_FULL_WORDS = ("No space left", "File too large", "quota exceeded")
_SHOWN = 200


class StoreError(KgError):
    """A store that cannot be opened or used; ``path`` says which: a folder, or the URL of an endpoint."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class StoreMissingError(StoreError):
    """No store there to read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "no store here: build one with 'kg build', or name another with --store")


class NotAStoreError(StoreError):
    """A folder with other things in it, or a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "is not a kg store and is left as it is: name an empty or new folder with --store")


class StoreLockedError(StoreError):
    """Another process writes the store."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, "is being written by another kg: wait until it ends and try again, or name another with --store"
        )


class StoreVersionError(StoreError):
    """Made by another version of the store's layout. ``found``: its first line."""

    def __init__(self, path: Path, found: str, newer: bool) -> None:
        remedy = "update kg, or name another with --store" if newer else "remove the folder and build it again"
        super().__init__(path, f"was made by {'a newer' if newer else 'an older'} kg (layout {found!r}): {remedy}")
        self.found, self.newer = found, newer


class NotASelectError(KgError):
    """A query that gives no table."""

    def __str__(self) -> str:
        return "only SELECT queries give a table; write ASK and CONSTRUCT as SELECT"


class EndpointError(StoreError):
    """A SPARQL endpoint that answers with an error, or with what is no answer."""


class EndpointUnreachableError(EndpointError):
    """Nothing answers there, or the connection broke."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, f"cannot be reached ({reason}): see that the server runs, then run the command again")


class EndpointTimeoutError(EndpointError):
    """No whole answer in time. ``seconds``: how long kg waited."""

    def __init__(self, url: str, seconds: float) -> None:
        super().__init__(
            url, f"gave no whole answer in {seconds:g} s: ask for less, or set KG_STORE_TIMEOUT to more seconds"
        )
        self.seconds = seconds


class EndpointLoginError(EndpointError):
    """User name or password are missing or wrong."""

    def __init__(self, url: str, given: bool) -> None:
        reason = "refuses this user or password: correct" if given else "asks for a user and password: set"
        super().__init__(url, f"{reason} KG_STORE_USER and KG_STORE_PASSWORD in the environment")
        self.given = given


class AnswerCutError(EndpointError):
    """An answer that claims success but is not whole."""


def trouble(path: Path | str, what: str, error: Exception) -> StoreError:
    """The error for what the engine or the system reports. ``what``: OPENING, READING, WRITING or other words."""
    reason = " ".join(str(getattr(error, "strerror", None) or error).split())[:_SHOWN]
    if getattr(error, "errno", None) in _FULL_CODES or any(words in reason for words in _FULL_WORDS):
        return StoreError(path, f"{what} ({reason}): {_FULL}")
    return StoreError(path, f"{what} ({reason})" + (f"; {_DAMAGED}" if what in {OPENING, READING} else ""))


@contextmanager
def told(path: Path | str, what: str) -> Iterator[None]:
    """Raise StoreError for what the engine or the system reports; the engine raises RuntimeError too."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise trouble(path, what, error) from error
