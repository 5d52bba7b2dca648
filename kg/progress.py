"""How far a build is: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.builder import BuildReport

_LOG_EVERY = 10.0


@contextmanager
def shown(quiet: bool, say: Callable[[str], None]) -> Iterator[Callable[[BuildReport], None] | None]:
    """A function to call after each batch; None when quiet. ``say`` writes a line."""
    if quiet:
        yield None
        return
    if sys.stderr.isatty():
        from tqdm import tqdm

        with tqdm(unit=" articles", file=sys.stderr) as bar:

            def show(report: BuildReport) -> None:
                bar.update(report.articles - bar.n)

            yield show
        return
    last = [time.monotonic()]

    def log(report: BuildReport) -> None:
        if time.monotonic() - last[0] >= _LOG_EVERY:
            last[0] = time.monotonic()
            say(f"kg: {report.articles} articles, {len(report.problems)} problems so far")

    yield log
