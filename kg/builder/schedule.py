"""Brings shards through an executor: so many at once, results in the order of the input, nothing lost with a worker.

A shard whose worker died is taken apart: at the article that it was at, where that is known, else in halves. An article
that is left alone and takes a worker with it a second time, with nothing else in the works, is set aside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from kg.builder.cutting import Cut
from kg.builder.program import digest_of
from kg.builder.shard import OtherProgramError, Outcome, Shard, process_shard, suspect, was_late
from kg.builder.site import Site

WINDOW = 64
"""Most shards between the first that is not loaded and the last that is begun; the finished ones wait on the disk."""


@dataclass(frozen=True, slots=True)
class Done:
    """A shard that is through: its file, or the one article that nothing can be made of; and what came before it."""

    cut: Cut | None
    """None for all but the first part of a shard that was taken apart."""
    path: Path | None = None
    poison: Outcome | None = None
    ending: bool = False
    """No further shard will be begun: workers will soon have nothing to do."""


@dataclass(slots=True, eq=False)
class _Task:
    shard: Shard | None
    cut: Cut | None
    future: Future[Path] | None = None
    done: Done | None = None
    alone: bool = False
    """A single article over which a worker died once: nothing else runs beside its second try."""

    @property
    def waits(self) -> bool:
        return self.future is None and self.done is None


def finished(cuts: Iterable[Cut], site: Site) -> Iterator[Done]:
    """Each shard, or its parts, when it is through; in their order. Errors that are no lost worker are raised.

    The first ones are sent at once, before anything is asked for.
    """
    schedule = _Schedule(cuts, site)
    schedule.fill()
    return schedule.run()


class _Schedule:
    def __init__(self, cuts: Iterable[Cut], site: Site) -> None:
        self._more = iter(cuts)
        self._site = site
        self._window: deque[_Task] = deque()
        self._ended = False

    def run(self) -> Iterator[Done]:
        while True:
            while self._window and self._window[0].done is not None:
                done = self._window.popleft().done
                assert done is not None, "just looked at"
                yield replace(done, ending=self._ended)
                if self._window:  # the workers go on while the caller writes; what is done in this process waits
                    self.fill()
            self.fill()
            if not self._window:
                return
            running = {task.future: task for task in self._window if task.future is not None}
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                self._settle(running[future])

    def fill(self) -> None:
        """Send what may be sent: first what was taken apart, then new shards."""
        room = self._site.room() - sum(task.future is not None for task in self._window)
        alone = [task for task in self._window if task.alone and task.done is None]
        if alone:
            if not any(task.future for task in self._window):
                self._send(alone[0])
            return
        for task in [task for task in self._window if task.waits][: max(0, room)]:
            self._send(task)
            room -= 1
        while room > 0 and len(self._window) < WINDOW and not self._ended:
            cut = next(self._more, None)
            if cut is None:
                self._ended = True
            elif cut.shard is None:
                self._window.append(_Task(None, cut, done=Done(cut)))
            else:
                self._window.append(_Task(cut.shard, cut))
                self._send(self._window[-1])
                room -= 1

    def _send(self, task: _Task) -> None:
        assert task.shard is not None, "what has no shard is done"
        task.future = self._site.executor.submit(process_shard, task.shard, self._site.watched)

    def _settle(self, task: _Task) -> None:
        assert task.future is not None
        assert task.shard is not None
        future, task.future = task.future, None
        try:
            task.done = Done(task.cut, future.result())
        except self._site.lost:
            self._lost(task, task.shard)
        except ModuleNotFoundError as error:  # on a cluster's machine without kg
            raise OtherProgramError from error

    def _lost(self, task: _Task, shard: Shard) -> None:
        """The worker died over it, or beside it."""
        articles = shard.articles
        if len(articles) == 1:
            if task.alone:
                task.done = Done(task.cut, poison=_poison(shard))
            task.alone = True
            return
        at = suspect(shard)
        bounds = [0, len(articles) // 2, len(articles)] if at is None else [0, at, at + 1, len(articles)]
        shard.forget()
        parts = [
            _Task(Shard.of(shard.config, articles[a:b], shard.target.parent), None)
            for a, b in pairwise(bounds)
            if a < b
        ]
        parts[0].cut = task.cut
        place = self._window.index(task)
        self._window.remove(task)
        for part in reversed(parts):
            self._window.insert(place, part)


def _poison(shard: Shard) -> Outcome:
    (article,) = shard.articles
    size = len(article.text)
    late = f"took more than {shard.config.limit(size):.0f} s"
    why = late if was_late(shard) else "ended the process that read it (a crash, or no memory left)"
    shard.forget()
    return Outcome(article.id, digest_of(article, shard.config.program), size, problem=f"{why}, twice: it is left out")
