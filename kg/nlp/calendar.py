"""Calendar arithmetic over ISO dates of any precision (2026, 2026-02, 2026-02-05)."""

from __future__ import annotations

from datetime import date, timedelta

from kg.model import IsoDate


def iso(year: int, month: int | None = None, day: int | None = None) -> IsoDate | None:
    """An ISO date at the precision given; None when there is no such day."""
    if not 1000 <= year <= 9999:
        return None
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def parts(value: IsoDate) -> tuple[int, int | None, int | None]:
    """Year, month and day; None for what the date does not say."""
    numbers = [int(part) for part in value.split("-")]
    return numbers[0], numbers[1] if len(numbers) > 1 else None, numbers[2] if len(numbers) > 2 else None


def shift_days(value: IsoDate, days: int) -> IsoDate | None:
    """A full date moved by days; None for a less precise one."""
    year, month, day = parts(value)
    if month is None or day is None:
        return None
    return (date(year, month, day) + timedelta(days=days)).isoformat()


def shift_years(value: IsoDate, years: int) -> IsoDate | None:
    """The year of a date moved by years, at the precision of years."""
    return iso(parts(value)[0] + years)


def shift_months(value: IsoDate, months: int) -> IsoDate | None:
    """The month of a date moved by months, at the precision of months."""
    year, month, _ = parts(value)
    if month is None:
        return None
    number = year * 12 + month - 1 + months
    return iso(number // 12, number % 12 + 1)


def weekday_near(value: IsoDate, weekday: int, weeks: int | None, *, future: bool = False) -> IsoDate | None:
    """The weekday (0 Monday) of a week counted from the date's own; None as ``weeks``: the last one not after the date.

    ``future`` takes the next one on or after the date instead.
    """
    year, month, day = parts(value)
    if month is None or day is None:
        return None
    own = date(year, month, day)
    if weeks is None:
        back = (own.weekday() - weekday) % 7
        moved = own + timedelta(days=(7 - back) % 7 if future else -back)
    else:
        moved = own + timedelta(days=weekday - own.weekday() + 7 * weeks)
    return moved.isoformat()


def nearest_month_day(
    value: IsoDate, month: int, day: int | None, *, future: bool = False, ahead: int = 0
) -> IsoDate | None:
    """A month (and day) without a year: the last one not after the date, or with ``future`` the next one.

    ``ahead``: so many days after the date it is still this one and not that of a year before.
    """
    year, own_month, own_day = parts(value)
    if ahead and not future and own_month and own_day:
        coming = nearest_month_day(value, month, day, future=True)
        if coming is not None and days_between(value, coming) <= ahead:
            return coming
    own = (own_month or 12, own_day or 31)
    that = (month, day or 1)
    if future:
        year += that < own and (month != own[0] or day is not None)
    else:
        year -= that > own
    return iso(year, month, day)


def nearest_day(value: IsoDate, day: int, *, future: bool = False, ahead: int = 0) -> IsoDate | None:
    """A day of the month alone: the last one not after the date, or with ``future`` the next one.

    ``ahead``: so many days after the date it is still in this month and not in the one before.
    """
    year, month, own_day = parts(value)
    if month is None:
        return None
    if own_day is not None and not future and day - ahead > own_day:
        before = shift_months(value, -1)
        year, month, _ = parts(before) if before else (year, month, None)
    elif own_day is not None and future and day < own_day:
        after = shift_months(value, 1)
        year, month, _ = parts(after) if after else (year, month, None)
    return iso(year, month, day) if month else None


def days_between(first: IsoDate, second: IsoDate) -> int:
    """Days from one date to another; a month or a year counts from its first day."""
    return _ordinal(second) - _ordinal(first)


def not_before(value: IsoDate, other: IsoDate) -> bool:
    """True when a date does not lie before another, at the precision that both have."""
    shared = min(len(value), len(other))
    return value[:shared] >= other[:shared]


def _ordinal(value: IsoDate) -> int:
    year, month, day = parts(value)
    return date(year, month or 1, day or 1).toordinal()
