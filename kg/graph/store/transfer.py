"""Backups and moves: from a store into a new folder, and from there into a folder or to a server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.errors import UsageError
from kg.graph.store import OxigraphStore, Store, StoreError, is_endpoint, open_store
from kg.graph.store.errors import WRITING, told
from kg.graph.store.folder import StoreFolder

_BATCH = 64


def backup(location: str | Path, target: Path) -> int:
    """Copy a store into a new folder, which is a store itself; the number of graphs.

    A store that is being written is copied as it was at its writer's last flush. Of an endpoint each graph is whole,
    but an article that changes meanwhile may be copied as it was or as it is. Raises StoreError.
    """
    with open_store(location, "read") as store:
        if isinstance(store, OxigraphStore):
            store.backup(target)
            return len(store.graphs())
        folder = StoreFolder(target)
        if folder.is_taken:
            raise StoreError(target, "is there already: name a new folder")
        with OxigraphStore(target) as copy:
            return _copy(store, copy)


def restore(source: Path, location: str | Path, *, replace: bool = False) -> int:
    """Put a backup (any store's folder) in place of all that a store holds; the number of graphs.

    The backup is read whole first. A folder changes in one step, an endpoint graph by graph. Raises StoreError, and
    UsageError when the store holds graphs already and ``replace`` is not set.
    """
    with OxigraphStore(source, "read") as checked:
        for _ in checked.quads():  # damaged blocks are found now, not when the old graph is gone
            pass
        graphs = set(checked.graphs())
        if is_endpoint(location):
            with open_store(location) as store:
                old = store.graphs()
                _refuse(location, bool(old) and not replace)
                _copy(checked, store)
                for graph in sorted(set(old) - graphs):
                    store.remove(graph)
            return len(graphs)
    path = Path(location)
    if path.exists() and path.resolve() == source.resolve():
        raise UsageError(f"{path}: is the backup itself: name another store with --store")
    _restore_folder(source, path, replace)
    return len(graphs)


def _restore_folder(source: Path, path: Path, replace: bool) -> None:
    folder = StoreFolder(path)
    folder.check(make=True)
    folder.lock()
    snapshot = StoreFolder(source).snapshot()
    try:
        _refuse(path, folder.holds_something and not replace)
        with told(path, WRITING):
            folder.put_live(snapshot.path)
    finally:
        snapshot.close()
        folder.release()
    OxigraphStore(path).close()  # lets readers see it


def _refuse(location: str | Path, held: bool) -> None:
    if held:
        raise UsageError(f"{location}: holds a graph already: name another store, or give --replace to lose that one")


def _copy(source: Store, target: Store) -> int:
    """Copy all graphs, a few at a time."""
    graphs = source.graphs()
    for start in range(0, len(graphs), _BATCH):
        target.load({graph: "".join(_lines(source, graph)) for graph in graphs[start : start + _BATCH]})
        target.flush()
    return len(graphs)


def _lines(store: Store, graph: str) -> Iterator[str]:
    for quad in store.quads(graph):
        yield f"{quad.triple} .\n"
