"""Dates as precise as a text gives them, as whole days: the first and the last day that they can mean."""

from __future__ import annotations

import calendar
import re

from kg.model import IsoDate

_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")


def first_day(date: IsoDate) -> str | None:
    """``2026-02`` gives ``2026-02-01``; None for what is no date."""
    match = _DATE.fullmatch(date)
    if match is None or match[1] == "0000":
        return None
    day = f"{match[1]}-{match[2] or '01'}-{match[3] or '01'}"
    return day if int(day[8:]) <= _days(day) else None


def last_day(date: IsoDate) -> str | None:
    """``2026-02`` gives ``2026-02-28``; None for what is no date."""
    first = first_day(date)
    if first is None or len(date) == 10:
        return first
    month = first if len(date) == 7 else f"{first[:4]}-12-01"
    return f"{month[:8]}{_days(month):02d}"


def _days(day: str) -> int:
    return calendar.monthrange(int(day[:4]), int(day[5:7]))[1]
