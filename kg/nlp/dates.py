"""Component ``kg_dates``: dates of the text as ISO dates, resolved against the date in context or of publication.

A date is only as precise as the words are. A word that cannot be resolved (no date of publication, no date before it)
gives no date. What another component needs is :func:`governing_date`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any, Literal

from spacy.language import Language
from spacy.tokens import Doc

from kg import lang
from kg.model import DateMention, IsoDate
from kg.nlp import calendar
from kg.nlp.document import View
from kg.nlp.numerals import Numerals

NAME = "kg_dates"
_FIRST_YEAR, _LAST_YEAR = 1600, 2199

_CLAUSE_MARKS = ",;"
_OPENING, _CLOSING = "\u201c\u2018\u300c\u300e", "\u201d\u2019\u300d\u300f"

Relation = Literal["on", "since", "until", "before", "after"]


def governing_date(dates: Sequence[DateMention], sentence_start: int, offset: int, folded: str) -> DateMention | None:
    """The date that governs a verb or a number at ``offset``: one of its clause, else of its sentence before it.

    ``dates`` in text order; ``sentence_start``: where the sentence, or the part of it that may give the date, begins;
    ``folded``: the folded text of the article. The last date before ``offset`` wins; one that only bounds a span of
    time (since, until) wins when no other does, and one that says before which day never does. A date in a quotation
    that ends before ``offset`` dates what was said there and not what follows. None: the sentence gives no date.
    """
    before = [d for d in within(dates, sentence_start, offset) if d.relation != "before"]
    before = [d for d in before if not _was_quoted(folded, d.end, offset)]
    clause = max((folded.rfind(mark, sentence_start, offset) for mark in _CLAUSE_MARKS), default=-1)
    for some in ([d for d in before if d.start > clause], before):
        exact = [d for d in some if d.relation == "on"]
        if exact or some:
            return (exact or some)[-1]
    return None


def _was_quoted(folded: str, start: int, end: int) -> bool:
    """More quotations end than begin between two offsets, so that the first stands in one and the second does not."""
    depth = 0
    for character in folded[start:end]:
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth < 0:
                return True
    return False


class DateResolver:
    """Works by the language's table ``dates``; without it, it finds none."""

    def __init__(self, table: dict[str, Any], numerals: Numerals) -> None:
        self._numerals = numerals
        self._patterns: list[tuple[str, re.Pattern[str]]] = []
        if not table:
            return
        self._relative: dict[str, dict[str, Any]] = table.get("relative", {})
        self._weeks: dict[str, int] = table.get("weeks", {})
        self._weekdays: dict[str, int] = table.get("weekdays", {})
        self._eras: dict[str, int] = table.get("eras", {})
        self._months: dict[str, int] = table.get("months", {})
        fill = {
            "{Y}": f"(?:{table.get('year', '')})",
            "{N}": f"(?:{table.get('number', '')})",
            "{part}": table.get("part", ""),
            "{rel}": _alternatives(self._relative),
            "{weeks}": _alternatives(self._weeks),
            "{wd}": _alternatives(self._weekdays),
            "{eras}": _alternatives(self._eras),
            "{months}": _alternatives(self._months),
        }
        for kind, pattern in table["patterns"].items():
            for mark, value in fill.items():
                pattern = pattern.replace(mark, value)
            self._patterns.append((kind, re.compile(pattern)))
        relation = table.get("relation", {})
        self._before = {
            name: re.compile(relation[key])
            for name, key in (("since", "since_before"), ("until", "until_before"))
            if key in relation
        }
        self._after = {
            name: re.compile(relation[key])
            for name, key in (("since", "since_after"), ("before", "before_after"), ("after", "after_after"))
            if key in relation
        }
        self._future = re.compile(relation["future_before"]) if "future_before" in relation else None

    def __call__(self, doc: Doc) -> Doc:
        view = View.of(doc)
        article = view.article
        context = _Context(article.date if article else None)
        found: list[DateMention] = []
        for kind, match in self._matches(view.folded):
            made = self._resolved(kind, match, view, context)
            if made is not None:
                found.append(made)
                context.tell(made.until or made.value, made.end, view.sentence_at(made.start)[0])
        doc._.dates = tuple(found)
        return doc

    def _matches(self, folded: str) -> list[tuple[str, re.Match[str]]]:
        """The leftmost longest matches of all patterns, in text order."""
        every = [
            (match.start(), -match.end(), number, kind, match)
            for number, (kind, pattern) in enumerate(self._patterns)
            for match in pattern.finditer(folded)
            if match.end() > match.start()
        ]
        chosen: list[tuple[str, re.Match[str]]] = []
        end = 0
        for start, _, _, kind, match in sorted(every, key=lambda row: row[:3]):
            if start >= end:
                chosen.append((kind, match))
                end = match.end()
        return chosen

    def _resolved(self, kind: str, match: re.Match[str], view: View, context: _Context) -> DateMention | None:
        folded = view.folded
        groups = match.groupdict()
        future = self._future is not None and bool(
            self._future.search(folded[max(0, match.start() - 24) : match.start()])
        )
        value = self._value(kind, groups, match, view, context, future)
        if value is None:
            return None
        until = self._until(groups, value)
        return DateMention(match.start(), match.end(), value, until, self._relation(folded, match.start(), match.end()))

    def _relation(self, folded: str, start: int, end: int) -> Relation:
        for name, pattern in self._after.items():
            if pattern.match(folded, end):
                return name  # type: ignore[return-value]
        for name, pattern in self._before.items():
            if pattern.search(folded[max(0, start - 6) : start]):
                return name  # type: ignore[return-value]
        return "on"

    def _until(self, groups: dict[str, str | None], value: IsoDate) -> IsoDate | None:
        if groups.get("y2"):
            year = self._year(groups["y2"])
            return calendar.iso(year) if year else None
        day = self._number(groups.get("d2"))
        if day is None:
            return None
        year, month, _ = calendar.parts(value)
        return calendar.iso(year, self._number(groups.get("m2")) or month, day)

    def _value(
        self,
        kind: str,
        groups: dict[str, str | None],
        match: re.Match[str],
        view: View,
        context: _Context,
        future: bool,
    ) -> IsoDate | None:
        year, month, day = self._year(groups.get("y")), self._month(groups), self._number(groups.get("d"))
        if (groups.get("d") and not day) or (groups.get("m") and not month):
            return None
        if groups.get("era") and groups.get("eraname"):
            number = self._number(groups["era"])
            return calendar.iso(self._eras[str(groups["eraname"])] + number, month, day) if number else None
        if groups.get("rel"):
            return self._from_word(str(groups["rel"]), month, day, match, view, context)
        if groups.get("y"):
            return calendar.iso(year, month, day) if year else None
        if groups.get("wd"):
            return self._from_weekday(groups, month, day, context, future)
        if groups.get("n"):
            number = self._number(groups["n"])
            base = context.last_day or context.published
            return calendar.shift_days(base, -number) if base and number else None
        return self._without_year(month, day, view.sentence_at(match.start())[0], context, future)

    def _without_year(
        self, month: int | None, day: int | None, sentence: int, context: _Context, future: bool
    ) -> IsoDate | None:
        """A month or a day alone: after a date of another year in the same sentence it goes on with that, else near
        the publication."""
        if month is not None:
            if context.last and context.sentence == sentence and not _near(context.last, context.published):
                return calendar.iso(calendar.parts(context.last)[0], month, day)
            if context.published:
                return calendar.nearest_month_day(context.published, month, day, future=future)
            return calendar.iso(calendar.parts(context.last)[0], month, day) if context.last else None
        if day is None:
            return None
        if context.last and len(context.last) >= 7 and context.sentence == sentence:
            year, last_month, _ = calendar.parts(context.last)
            return calendar.iso(year, last_month, day)
        if context.published:
            return calendar.nearest_day(context.published, day, future=future)
        return None

    def _from_word(
        self, word: str, month: int | None, day: int | None, match: re.Match[str], view: View, context: _Context
    ) -> IsoDate | None:
        row = self._relative[word]
        folded = view.folded
        if "not_after" in row and re.search(f"{row['not_after']}$", folded[: match.start()][-4:]):
            return None
        if "not_before" in row and re.match(row["not_before"], folded[match.start() + len(word) :][:4]):
            return None
        in_context = row.get("from") == "context"
        unit, shift = row["unit"], int(row["shift"])
        if unit == "day":
            base = (context.last_day or context.published) if in_context else context.published
            return calendar.shift_days(base, shift) if base else None
        base = (context.last or context.published) if in_context else context.published
        if base is None:
            return None
        if unit == "month":
            moved = calendar.shift_months(base, shift)
            if moved is None:
                return None
            year, own, _ = calendar.parts(moved)
            return calendar.iso(year, own, day)
        year = calendar.parts(base)[0] + shift
        return calendar.iso(year, month, day if month else None)

    def _from_weekday(
        self, groups: dict[str, str | None], month: int | None, day: int | None, context: _Context, future: bool
    ) -> IsoDate | None:
        if context.published is None:
            return None
        weeks = self._weeks.get(str(groups.get("week") or ""))
        value = calendar.weekday_near(
            context.published, self._weekdays[str(groups["wd"])], weeks, future=future and weeks is None
        )
        if day is None or value is None:
            return value
        # the day in brackets is what the writer looked up; the weekday only says which month
        year, own_month, _ = calendar.parts(value)
        stated = calendar.iso(year, month or own_month, day)
        return stated if stated and abs(_days(stated) - _days(value)) <= 7 else calendar.nearest_day(value, day)

    def _year(self, text: str | None) -> int | None:
        if not text:
            return None
        value = self._numerals.integer(text)
        return value if value is not None and _FIRST_YEAR <= value <= _LAST_YEAR else None

    def _month(self, groups: dict[str, str | None]) -> int | None:
        name = groups.get("mname")
        return self._months.get(name) if name else self._number(groups.get("m"))

    def _number(self, text: str | None) -> int | None:
        return self._numerals.integer(text) if text else None


def _alternatives(words: dict[str, Any]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _near(value: IsoDate, published: IsoDate | None) -> bool:
    """Within the year before the publication: a month without a year is then told from the publication."""
    if published is None:
        return False
    return calendar.parts(value)[0] in {calendar.parts(published)[0], calendar.parts(published)[0] - 1}


def _days(value: IsoDate) -> int:
    return datetime.date.fromisoformat(value).toordinal()


@Language.factory(NAME, default_config={"language": "zh"}, assigns=["doc._.dates"])
def create(nlp: Language, name: str, language: str) -> DateResolver:
    """The component of a language."""
    return DateResolver(lang.table(language, "dates"), Numerals(lang.table(language, "numerals")))
