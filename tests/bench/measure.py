"""Clocks and tables. Where one process does the work, times are of the processor: other work matters less."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def processor(work: Callable[[], object]) -> float:
    """Seconds of the processor that this process needs for it."""
    start = time.process_time()
    work()
    return time.process_time() - start


def clock(work: Callable[[], object]) -> float:
    """Seconds that pass meanwhile."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table(title: str, *columns: str) -> None:
    """Begin a table."""
    print(f"\n### {title}\n\n| {' | '.join(columns)} |\n|{'---|' * len(columns)}", flush=True)


def row(*cells: object) -> None:
    """A row of it."""
    print("| " + " | ".join(map(str, cells)) + " |", flush=True)


def rate(characters: int, seconds: float) -> str:
    """Characters a second."""
    return f"{characters / seconds:,.0f}"


def left_out(what: str, why: str) -> None:
    """A row for a peer that is not there."""
    row(what, f"left out: {why}", *[""])


def child(script: Path, *arguments: object) -> dict[str, Any]:
    """What a script prints as JSON, run in a process of its own so that its memory is its own."""
    command = [sys.executable, str(script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{script.name} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
