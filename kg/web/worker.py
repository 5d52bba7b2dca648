"""A worker: a process of its own that answers one job after the other from a snapshot, until it is killed.

Run as ``python -m kg.web.worker SNAPSHOT MEMORY ANSWER``; jobs come on standard input, replies go to standard output.
What a query may use is held by the system, not by the goodwill of the engine: memory by a resource limit, the network
by an empty network namespace where the system gives one.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path
from typing import BinaryIO

from kg.errors import KgError
from kg.web import jobs
from kg.web.answer import AnswerTooLargeError
from kg.web.formats import NotAcceptableError
from kg.web.messages import HEAD, Reply, lengths, problem, read_job

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_DIE_WITH_PARENT, _SIGKILL = 1, 9
#: Errors of kg that are not the client's syntax.
_STATUS: dict[type[KgError], int] = {AnswerTooLargeError: 422, NotAcceptableError: 406, jobs.NotThereError: 404}


def main(arguments: list[str]) -> None:
    """Serve until standard input ends."""
    snapshot, memory, answer = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    # Replies have a descriptor of their own: whatever a library prints goes to standard error.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _cut_off(snapshot)
    with jobs.Snapshot(snapshot / "store", folder=snapshot, limit=answer) as store:
        _hold(memory)
        replies.write(Reply(200).frame())  # ready
        replies.flush()
        _serve(store, sys.stdin.buffer, replies)


def _serve(store: jobs.Snapshot, asked: BinaryIO, replies: BinaryIO) -> None:
    while len(head := asked.read(HEAD)) == HEAD:
        size, body = lengths(head)
        job = read_job(asked.read(size))
        asked.read(body)
        replies.write(_answer(store, job.name, dict(job.arguments)).frame())
        replies.flush()


def _answer(store: jobs.Snapshot, name: str, arguments: dict[str, object]) -> Reply:
    try:
        return jobs.JOBS[name](store, **arguments)
    except KgError as error:
        return problem(next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 400), str(error))
    except OSError as error:
        return problem(500, f"the store could not be read ({' '.join(str(error).split())[:200]})")
    except MemoryError:
        return problem(507, "the query needs more memory than this service gives one")
    except RecursionError:
        return problem(422, "the query is nested too deep")


def _hold(memory: int) -> None:
    """Limit what this process may allocate beyond what it has now. Where there is no such limit, time alone limits."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    status = Path("/proc/self/status")
    if not status.is_file():
        return
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    limit = int(lines["VmData"].split()[0]) * 1024 + memory
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _cut_off(snapshot: Path) -> None:
    """End with the service, however that ends, and leave the network, where the system allows."""
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_DIE_WITH_PARENT, _SIGKILL)
    own = all(path.stat().st_uid == os.geteuid() for path in snapshot.rglob("*"))
    if system.unshare(_CLONE_NEWNET) != 0 and own:  # a user namespace of its own takes the right to others' files
        system.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


if __name__ == "__main__":
    main(sys.argv[1:])
