"""The folder of an embedded store: what lies in it, who may write, and how readers get a snapshot.

::

    kg-store.txt    the version of this layout
    kg-store.lock   locked by the one writer
    live-N/         the engine's files, opened by the writer alone
    snapshot-N/     a copy of them that never changes (hard links), opened by readers, who lock the file in it

The highest number counts. A copy is made under a name with a dot and then renamed, so that it is whole or not there.
The writer makes a new snapshot whenever it flushes, and removes the old ones that nobody reads. So readers and the
writer never wait for each other, and nobody opens files that somebody else changes, which the engine leaves undefined.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from kg.graph.store.errors import (
    NotAStoreError,
    StoreError,
    StoreLockedError,
    StoreMissingError,
    StoreVersionError,
)

if sys.platform != "win32":
    import fcntl

MARKER = "kg-store.txt"
LAYOUT = 2
_LOCK = "kg-store.lock"
_READERS = "kg-readers.lock"
_FIRST_LINE = re.compile(r"kg-store (\d{1,6})")
_ATTEMPTS = 20


@dataclass(slots=True)
class Snapshot:
    """A snapshot that is being read; it stays until it is closed."""

    path: Path
    lock: IO[bytes] | None

    def close(self) -> None:
        if self.lock is not None:
            self.lock.close()


class StoreFolder:
    """A folder that is a store, or becomes one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: IO[bytes] | None = None

    # Who may open it

    def check(self, *, make: bool) -> None:
        """Refuse what is no store before anything is written into it; with ``make`` a new folder becomes one."""
        try:
            self._check(make)
        except OSError as error:
            raise StoreError(
                self.path, f"cannot be used ({error.strerror}): name another folder with --store"
            ) from error

    def _check(self, make: bool) -> None:
        marker = self.path / MARKER
        if not self.path.exists():
            if not make:
                raise StoreMissingError(self.path)
            self.path.mkdir(parents=True)
        elif not self.path.is_dir():
            raise NotAStoreError(self.path)
        elif marker.is_file():
            self._check_version(marker.read_text(encoding="utf-8", errors="replace"))
            return
        elif any(item.name != _LOCK for item in self.path.iterdir()):
            raise NotAStoreError(self.path)
        elif not make:
            raise StoreMissingError(self.path)
        marker.write_text(f"kg-store {LAYOUT}\n", encoding="utf-8")  # first of all: a killed build leaves a store

    def _check_version(self, text: str) -> None:
        found = _FIRST_LINE.match(text)
        if not found:
            raise (
                NotAStoreError(self.path)
                if text.strip()
                else StoreError(
                    self.path,
                    f"its {MARKER} is empty, it is damaged: restore a backup, or remove the folder and build it",
                )
            )
        if int(found[1]) != LAYOUT:
            raise StoreVersionError(self.path, found[0], newer=int(found[1]) > LAYOUT)

    def lock(self) -> None:
        """Become the one writer; the kernel releases the lock when a process dies. Raises StoreLockedError."""
        if sys.platform == "win32":
            return
        try:
            lock = (self.path / _LOCK).open("ab")
        except OSError as error:
            raise StoreError(self.path, f"cannot be written ({error.strerror})") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise StoreLockedError(self.path) from error
        self._lock = lock

    def release(self) -> None:
        """Let another writer in; doing it twice does no harm."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # The writer's files

    def live(self) -> Path:
        """The engine's folder for the writer; a copy of the newest snapshot where there is none, as in a backup."""
        newest = self._newest("live")
        if newest:
            return self._name("live", newest)
        snapshot = self._newest("snapshot")
        if snapshot:
            return self.put_live(self._name("snapshot", snapshot))
        return self._name("live", 1)

    def size(self) -> int:
        """Bytes of the writer's data; the engine may be removing a file just now."""
        found = 0
        for file in self.live().glob("*.sst"):
            with suppress(FileNotFoundError):
                found += file.stat().st_size
        return found

    def put_live(self, source: Path) -> Path:
        """Put a copy of a snapshot in place of the writer's files, in one step."""
        number = self._newest("live") + 1
        live = self._make("live", number, lambda part: copy_engine(source, part))
        for old in self._numbers("live"):
            if old < number:
                shutil.rmtree(self._name("live", old), ignore_errors=True)
        return live

    @property
    def is_taken(self) -> bool:
        """Whether something is there already; an empty folder is free."""
        return self.path.exists() and not (self.path.is_dir() and not any(self.path.iterdir()))

    @property
    def holds_something(self) -> bool:
        return bool(self._newest("live") or self._newest("snapshot"))

    # Snapshots

    def publish(self, write: Callable[[Path], None]) -> None:
        """Make a snapshot, which ``write`` puts into a folder that is not there yet, and remove those before it."""

        def make(part: Path) -> None:
            write(part)
            (part / _READERS).touch()

        number = self._newest("snapshot") + 1
        self._make("snapshot", number, make)
        for old in self._numbers("snapshot"):
            if old < number:
                self._remove_unread(self._name("snapshot", old))

    def snapshot(self) -> Snapshot:
        """The newest snapshot, which stays until it is closed. Raises StoreMissingError."""
        for _ in range(_ATTEMPTS):  # a writer may remove what was the newest a moment ago
            number = self._newest("snapshot")
            if not number:
                break
            path = self._name("snapshot", number)
            taken = self._read_lock(path)
            if taken:
                return taken
        if not self._newest("live"):  # killed before anything was written
            raise StoreMissingError(self.path)
        raise StoreError(self.path, "has no snapshot to read, its first build was stopped: run 'kg build' again")

    def _read_lock(self, path: Path) -> Snapshot | None:
        if sys.platform == "win32":
            return Snapshot(path, None)
        try:
            lock = (path / _READERS).open("rb")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(self.path, f"cannot be read ({error.strerror})") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(lock.fileno()), (path / _READERS).stat()):
                return Snapshot(path, lock)
        except (BlockingIOError, FileNotFoundError):
            pass
        lock.close()
        return None

    def _remove_unread(self, path: Path) -> None:
        if sys.platform == "win32":
            shutil.rmtree(path, ignore_errors=True)
            return
        with suppress(OSError), (path / _READERS).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)

    # Names

    def _make(self, kind: Literal["live", "snapshot"], number: int, write: Callable[[Path], None]) -> Path:
        for left in self.path.glob(f".{kind}-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        part, whole = self.path / f".{kind}-{number}", self._name(kind, number)
        write(part)
        part.rename(whole)
        _sync(self.path)
        return whole

    def _name(self, kind: str, number: int) -> Path:
        return self.path / f"{kind}-{number}"

    def _newest(self, kind: Literal["live", "snapshot"]) -> int:
        """The highest number; 0 for none."""
        return max(self._numbers(kind), default=0)

    def _numbers(self, kind: str) -> list[int]:
        try:
            names = [item.name for item in self.path.iterdir()]
        except OSError as error:
            raise StoreError(self.path, f"cannot be read ({error.strerror})") from error
        return [int(name[len(kind) + 1 :]) for name in names if re.fullmatch(rf"{kind}-\d{{1,12}}", name)]


def copy_engine(source: Path, target: Path) -> None:
    """Copy the engine's files; tables, which it never changes, as hard links where the disk allows."""
    target.mkdir(parents=True)
    for item in source.iterdir():
        if item.name == _READERS:
            continue
        if item.suffix == ".sst":
            try:
                os.link(item, target / item.name)
                continue
            except OSError:  # another disk, or one without links
                pass
        shutil.copyfile(item, target / item.name)
        _sync(target / item.name)
    _sync(target)


def _sync(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
