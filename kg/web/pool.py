"""A pool of worker processes: started before they are needed, killed when they take too long, and then replaced."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.errors import KgError
from kg.web.messages import HEAD, Job, Reply, lengths, problem, read_reply

_LOG = logging.getLogger("kg.web")
#: Seconds in which a worker must have opened the snapshot, and between two tries to start one.
_START_SECONDS, _PAUSE_SECONDS = 60.0, 1.0
#: Jobs after which a worker is replaced, so that none grows for ever.
_JOBS = 1000
_RETRY = {"retry-after": "5"}


class PoolError(KgError):
    """No worker can be started; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"the service cannot start: {self.reason}"


@dataclass(slots=True)
class Snapshot:
    """A copy of the store and how many workers read it."""

    folder: Path
    readers: int = 0
    current: bool = True

    def drop(self) -> None:
        """Remove the copy when it is the last one's turn."""
        if not self.current and self.readers <= 0:
            shutil.rmtree(self.folder, ignore_errors=True)


class Worker:
    """One process and the pipes to it."""

    def __init__(self, process: asyncio.subprocess.Process, snapshot: Snapshot, said: IO[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.process, self.snapshot, self._said = process, snapshot, said
        self._asked, self._replies = process.stdin, process.stdout
        self.jobs = 0
        snapshot.readers += 1

    @classmethod
    async def start(cls, snapshot: Snapshot, memory: int, answer: int) -> Worker:
        """A worker that has opened its snapshot. Raises PoolError."""
        # Not to the terminal: the engine writes a page of addresses when memory runs out.
        said = tempfile.TemporaryFile()  # noqa: SIM115  closed in kill()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "kg.web.worker", str(snapshot.folder), str(memory), str(answer),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=said,
            start_new_session=True,  # Ctrl-C is for the service, which ends its workers itself
        )  # fmt: skip
        worker = cls(process, snapshot, said)
        ready = False
        try:
            await asyncio.wait_for(worker.reply(), _START_SECONDS)
            ready = True
        except (TimeoutError, asyncio.IncompleteReadError) as error:
            raise PoolError("a worker ended before it had opened the store") from error
        finally:
            if not ready:
                await worker.kill()
        return worker

    async def ask(self, job: Job) -> Reply:
        """Have a job done. IncompleteReadError or a ConnectionError when the process ends over it."""
        self.jobs += 1
        self._asked.write(job.frame())
        await self._asked.drain()
        return await self.reply()

    async def reply(self) -> Reply:
        """The next reply."""
        head, body = lengths(await self._replies.readexactly(HEAD))
        return read_reply(await self._replies.readexactly(head), await self._replies.readexactly(body))

    async def kill(self) -> int:
        """End the process at once; gives its exit status, negative for a signal."""
        if self.process.returncode is None:
            # not process.kill(): that would take the exit status of an ended process away from the event loop
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGKILL)
        status = await self.process.wait()
        if status > 0:  # not killed: an error that nobody thought of
            _LOG.error("a worker ended with an error: %s", self._last_words())
        self._said.close()
        for left in self.snapshot.folder.glob(f"answer-{self.process.pid}-*"):
            left.unlink(missing_ok=True)
        self.snapshot.readers -= 1
        self.snapshot.drop()
        return status

    def _last_words(self) -> str:
        self._said.seek(0)
        return self._said.read()[-2000:].decode("utf-8", errors="replace").strip().rpartition("\n")[2]


