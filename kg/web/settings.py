"""What a service may be told, with the defaults that suit one analyst's machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

MEGABYTE = 1024 * 1024


def _workers() -> int:
    """More than there are processors, so that slow queries do not shut out quick ones."""
    return min(16, max(4, 2 * (os.cpu_count() or 2)))


@dataclass(frozen=True, slots=True)
class Settings:
    """One service. Times are seconds, sizes are bytes."""

    store: Path
    host: str = "127.0.0.1"
    port: int = 8000
    """0 lets the system choose one."""
    names: tuple[str, ...] = ()
    """Host names, beside loopback's, by which clients may call the service."""
    workers: int = field(default_factory=_workers)
    query_seconds: float = 20.0
    memory: int = 512 * MEGABYTE
    """What one query may allocate."""
    answer: int = 64 * MEGABYTE
    """The largest answer."""
    wait_seconds: float = 60.0
    """How long a query may wait for a worker."""
    waiting: int = 200
    """Queries that may wait at once."""
    body: int = MEGABYTE
    """The largest query text and request body."""
    read_seconds: float = 15.0
    """In which a client must have sent its request."""
    write_seconds: float = 60.0
    """In which a client must have taken the next piece of an answer."""
    refresh_seconds: float = 5.0
    """Between two looks at whether the store has changed."""
    shutdown_seconds: float = 3.0
    """Given to requests that run when the service is told to stop."""
