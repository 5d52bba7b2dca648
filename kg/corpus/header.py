"""The head of a plain text file: a section, a title and a date on lines of their own before the text begins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import NamedTuple

from kg import lang

_LINES = 8
_LONGEST_TITLE = 120
_SENTENCE_END = re.compile(r"[。.!?！？;；]$")
#: Day before month, as most of the world writes it; month before day only where the day would be over 12.
_NUMERIC = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})[-/.](?P<m>\d{1,2})[-/.](?P<y>\d{4})"),
)
_TIME = re.compile(r"[ T]?\d{1,2}:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?$")


class Head(NamedTuple):
    """What the first lines say; empty and None where they say nothing."""

    title: str
    date: str | None


def read(text: str) -> Head:
    """The title and date of a text whose first short lines are its head; the text itself stays as it is.

    Only a line that is nothing but a date makes the lines before it a head: without one, all is text.
    """
    before: list[str] = []
    for line in _first_lines(text):
        found = _date(line)
        if found:
            return Head(before[-1] if before else "", found)
        if len(line) > _LONGEST_TITLE or _SENTENCE_END.search(line):
            break
        before.append(line)
    return Head("", None)


def _first_lines(text: str) -> Iterator[str]:
    count = 0
    for line in text[:4000].split("\n"):
        if line.strip():
            count += 1
            if count > _LINES:
                return
            yield line.strip()


def _date(line: str) -> str | None:
    """The ISO date of a line that is nothing else."""
    if len(line) > 40:
        return None
    for pattern, months in _patterns():
        match = pattern.fullmatch(line) or pattern.fullmatch(_TIME.sub("", line).strip())
        if match:
            return _iso(match.groupdict(), months)
    return None


def _iso(parts: dict[str, str], months: tuple[str, ...]) -> str | None:
    year, day = int(parts["y"]), int(parts["d"])
    if "name" in parts:
        named = [number for number, month in enumerate(months, 1) if month.startswith(parts["name"])]
        month = named[0] if named else 0
    else:
        month = int(parts["m"])
    if month > 12 >= day:
        month, day = day, month
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    found: list[tuple[re.Pattern[str], tuple[str, ...]]] = [(pattern, ()) for pattern in _NUMERIC]
    for code in lang.languages():
        table = lang.table(code, "header")
        for pattern in table.get("date", ()):
            found.append((re.compile(table.get("label", "") + pattern), tuple(table.get("months", ()))))
    return tuple(found)
