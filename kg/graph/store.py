"""The store: Oxigraph embedded on disk. Replacing an article is one atomic update.

One writer or many readers: Oxigraph leaves undefined what a reader sees beside a writer, so kg's own lock keeps them
apart, and whoever comes second gets one line that says so. A long reader works on a ``backup()``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Protocol, Self

import pyoxigraph as ox

from kg import iri
from kg.errors import KgError
from kg.graph.rdf import quads

if sys.platform != "win32":
    import fcntl

Mode = Literal["write", "read", "memory"]
_MARKER = "kg-store.txt"
_LOCK = "kg-store.lock"
#: The file by which the engine finds its others.
_ENGINE = "CURRENT"
_VERSION = "kg-store 1\n"


class StoreError(KgError):
    """A store that cannot be opened or used; ``path`` says which."""

    def __init__(self, path: Path, reason: str) -> None:
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
    """Another process uses the store."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "is in use by another kg: wait until it ends and try again, or name a copy with --store")


class StoreVersionError(StoreError):
    """Made by another version of the store's layout."""

    def __init__(self, path: Path, version: str) -> None:
        super().__init__(
            path, f"has the layout {version!r}, this kg reads {_VERSION.strip()!r}: use the kg that made it"
        )


class Store(Protocol):
    """What the rest of kg needs of a store, whatever engine it runs on."""

    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answer a SPARQL 1.1 query; SyntaxError when it is not one. The prefixes of kg.iri.PREFIXES are known."""
        ...

    def replace(self, graph: str, triples: str) -> None:
        """Put N-Triples in place of all that a graph holds: no reader sees half of it."""
        ...

    def load(self, graphs: Mapping[str, str]) -> None:
        """Add whole new graphs of N-Triples, all or none."""
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
        """Bring all that was written to the disk."""
        ...

    def close(self) -> None:
        """Flush and let the store go; closing twice does no harm."""
        ...


class OxigraphStore:
    """A store in a folder, or in memory.

    ``mode``: ``write`` makes the folder where there is none and shuts out everybody else; ``read`` needs an existing
    store and shares it with other readers; ``memory`` ignores the path. Raises the errors above.
    """

    def __init__(self, path: Path | str = "kg-store", mode: Mode = "write") -> None:
        self.path = Path(path)
        self.mode = mode
        self._lock: IO[str] | None = None
        if mode == "memory":
            self._store = ox.Store()
            return
        self._check_folder()
        self._lock = self._locked()
        try:
            self._store = self._opened()
        except StoreError:
            self.close()
            raise

    def _opened(self) -> ox.Store:
        with _told(self.path, "cannot be opened"):
            if self.mode == "read":
                return ox.Store.read_only(str(self.path))
            if not (self.path / _MARKER).is_file():  # first of all, so that a killed build leaves a store
                (self.path / _MARKER).write_text(_VERSION, encoding="utf-8")
            return ox.Store(str(self.path))

    def _check_folder(self) -> None:
        """Refuse what is no store before anything is written into it."""
        marker = self.path / _MARKER
        try:
            if not self.path.exists():
                if self.mode == "read":
                    raise StoreMissingError(self.path)
                self.path.mkdir(parents=True)
            elif not self.path.is_dir():
                raise NotAStoreError(self.path)
            elif marker.is_file():
                version = marker.read_text(encoding="utf-8", errors="replace")
                if version != _VERSION:
                    raise StoreVersionError(self.path, version.strip()[:40])
                if (
                    self.mode == "read" and not (self.path / _ENGINE).is_file()
                ):  # killed before the engine wrote anything
                    raise StoreMissingError(self.path)
            elif any(item.name != _LOCK for item in self.path.iterdir()):
                raise NotAStoreError(self.path)
            elif self.mode == "read":
                raise StoreMissingError(self.path)
        except OSError as error:
            raise StoreError(
                self.path, f"cannot be used ({error.strerror}): name another folder with --store"
            ) from error

    def _locked(self) -> IO[str] | None:
        """An advisory lock, shared by readers; the kernel releases it when a process dies."""
        if sys.platform == "win32":
            return None
        flags = os.O_RDWR | os.O_CREAT if self.mode == "write" else os.O_RDONLY | os.O_CREAT
        try:
            lock = os.fdopen(os.open(self.path / _LOCK, flags, 0o644), "r+" if self.mode == "write" else "r")
        except OSError as error:
            if self.mode == "read":  # a store on a read-only disk has no writer
                return None
            raise StoreError(self.path, f"cannot be written ({error.strerror})") from error
        try:
            fcntl.flock(lock, (fcntl.LOCK_EX if self.mode == "write" else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise StoreLockedError(self.path) from error
        return lock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Answer a SPARQL 1.1 query; SyntaxError when it is not one."""
        return self._store.query(sparql, prefixes=iri.PREFIXES)

    def replace(self, graph: str, triples: str) -> None:
        """Put N-Triples in place of all that a graph holds, in one update: no reader sees half of it.

        Only what differs is written: after a change of the program most triples of most articles are as they were.
        SyntaxError for what is no N-Triples.
        """
        name = ox.NamedNode(graph)
        new = {quad.triple for quad in ox.parse(input=triples.encode("utf-8"), format=ox.RdfFormat.N_TRIPLES)}
        old = {quad.triple for quad in self._store.quads_for_pattern(None, None, None, name)}
        changes = [
            f"{word} DATA {{ GRAPH {name} {{ {_lines(part)} }} }}"
            for word, part in (("DELETE", old - new), ("INSERT", new - old))
            if part
        ]
        with _told(self.path, "cannot be written"):
            self._store.update(" ; ".join(changes))

    def load(self, graphs: Mapping[str, str]) -> None:
        """Add whole new graphs of N-Triples at once; several times faster than one by one.

        All is parsed before anything is written, and what is written comes in as files of the engine's own, so that a
        store has all of it or nothing. SyntaxError for what is no N-Triples.
        """
        text = "".join(quads(triples, graph) for graph, triples in graphs.items())
        parsed = list(ox.parse(input=text.encode("utf-8"), format=ox.RdfFormat.N_QUADS))
        with _told(self.path, "cannot be written"):
            self._store.bulk_extend(parsed)

    def remove(self, graph: str) -> None:
        """Remove a graph; nothing happens when it is not there."""
        with _told(self.path, "cannot be written"):
            self._store.update(f"DROP SILENT GRAPH <{graph}>")

    def digests(self) -> dict[str, str]:
        """The digest of each article in the store, by article id."""
        rows = self.query("SELECT ?id ?d WHERE { GRAPH ?g { ?g kg:digest ?d ; dcterms:identifier ?id } }")
        assert isinstance(rows, ox.QuerySolutions)
        return {row["id"].value: row["d"].value for row in rows}

    def digest(self, graph: str) -> str | None:
        """The digest of one graph; None when it has none."""
        found = self._store.quads_for_pattern(
            ox.NamedNode(graph), ox.NamedNode(iri.term("digest")), None, ox.NamedNode(graph)
        )
        return next((quad.object.value for quad in found if isinstance(quad.object, ox.Literal)), None)

    def graphs(self) -> list[str]:
        """Names of all graphs, sorted."""
        return sorted(graph.value for graph in self._store.named_graphs())

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The quads of one graph, or of all; in the engine's own order."""
        return self._store.quads_for_pattern(None, None, None, None if graph is None else ox.NamedNode(graph))

    def backup(self, target: Path) -> None:
        """A copy of the store in a new folder (hard links where the disk allows). StoreError when it cannot be made."""
        with _told(target, "no copy can be made there"):
            self._store.backup(str(target))
        (target / _MARKER).write_text(_VERSION, encoding="utf-8")

    def flush(self) -> None:
        """Bring all that was written to the disk."""
        if self.mode == "write":
            with _told(self.path, "cannot be written"):
                self._store.flush()

    def close(self) -> None:
        """Flush and let the store go; closing twice does no harm."""
        store = getattr(self, "_store", None)
        if store is not None:
            self.flush()
            del self._store
        if self._lock is not None:
            self._lock.close()
            self._lock = None


def _lines(triples: Iterable[ox.Triple]) -> str:
    return " ".join(f"{triple.subject} {triple.predicate} {triple.object} ." for triple in triples)


@contextmanager
def _told(path: Path, what: str) -> Iterator[None]:
    """What the engine or the system reports, as one line about the store. The engine also raises RuntimeError."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        reason = " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
        if what == "cannot be opened" and "lock file" in reason.lower():
            raise StoreLockedError(path) from error
        raise StoreError(path, f"{what} ({reason})") from error
