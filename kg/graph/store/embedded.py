"""The embedded store: Oxigraph on disk. Replacing an article is one atomic update; readers see the last flush."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from kg import iri
from kg.graph.rdf import quads
from kg.graph.store.errors import OPENING, READING, WRITING, NotASelectError, StoreError, told, trouble
from kg.graph.store.files import Joined
from kg.graph.store.folder import Snapshot, StoreFolder, copy_engine
from kg.graph.store.protocol import Mode, Solutions

_MANY = 2000
"""Triples from which on a bulk load pays."""
_READ = 1 << 20
_LOADS = 12
"""Bulk loads after which it pays to bring their files together: each lookup asks all of them."""
_COUNTED = 16_000_000
"""Bytes of files from which a load counts as one of them: smaller ones are merged before long, with the next ones."""
_GROWN = 4 / 3
"""By how much the files must have grown meanwhile: bringing all together takes 2 µs for each quad of the store."""


class OxigraphStore:
    """A store in a folder, or in memory.

    ``mode``: ``write`` makes the folder where there is none and shuts out other writers; ``read`` needs an existing
    store and sees what was in it at the writer's last flush, as long as it is open; ``memory`` ignores the path.
    Raises StoreError.
    """

    def __init__(self, path: Path | str = "kg-store", mode: Mode = "write") -> None:
        self.path = Path(path)
        self.mode = mode
        self._folder = StoreFolder(self.path)
        self._snapshot: Snapshot | None = None
        self._unpublished = mode == "write"  # a killed writer may have left more than its last snapshot has
        self._loads = self._size = 0
        self._store: ox.Store | None = None
        try:
            self._store = self._opened()
        except StoreError:
            self._let_go()
            raise

    def _opened(self) -> ox.Store:
        if self.mode == "memory":
            return ox.Store()
        self._folder.check(make=self.mode == "write")
        if self.mode == "read":
            self._snapshot = self._folder.snapshot()
            with self._told(OPENING):
                return ox.Store.read_only(str(self._snapshot.path))
        self._folder.lock()
        self._size = self._folder.size()
        with self._told(OPENING):
            return ox.Store(str(self._folder.live()))

    @property
    def location(self) -> Path:
        return self.path

    @property
    def engine(self) -> ox.Store:
        """The engine itself. Raises StoreError when the store is closed."""
        if self._store is None:
            raise StoreError(self.path, "is closed")
        return self._store

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None:
            self.close()
            return
        with suppress(StoreError):  # the first error is the one to tell
            self.close()

    # Reading

    def query(self, sparql: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """The engine's answer to any SPARQL 1.1 query; SyntaxError when it is not one."""
        with self._told(READING):
            return self.engine.query(sparql, prefixes=iri.PREFIXES)

    def select(self, sparql: str) -> Solutions:
        """The rows of a SELECT query; see :class:`kg.graph.store.Store`."""
        answer = self.query(sparql)
        if not isinstance(answer, ox.QuerySolutions):
            raise NotASelectError
        return Solutions(answer, lambda error: trouble(self.path, READING, error))

    def digests(self) -> dict[str, str]:
        """The digest of each article in the store, by article id."""
        rows = self.select("SELECT ?id ?d WHERE { GRAPH ?g { ?g kg:digest ?d ; dcterms:identifier ?id } }")
        return {row["id"].value: row["d"].value for row in rows}

    def digest(self, graph: str) -> str | None:
        """The digest of one graph; None when it has none."""
        name = ox.NamedNode(graph)
        with self._told(READING):
            found = self.engine.quads_for_pattern(name, ox.NamedNode(iri.term("digest")), None, name)
            return next((quad.object.value for quad in found if isinstance(quad.object, ox.Literal)), None)

    def graphs(self) -> list[str]:
        """Names of all graphs, sorted."""
        with self._told(READING):
            return sorted(graph.value for graph in self.engine.named_graphs())

    def quads(self, graph: str | None = None) -> Iterator[ox.Quad]:
        """The quads of one graph, or of all; in the engine's own order."""
        name = None if graph is None else ox.NamedNode(graph)
        with self._told(READING):
            yield from self.engine.quads_for_pattern(None, None, None, name)

    # Writing

    def replace(self, graph: str, triples: str) -> None:
        """Put N-Triples in place of all that a graph holds, in one update: no reader sees half of it.

        Only what differs is written: after a change of the program most triples of most articles are as they were.
        SyntaxError for what is no N-Triples.
        """
        name = ox.NamedNode(graph)
        with self._told(WRITING):
            old = {quad.triple for quad in self.engine.quads_for_pattern(None, None, None, name)}
        if not old and triples.count("\n") > _MANY:
            self.load({graph: triples})  # all or nothing as well, and several times faster
            return
        new = {quad.triple for quad in ox.parse(input=triples.encode("utf-8"), format=ox.RdfFormat.N_TRIPLES)}
        with self._told(WRITING):
            changes = [
                f"{word} DATA {{ GRAPH {name} {{ {_lines(part)} }} }}"
                for word, part in (("DELETE", old - new), ("INSERT", new - old))
                if part
            ]
            self.engine.update(" ; ".join(changes))
        self._written()

    def load(self, graphs: Mapping[str, str]) -> None:
        """Add whole new graphs of N-Triples at once, all or none; several times faster than one by one.

        What is written comes in as files of the engine's own when all of it was read without an error. SyntaxError
        for what is no N-Triples.
        """
        text = "".join(quads(triples, graph) for graph, triples in graphs.items())
        with self._told(WRITING):
            self.engine.bulk_load(input=text.encode("utf-8"), format=ox.RdfFormat.N_QUADS)
        self._written(loads=1)

    def load_files(self, paths: Sequence[Path]) -> None:
        """Add the whole new graphs of files of N-Quads, as ``load`` does: all of them or none.

        The files are kg's own: whether their IRIs are well formed is not looked at again, which takes a seventh less.
        """
        with self._told(WRITING):
            if len(paths) == 1:
                self.engine.bulk_load(path=str(paths[0]), format=ox.RdfFormat.N_QUADS, lenient=True)
            else:
                with io.BufferedReader(Joined(paths), _READ) as file:
                    self.engine.bulk_load(input=file, format=ox.RdfFormat.N_QUADS, lenient=True)
        self._written(loads=int(sum(path.stat().st_size for path in paths) >= _COUNTED))

    def remove(self, graph: str) -> None:
        """Remove a graph; nothing happens when it is not there."""
        with self._told(WRITING):
            self.engine.update(f"DROP SILENT GRAPH {ox.NamedNode(graph)}")
        self._written()

    def tidy(self) -> None:
        """After many loads that made a good part of the store: lookups then take half the time and less."""
        if self.mode == "write" and self._loads >= _LOADS and self._folder.size() >= _GROWN * self._size:
            with self._told(WRITING):
                self.engine.optimize()
            self._loads, self._size = 0, self._folder.size()
            self._unpublished = True

    def _written(self, loads: int = 0) -> None:
        self._loads += loads
        self._unpublished = self.mode == "write"

    # The disk

    def backup(self, target: Path) -> None:
        """A copy of the store in a new folder, a store itself (hard links where the disk allows).

        A reader copies what it sees, beside a writer too. StoreError when the copy cannot be made.
        """
        copy = StoreFolder(target)
        if copy.is_taken:
            raise StoreError(target, "is there already, no copy can be made there: name a new folder")
        copy.check(make=True)
        with told(target, "no copy can be made there"):
            if self._snapshot is not None:
                source = self._snapshot.path
                copy.publish(lambda part: copy_engine(source, part))
            else:
                copy.publish(lambda part: self.engine.backup(str(part)))

    def flush(self) -> None:
        """Bring all that was written to the disk, and let readers see it."""
        if self.mode == "write" and self._unpublished:
            with self._told(WRITING):
                self.engine.flush()
                self._folder.publish(lambda part: self.engine.backup(str(part)))
            self._unpublished = False

    def close(self) -> None:
        """Flush and let the store go; closing twice does no harm."""
        try:
            if self._store is not None:
                self.flush()
        finally:
            self._let_go()

    def _let_go(self) -> None:
        self._store = None
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None
        self._folder.release()

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        with told(self.path, what):
            yield


def _lines(triples: Iterable[ox.Triple]) -> str:
    return " ".join(f"{triple.subject} {triple.predicate} {triple.object} ." for triple in triples)
