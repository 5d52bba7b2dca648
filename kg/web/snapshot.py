"""The copy of the store that the workers read, so that a build may go on beside the service."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from kg.graph.store import OxigraphStore, StoreError

_NAME = re.compile(r"\.kg-serve-(\d+)-\w+")


def take(store: Path) -> Path:
    """A new folder with a copy of the store as it is now; the caller removes it.

    It stands beside the store, where the copy is made of hard links, or among the temporary files where that folder
    cannot be written. Raises the errors of a store, StoreLockedError while a build writes.
    """
    with OxigraphStore(store, "read") as opened:
        try:
            return _copy(opened, store.resolve().parent)
        except OSError:
            return _copy(opened, Path(tempfile.gettempdir()))


def _copy(opened: OxigraphStore, parent: Path) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f".kg-serve-{os.getpid()}-", dir=parent))
    try:
        opened.backup(folder / "store")
    except StoreError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def state(store: Path) -> object:
    """Something that differs whenever there is something new to read; None when it cannot be looked at."""
    try:
        with os.scandir(store) as items:
            return sorted((i.name, *_written(i)) for i in items if not _is_noise(i.name))
    except OSError:
        return None


def _written(item: os.DirEntry[str]) -> tuple[int, int]:
    """Size and time of a file; folders are told apart by their names alone."""
    return (item.stat().st_size, item.stat().st_mtime_ns) if item.is_file() else (0, 0)


def _is_noise(name: str) -> bool:
    """What opening a store for reading touches, and what a writer keeps to itself."""
    return name.endswith(".lock") or name == "LOCK" or name.startswith(("LOG", "live", "."))


def sweep(store: Path) -> None:
    """Remove the copies of services that were killed before they could."""
    for parent in {store.resolve().parent, Path(tempfile.gettempdir())}:
        for folder in parent.glob(".kg-serve-*"):
            match = _NAME.fullmatch(folder.name)
            if match and not _is_alive(int(match[1])):
                shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
