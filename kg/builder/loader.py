"""The one writer: brings finished shards into the store, each article once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from kg import iri
from kg.builder import memory
from kg.builder.report import BuildReport
from kg.builder.schedule import Done
from kg.builder.shard import Outcome, ShardFile
from kg.graph.store import OxigraphStore, Store
from kg.linking.store import is_linked, link, unlink

BESIDE = 275_000_000
"""Bytes of memory that this process should have at most beside workers. The larger the store, the more the engine needs
for merging and for the index of its files (3 MB for a million quads), and the less is loaded at a time. Smaller loads
cost up to half as much again for each quad, because the engine merges the files that they make."""
ALONE = 640_000_000
"""The same where one process does all: no workers beside it need memory too."""
_UNKNOWN = 0.5
"""How much of that is taken when a load begins, where the system does not tell."""
_TIMES = 4.1
"""Bytes of memory for each byte of a file that is loaded."""
_SLOWER = 3
"""One process that does all may take so many times as long until it flushes, as it takes to make so much."""
_LEAST_BYTES = 8_000_000
"""The least at a time. As the last shards come in, too: what is loaded beside the workers need not be loaded after
them."""


class Loader:
    """Writes what is done and counts it in a report."""

    def __init__(
        self,
        store: Store,
        known: Callable[[str], str | None],
        seconds: float,
        progress: Callable[[BuildReport], None] | None,
        *,
        beside: bool = True,
    ) -> None:
        """``known``: the digest of the article of an id in the store; ``seconds`` between two flushes at most;
        ``progress`` is called after each; ``beside``: others work meanwhile, so that no load should take long."""
        self.report = BuildReport()
        self._memory, self._seconds = (BESIDE, seconds) if beside else (ALONE, seconds * _SLOWER)
        self._store, self._known, self._progress = store, known, progress
        self._flushed = time.monotonic()
        self._waiting: list[Path] = []
        self._size = self._added = 0
        self._through: list[Path] = []
        self._changed = False

    def take(self, done: Done) -> None:
        """Write a shard. A build that is killed in the middle does what is missing the next time."""
        cut = done.cut
        if cut is not None:
            self.report.unchanged += cut.unchanged
            self.report.problems.extend(cut.problems)
            self.report.share = cut.share
        if done.poison is not None:
            self._problem(done.poison)
        enough = self._enough(done.ending)
        if done.path is not None:
            if self._waiting and self._size + done.path.stat().st_size > enough:
                self.flush()
            self._load(done.path)
        if self._size >= enough or time.monotonic() - self._flushed >= self._seconds:
            self.flush()

    def remove(self, article_ids: Iterable[str]) -> None:
        """Take articles out."""
        for article_id in article_ids:
            self._change()
            self._store.remove(iri.article(article_id))
            self.report.removed += 1

    def tidy(self) -> None:
        """After a large build, let the embedded store bring its files together."""
        if isinstance(self._store, OxigraphStore):
            self._store.tidy()

    def link(self, program: str) -> None:
        """Say which new persons are one, where anything has changed or a build was stopped before it said so."""
        if self._changed or not is_linked(self._store, program):
            self.report.linked = link(self._store, program)

    def _enough(self, ending: bool) -> float:
        """Bytes of finished shards to load at once."""
        if ending:
            return _LEAST_BYTES
        taken = memory.resident() or _UNKNOWN * self._memory
        return max(_LEAST_BYTES, (self._memory - taken) / _TIMES)

    def _change(self) -> None:
        """To be called before anything is written or removed: the links hold no longer."""
        if not self._changed:
            unlink(self._store)
            self._changed = True

    def flush(self) -> None:
        """Let readers see what was written, and say so."""
        if self._waiting:
            assert isinstance(self._store, OxigraphStore)
            self._store.load_files(self._waiting)
            memory.give_back()
        self._store.flush()
        self.report.added += self._added
        for path in [*self._waiting, *self._through]:
            path.unlink(missing_ok=True)
        self._waiting, self._through, self._size, self._added = [], [], 0, 0
        self._flushed = time.monotonic()
        if self._progress:
            self._progress(self.report)

    def _load(self, path: Path) -> None:
        file = ShardFile(path)
        new: list[Outcome] = []
        for outcome in file.outcomes:
            if outcome.problem:
                self._problem(outcome)
                continue
            self._change()
            self.report.characters += outcome.characters
            if self._known(outcome.article_id) is None:
                new.append(outcome)
            else:
                self._store.replace(iri.article(outcome.article_id), file.triples(outcome))
                self.report.replaced += 1
        if isinstance(self._store, OxigraphStore) and len(new) == sum(not one.problem for one in file.outcomes):
            self._waiting.append(path)  # loaded from the file, without a copy of it in this process
            self._size += path.stat().st_size
        else:
            self._store.load({iri.article(one.article_id): file.triples(one) for one in new})
            self._through.append(path)
        self._added += len(new)

    def _problem(self, outcome: Outcome) -> None:
        self.report.problems.append(f"article {outcome.article_id!r}: {outcome.problem}")
