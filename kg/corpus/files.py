"""What sources hold, file by file: in folders, by patterns, and on other machines through fsspec.

Files come in the order of their paths, so that the same input gives the same report everywhere, and of two articles
with one id the same one goes in. A folder of a million files is not held in memory for that: its names are sorted by
parts.
"""

from __future__ import annotations

import heapq
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from glob import glob, has_magic
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kg.corpus.article import ReadProblem
from kg.errors import MissingPackageError, UsageError

NAMES_AT_ONCE = 100_000
"""Names of a folder that are sorted at a time, about 20 MB; the folder is read again for each part."""
_NO_ARTICLE = "readme"


class SourceMissingError(UsageError):
    """A source that is not there."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.source = source

    def __str__(self) -> str:
        return f"{self.source}: no such file or folder, and no file fits it as a pattern"


class RemoteError(UsageError):
    """A place on another machine that cannot be reached."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(source, why)
        self.source, self.why = source, why

    def __str__(self) -> str:
        return f"{self.source}: cannot be reached ({self.why})"


class File:
    """A file to read, here or elsewhere."""

    def __init__(self, label: str, opened: Callable[[], IO[bytes]]) -> None:
        """``label``: the path as messages name it."""
        self._label = label
        self._opened = opened
        self._handle: IO[bytes] | None = None
        self._read = 0
        self.name = PurePosixPath(label).name if "://" in label else Path(label).name

    def __str__(self) -> str:
        return self._label

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix

    def open(self) -> IO[bytes]:
        """A stream of its bytes. Raises OSError."""
        self._handle = self._opened()
        return self._handle

    def read_bytes(self) -> bytes:
        """All of it. Raises OSError."""
        with self.open() as file:
            data = file.read()
            self._read = len(data)
            return data

    def position(self) -> int:
        """How many bytes of it were read by now."""
        if self._handle is not None and not self._handle.closed:
            self._read = self._handle.tell()
        return self._read


class Root(ABC):
    """One source, resolved."""

    @abstractmethod
    def files(self, fits: Callable[[str], bool]) -> Iterator[File | ReadProblem]:
        """Its files in order; in folders only those whose name ``fits``."""

    @abstractmethod
    def size(self, fits: Callable[[str], bool]) -> int | None:
        """Bytes of its files; None when that would take too long to tell."""


class LocalRoot(Root):
    """A file or a folder of this machine."""

    def __init__(self, path: str) -> None:
        self._path = path

    def files(self, fits: Callable[[str], bool]) -> Iterator[File | ReadProblem]:
        """A file is given whatever its name; in a folder hidden files and other formats are left out."""
        if os.path.isdir(self._path):
            yield from _walk(self._path, fits)
        else:
            yield _local(self._path)

    def size(self, fits: Callable[[str], bool]) -> int | None:
        """What the files have on the disk; files that cannot be looked at count as empty."""
        if not os.path.isdir(self._path):
            return _size(self._path)
        total = 0
        for folder, folders, names in os.walk(self._path):
            folders[:] = [name for name in folders if not _is_left_out(name)]
            for name in names:
                if fits(name) and not _is_left_out(name):
                    total += _size(os.path.join(folder, name))
        return total


class RemoteRoot(Root):
    """A file, a folder or a pattern on another machine, by a URL that fsspec knows."""

    def __init__(self, url: str) -> None:
        """Raises SourceMissingError, RemoteError and MissingPackageError."""
        try:
            import fsspec
        except ImportError as error:
            raise MissingPackageError(f"a source by URL ({url})", "fsspec", "remote") from error
        try:
            self._system, self._path = fsspec.core.url_to_fs(url)
            self._paths: list[str] | None = sorted(self._system.glob(self._path)) if has_magic(self._path) else None
            if not (self._paths if self._paths is not None else self._system.exists(self._path)):
                raise SourceMissingError(url)
        except (OSError, ValueError, ImportError) as error:
            raise RemoteError(url, str(error)) from error

    def files(self, fits: Callable[[str], bool]) -> Iterator[File | ReadProblem]:
        """As of a folder here."""
        if self._paths is None and not self._system.isdir(self._path):
            yield self._file(self._path)
            return
        for path in self._paths if self._paths is not None else sorted(self._system.find(self._path)):
            name = PurePosixPath(path).name
            if fits(name) and not _is_left_out(name):
                yield self._file(path)

    def size(self, fits: Callable[[str], bool]) -> int | None:
        """Unknown."""
        return None

    def _file(self, path: str) -> File:
        system: Any = self._system
        return File(str(system.unstrip_protocol(path)), lambda: system.open(path, "rb"))


def roots(sources: Iterable[str]) -> list[Root]:
    """What the sources name. Raises SourceMissingError, RemoteError and MissingPackageError before anything is read."""
    return [root for source in sources for root in _roots(source)]


def _roots(source: str) -> list[Root]:
    if os.path.lexists(source):
        return [LocalRoot(source)]
    if "://" in source:
        return [RemoteRoot(source)]
    matches = sorted(glob(source, recursive=True)) if has_magic(source) else []
    if not matches:
        raise SourceMissingError(source)
    return [LocalRoot(match) for match in matches]


def _local(path: str) -> File:
    return File(path, lambda: open(path, "rb"))


def _size(path: str) -> int:
    try:
        return os.path.getsize(path)
    except OSError:
        return 0


def _is_left_out(name: str) -> bool:
    return name.startswith(".") or name.lower().split(".")[0] == _NO_ARTICLE


def _walk(folder: str, fits: Callable[[str], bool]) -> Iterator[File | ReadProblem]:
    try:
        for name, is_folder in _entries(folder):
            path = os.path.join(folder, name)
            if is_folder:
                yield from _walk(path, fits)
            elif fits(name):
                yield _local(path)
    except OSError as error:
        yield ReadProblem(folder, f"cannot be read ({error.strerror})")


def _entries(folder: str) -> Iterator[tuple[str, bool]]:
    """Names of a folder in their order, and whether each is a folder; no more than a part of them at a time."""
    last = ""
    while True:
        found = (
            (entry.name, entry.is_dir(follow_symlinks=False))
            for entry in os.scandir(folder)
            if entry.name > last and not _is_left_out(entry.name)
        )
        part = heapq.nsmallest(NAMES_AT_ONCE, found)
        yield from part
        if len(part) < NAMES_AT_ONCE:
            return
        last = part[-1][0]
