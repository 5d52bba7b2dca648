"""What the words of a date mean: from the groups that a pattern of the table ``dates`` matched to an ISO date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kg.model import IsoDate
from kg.nlp import calendar
from kg.nlp.numerals import Numerals
from kg.nlp.timeline import Timeline

_FIRST_YEAR, _LAST_YEAR = 1600, 2199
_WEEK = 7
_MONTH = 7
"""Length of a date that names its month."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a date stands: the number of its sentence and of its paragraph."""

    sentence: int
    paragraph: int
    ahead: bool = False
    """Its clause says that it is to come."""
    leads: bool = False
    """What follows may be to come: then the nearest day is meant, before or after the publication."""
    quoted: bool = False
    """It stands in words that somebody said."""


@dataclass(frozen=True, slots=True)
class _Relative:
    """A word such as last year: so many units from the publication or from the date in context."""

    unit: str
    shift: int
    in_context: bool
    with_month: bool
    """By itself, without a month, it means something else unless the date in context stands in its sentence."""
    not_after: re.Pattern[str] | None
    not_before: re.Pattern[str] | None

    @classmethod
    def read(cls, row: dict[str, Any]) -> _Relative:
        after, before = row.get("not_after"), row.get("not_before")
        return cls(
            row["unit"],
            int(row["shift"]),
            row.get("from") == "context",
            bool(row.get("with_month", False)),
            re.compile(f"(?:{after})$") if after else None,
            re.compile(before) if before else None,
        )

    def fits(self, folded: str, start: int, end: int) -> bool:
        if self.not_after and self.not_after.search(folded[max(0, start - 4) : start]):
            return False
        return not (self.not_before and self.not_before.match(folded, end))


