"""Where shards are worked on: this process, worker processes, a Dask cluster; each is an Executor.

A worker process that dies takes one shard with it, not its neighbours: each has a pool of its own, and a new one is
started in its place.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.context import SpawnContext, SpawnProcess
from typing import Any, TypeVar

from kg.builder.shard import forget_tools
from kg.errors import KgError, MissingPackageError

T = TypeVar("T")

SECONDS_TO_CONNECT = 15
SECONDS_FOR_WORKERS = 15.0
"""A worker that was lost is started anew by its nanny, which takes some seconds."""
_GARBAGE = (50_000, 20, 50)
"""How often cycles are looked for: an article makes many thousands of objects, and next to none are in one."""
#: The network works on small matrices: threads of the linear algebra library would only wait for each other.
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class ClusterError(KgError):
    """A cluster that cannot be used."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(address, why)
        self.address, self.why = address, why

    def __str__(self) -> str:
        return f"the cluster at {self.address} cannot be used: {self.why}"


class WorkerStartError(KgError):
    """Worker processes that end before they are given anything to do."""

    def __str__(self) -> str:
        return (
            "worker processes cannot be started: in a script, call build() under if __name__ == '__main__', because "
            "each worker imports the script; or build in this process (--workers 0)"
        )


@dataclass(frozen=True, slots=True)
class Site:
    """Where shards are worked on. Whoever makes one of an executor ends the executor."""

    executor: Executor
    room: Callable[[], int]
    """How many shards it should have at once: those that are worked on, and as many that wait."""
    lost: tuple[type[BaseException], ...] = ()
    """What it raises when a worker died over a shard."""
    watched: bool = True
    """Whether a worker may be ended, because another one takes its place, when an article takes too long."""


class Inline(Executor):
    """Calls the function at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """A future that is done when this returns; what the function raises is raised here, but for lack of memory."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except MemoryError as error:  # of one article: the others fit
            future.set_exception(error)
        return future


class Crew(Executor):
    """Worker processes, each in a ProcessPoolExecutor of its own that a thread of this process feeds."""

    def __init__(self, count: int) -> None:
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="kg-worker")
        self._own = threading.local()
        self._context = _Recording()
        self._futures: weakref.WeakSet[Future[Any]] = weakref.WeakSet()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run in the first process that is free; BrokenExecutor when that process died over it."""
        future = self._threads.submit(self._call, fn, args, kwargs)
        self._futures.add(future)
        return future

    def _call(self, fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
        pool: ProcessPoolExecutor | None = getattr(self._own, "pool", None)
        if pool is None:
            pool = self._own.pool = self._started()
        try:
            return pool.submit(fn, *args, **kwargs).result()
        except BrokenExecutor:
            self._own.pool = None
            pool.shutdown(wait=False)
            raise

    def _started(self) -> ProcessPoolExecutor:
        """A pool whose process is there. Raises WorkerStartError."""
        for _ in range(2):  # the first may have been killed by chance
            pool = ProcessPoolExecutor(1, mp_context=self._context, initializer=_begin)
            try:
                with _unreachable_by_ctrl_c():
                    ready = pool.submit(os.getpid)
                ready.result()
            except BrokenExecutor:
                pool.shutdown(wait=False)
            else:
                return pool
        raise WorkerStartError

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes at once: nothing of worth is lost with them."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._context.kill()
        while wait and not all(future.done() for future in list(self._futures)):
            time.sleep(0.02)  # a thread may have been starting a process just now
            self._context.kill()
        if wait:
            self._context.join()


class _Recording(SpawnContext):
    """The spawn method, with the processes noted down: the library has no public way to end those of a pool."""

    def __init__(self) -> None:
        super().__init__()
        self._made: list[SpawnProcess] = []

    def Process(self, *args: Any, **kwargs: Any) -> SpawnProcess:  # type: ignore[override]  # noqa: N802
        process = SpawnProcess(*args, **kwargs)
        self._made = [one for one in self._made if one.exitcode is None] + [process]
        return process

    def kill(self) -> None:
        for process in self._made:
            if process.pid is not None:
                process.kill()

    def join(self) -> None:
        for process in self._made:
            if process.pid is not None:
                process.join()


def _begin() -> None:
    """A worker does not outlive the process that started it, however that one ends."""
    gc.set_threshold(*_GARBAGE)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent.sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


@contextmanager
def _unreachable_by_ctrl_c() -> Iterator[None]:
    """Ctrl-C goes to all processes of a terminal; those started here leave it to this one, which ends them."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def inline() -> Iterator[Site]:
    """This process; the pipelines go when the work is done."""
    before = gc.get_threshold()
    gc.set_threshold(*_GARBAGE)
    try:
        yield Site(Inline(), lambda: 1, (MemoryError,), watched=False)
    finally:
        gc.set_threshold(*before)
        forget_tools()


@contextmanager
def processes(count: int) -> Iterator[Site]:
    """So many worker processes, started as there is work for them."""
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    crew = Crew(count)
    try:
        yield Site(crew, lambda: 2 * count, (BrokenExecutor, MemoryError))
    finally:
        crew.shutdown()


@contextmanager
def cluster(address: str) -> Iterator[Site]:
    """The workers of a running Dask scheduler (``tcp://HOST:8786``). Raises ClusterError, MissingPackageError.

    Workers should have one thread each (``dask worker --nthreads 1``): Python runs one at a time in a process anyway,
    and the time limit for an article is one of the process.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError as error:
        raise MissingPackageError("a cluster", "dask.distributed", "dask") from error
    try:
        client: Any = Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, ImportError) as error:
        raise ClusterError(address, f"no scheduler answers there ({error}): start one with 'dask scheduler'") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_FOR_WORKERS)
        except TimeoutError as error:
            problem = "it has no workers: start some with 'dask worker ADDRESS --nthreads 1'"
            raise ClusterError(address, problem) from error
        executor = client.get_executor(pure=False)
        try:
            yield Site(executor, lambda: 2 * max(1, sum(client.nthreads().values())), (KilledWorker,))
        finally:
            executor.shutdown(wait=False)
