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
_LEAST_SHARE = 0.01
"""Of the sources; before, nothing can be told of the time that is left."""


@contextmanager
def shown(quiet: bool, say: Callable[[str], None]) -> Iterator[Callable[[BuildReport], None] | None]:
    """A function to call after each batch; None when quiet. ``say`` writes a line."""
    if quiet:
        yield None
        return
    started = time.monotonic()
    if sys.stderr.isatty():
        from tqdm import tqdm

        form = "{desc}: {percentage:3.0f} %|{bar}| {postfix}"
        with tqdm(total=1.0, desc="kg", bar_format=form, file=sys.stderr) as bar:
            bar.set_postfix_str("reading")

            def show(report: BuildReport) -> None:
                bar.n = report.share or 0.0
                bar.set_postfix_str(told(report, time.monotonic() - started))

            yield show
        return
    last = [started]

    def log(report: BuildReport) -> None:
        if time.monotonic() - last[0] >= _LOG_EVERY:
            last[0] = time.monotonic()
            percent = "" if report.share is None else f"{report.share:.0%}, "
            say(f"kg: {percent}{told(report, last[0] - started)}")

    yield log


def told(report: BuildReport, seconds: float) -> str:
    """How much there is after so many seconds, how fast it came, and how long the rest may take."""
    parts = [f"{report.articles:,} articles", f"{report.characters / max(seconds, 0.001):,.0f} characters/s"]
    if report.problems:
        parts.append(f"{len(report.problems)} problems")
    if report.share is not None and _LEAST_SHARE <= report.share < 1:
        parts.append(f"about {_span(seconds * (1 - report.share) / report.share)} left")
    return ", ".join(parts)


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