class DateWords:
    """Reads the groups; see the head of the Chinese table for their names."""

    def __init__(self, table: dict[str, Any], numerals: Numerals) -> None:
        self._numerals = numerals
        self._relative = {word: _Relative.read(row) for word, row in table.get("relative", {}).items()}
        self._weeks: dict[str, int] = table.get("weeks", {})
        self._weekdays: dict[str, int] = table.get("weekdays", {})
        self._eras: dict[str, int] = table.get("eras", {})
        self._default_era: int | None = table.get("default_era")
        self._months: dict[str, int] = table.get("months", {})
        self._numbers: dict[str, int] = table.get("numbers", {})
        self._near: dict[str, int] = table.get("near", {})
        self._spans: dict[str, dict[str, Any]] = table.get("spans", {})

    def value(
        self, kind: str, match: re.Match[str], groups: dict[str, str | None], where: Where, line: Timeline
    ) -> IsoDate | None:
        """The date at the precision of the words; None when they name none or it cannot be told."""
        month, day = self._month(groups), self._number(groups.get("d"))
        if (groups.get("d") and not day) or (groups.get("m") and not month):
            return None
        if groups.get("era"):
            number = self._number(groups["era"])
            first = self._eras.get(str(groups.get("eraname")), self._default_era)
            return calendar.iso(first + number, month, day) if number and first is not None else None
        if groups.get("rel"):
            return self._from_word(str(groups["rel"]).lower(), month, day, match, where, line)
        if groups.get("y"):
            year = self._year(groups["y"])
            return calendar.iso(year, month, day) if year else None
        if groups.get("wd"):
            return self._from_weekday(groups, month, day, where, line)
        if groups.get("weekly"):
            return self._from_week(self._weeks[str(groups["weekly"])], line)
        if groups.get("near"):
            base = calendar.shift_days(line.published, self._near[str(groups["near"])]) if line.published else None
            return _stated(base, month, day) if base else None
        if groups.get("n"):
            return self._from_span(self._spans[kind], self._number(groups["n"]), where, line)
        if month is not None:
            return line.month_day(month, day, where.sentence, where.paragraph, future=where.ahead, nearest=where.leads)
        if day is None:
            return None
        return line.day(day, where.sentence, where.paragraph, future=where.ahead, nearest=where.leads)

    def until(self, groups: dict[str, str | None], value: IsoDate) -> IsoDate | None:
        """The other end of a range that one pattern matched."""
        if groups.get("wd2"):
            days = self._weekdays[str(groups["wd2"])] - self._weekdays[str(groups["wd"])]
            return calendar.shift_days(value, days % _WEEK)
        if groups.get("y2"):
            year = self._year(groups["y2"])
            last = calendar.iso(year) if year else None
        else:
            day = self._number(groups.get("d2"))
            if day is None:
                return None
            year, month, _ = calendar.parts(value)
            other = self._number(groups.get("m2")) or month
            last = calendar.iso(year + (other is not None and month is not None and other < month), other, day)
        return last if last and calendar.not_before(last, value) else None

    def steps(self, kind: str) -> bool:
        """True when such a date is a step of the story; years ago looks back from it and leaves it where it was."""
        return self._spans.get(kind, {}).get("unit", "day") == "day" or bool(self._spans[kind]["sign"] > 0)

    def _from_word(
        self, word: str, month: int | None, day: int | None, match: re.Match[str], where: Where, line: Timeline
    ) -> IsoDate | None:
        row = self._relative[word]
        if not row.fits(match.string, match.start(), match.start() + len(word)):
            return None
        if row.with_month and month is None and line.sentence != where.sentence:
            return None
        if row.unit == "day":
            base = line.published
            if row.in_context:
                base = line.last_day or (line.published if row.shift == 0 else None)
            elif where.quoted and line.is_long_ago(where.sentence):
                base = line.last
            return calendar.shift_days(base, row.shift) if base else None
        base = (line.last or line.published) if row.in_context else line.published
        if base is None:
            return None
        if row.unit == "month":
            moved = calendar.shift_months(base, row.shift)
            year, own, _ = calendar.parts(moved) if moved else (0, None, None)
            return calendar.iso(year, own, day) if moved else None
        return calendar.iso(calendar.parts(base)[0] + row.shift, month, day if month else None)

    def _from_weekday(
        self, groups: dict[str, str | None], month: int | None, day: int | None, where: Where, line: Timeline
    ) -> IsoDate | None:
        if line.published is None:
            return None
        weeks = self._weeks.get(str(groups.get("week") or ""))
        value = calendar.weekday_near(
            line.published,
            self._weekdays[str(groups["wd"])],
            weeks,
            future=(where.ahead or where.leads) and weeks is None,
        )
        return _stated(value, month, day) if value else None

    def _from_week(self, weeks: int, line: Timeline) -> IsoDate | None:
        """A whole week has the precision of its month; None when it lies in two."""
        ends = [calendar.weekday_near(line.published, day, weeks) for day in (0, 6)] if line.published else []
        months = {end[:_MONTH] for end in ends if end}
        return months.pop() if len(months) == 1 else None

    def _from_span(self, row: dict[str, Any], number: int | None, where: Where, line: Timeline) -> IsoDate | None:
        """So many days, months or years before or after what was told last; before also from the publication."""
        if not number or number > int(row.get("most", number)):
            return None
        shift = number * int(row["sign"])
        base = line.base(row["unit"], where.paragraph) or (line.published if shift < 0 else None)
        if base is None:
            return None
        if row["unit"] == "day":
            return calendar.shift_days(base, shift)
        return calendar.shift_months(base, shift) if row["unit"] == "month" else calendar.shift_years(base, shift)

    def _year(self, text: str | None) -> int | None:
        value = self._number(text)
        return value if value is not None and _FIRST_YEAR <= value <= _LAST_YEAR else None

    def _month(self, groups: dict[str, str | None]) -> int | None:
        name = groups.get("mname")
        return self._months.get(name) if name else self._number(groups.get("m"))

    def _number(self, text: str | None) -> int | None:
        return self._numbers.get(text) or self._numerals.integer(text) if text else None


def _stated(value: IsoDate, month: int | None, day: int | None) -> IsoDate | None:
    """The day that the writer looked up and put in brackets; the word beside it only says which month."""
    if day is None:
        return value
    year, own_month, _ = calendar.parts(value)
    stated = calendar.iso(year, month or own_month, day)
    if stated and abs(calendar.days_between(stated, value)) <= _WEEK:
        return stated
    return calendar.nearest_month_day(value, month, day) if month else calendar.nearest_day(value, day)