class Pool:
    """Workers over one snapshot at a time."""

    def __init__(
        self, folder: Path, *, workers: int, seconds: float, memory: int, answer: int, waiting: int, wait_seconds: float
    ) -> None:
        """``folder``: the first snapshot; the pool removes it. Sizes are bytes."""
        self._snapshot = Snapshot(folder)
        self._size, self._seconds, self._memory, self._answer = workers, seconds, memory, answer
        self._waiting, self._wait_seconds = waiting, wait_seconds
        self._idle: deque[Worker] = deque()
        self._all: set[Worker] = set()
        self._queue: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[object]] = set()
        self._starting = 0
        self._closed = False

    @property
    def alive(self) -> int:
        """Workers that are there."""
        return len(self._all)

    @property
    def busy(self) -> int:
        """Workers that have a job."""
        return len(self._all) - len(self._idle)

    @property
    def queued(self) -> int:
        """Jobs that wait for a worker."""
        return len(self._queue)

    async def start(self) -> None:
        """Start all workers. Raises PoolError."""
        for worker in await self._start(self._snapshot, self._size):
            self._release(worker)

    async def _start(self, snapshot: Snapshot, count: int) -> list[Worker]:
        self._starting += count
        try:
            tried = await asyncio.gather(
                *(Worker.start(snapshot, self._memory, self._answer) for _ in range(count)), return_exceptions=True
            )
        finally:
            self._starting -= count
        started = [one for one in tried if isinstance(one, Worker)]
        self._all.update(started)
        for one in tried:
            if isinstance(one, BaseException):
                raise one
        return started

    async def run(self, job: Job) -> Reply:
        """Have a job done within the limits.

        What breaks a limit is a reply too: 503 when too many wait, 504 for time, 507 for memory. A job whose caller is
        cancelled is killed.
        """
        try:
            worker = await self._acquire()
            while worker.process.returncode is not None:  # ended while it had nothing to do
                await self._replace(worker)
                worker = await self._acquire()
        except TimeoutError:
            busy = problem(503, "all workers are busy with other queries: try again in a moment")
            return Reply(busy.status, busy.media, busy.body, headers=_RETRY)
        try:
            reply = await asyncio.wait_for(worker.ask(job), self._seconds)
        except TimeoutError:
            await self._replace(worker)
            return problem(504, f"the query took longer than {self._seconds:g} s and was stopped: ask for less")
        except (asyncio.IncompleteReadError, ConnectionError):
            return _ended(await self._replace(worker))
        except asyncio.CancelledError:
            self._later(self._replace(worker))
            raise
        self._done(worker)
        return reply

    async def _acquire(self) -> Worker:
        if self._idle and not self._queue:
            return self._idle.pop()
        if len(self._queue) >= self._waiting:
            raise TimeoutError
        turn: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            return await asyncio.wait_for(turn, self._wait_seconds)
        except (TimeoutError, asyncio.CancelledError):
            if turn in self._queue:
                self._queue.remove(turn)
            elif turn.done() and not turn.cancelled():
                self._release(turn.result())
            raise

    def _done(self, worker: Worker) -> None:
        """Take a worker back, or replace it when its snapshot is old or it has served long."""
        if worker.snapshot is self._snapshot and worker.jobs < _JOBS:
            self._release(worker)
        else:
            self._later(self._replace(worker))

    def _release(self, worker: Worker) -> None:
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    async def _replace(self, worker: Worker) -> int:
        """Kill a worker and have another one started."""
        self._all.discard(worker)
        if not self._closed:
            self._later(self._start_one())
        return await worker.kill()

    async def _start_one(self) -> None:
        while not self._closed and len(self._all) + self._starting < self._size:
            try:
                (worker,) = await self._start(self._snapshot, 1)
            except (PoolError, OSError) as error:
                _LOG.error("%s", error)
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            self._done(worker)  # the snapshot may have changed while it started
            return

    def _later(self, work: Coroutine[Any, Any, object]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def switch(self, folder: Path) -> None:
        """Answer from a new snapshot, without a gap: busy workers end their query on the old one. Raises PoolError."""
        new = Snapshot(folder)
        try:
            started = await self._start(new, self._size)
        except PoolError:
            new.current = False
            new.drop()
            raise
        old, self._snapshot = self._snapshot, new
        old.current = False
        idle, self._idle = list(self._idle), deque()
        for worker in started:
            self._release(worker)
        for worker in idle:
            await self._replace(worker)
        old.drop()

    async def close(self) -> None:
        """End all workers and remove the snapshot."""
        self._closed = True
        self._snapshot.current = False
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.kill() for worker in list(self._all)))
        self._all.clear()
        shutil.rmtree(self._snapshot.folder, ignore_errors=True)


def _ended(status: int) -> Reply:
    """What a client is told when a query ended its process."""
    if status == -signal.SIGABRT:  # how the engine ends when it is given no memory
        return problem(
            507, "the query needs more memory than this service gives one: ask for less, or without ORDER BY"
        )
    if status in (-signal.SIGSEGV, -signal.SIGBUS):
        return problem(422, "the query is nested too deep for the engine")
    _LOG.error("a worker ended with status %d", status)
    return problem(500, "the query ended its worker: try again")
