"""When and where something was said: by the attribution itself, else by what the text has told of the occasion.

News dates a speech once. What the same speaker says further on, what others say "on the spot" or "at that time", and
what follows in the paragraph belongs to the same day, unless the words say that it was said at another time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import DateMention, IsoDate, Mention
from kg.nlp.document import View, last_before, within

_YEAR, _DAY = len("2026"), len("2026-02-05")
_CLAUSE = ",;。!?\n"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day, month or year and a place; None where the text gives none. ``at``: where it was told."""

    date: IsoDate | None = None
    place: str | None = None
    at: int = -1


class OccasionWords:
    """The part ``occasion`` of the table ``attribution``, compiled once."""

    def __init__(self, table: dict[str, Any], at_place: re.Pattern[str]) -> None:
        occasion = table["occasion"]
        self.then = re.compile(occasion["then"])
        self.other_time = re.compile(occasion["other_time"])
        self.topic = re.compile(occasion["topic"])
        self.adverbial = re.compile(occasion["adverbial"])
        self.dateline = re.compile(occasion["dateline"])
        self.at_place = at_place


class Occasions:
    """The occasions of one Doc, told as it is read from left to right."""

    def __init__(self, view: View, words: OccasionWords, depth: bytearray) -> None:
        self._view = view
        self._folded = view.folded
        self._words = words
        self._depth = depth
        self._dates: Sequence[DateMention] = view.doc._.dates
        self._mentions: Sequence[Mention] = view.doc._.mentions
        published = view.article.date if view.article else None
        self._published = published or "9999"
        self._own: dict[str, Occasion] = {}
        self._dateline = self._written(view)

    def _written(self, view: View) -> IsoDate | None:
        """The day of a dateline at the start of the text; None where there is none."""
        line = self._words.dateline.match(view.folded)
        days = [d.value for d in within(self._dates, 0, line.end()) if len(d.value) == _DAY] if line else []
        return days[-1] if days else None

    def meet(self, entities: Sequence[str | None], occasion: Occasion) -> None:
        """These actors did something on a day, at which they may go on to speak."""
        if len(occasion.date or "") == _DAY:
            self.tell(entities, occasion)

    def tell(self, entities: Sequence[str | None], occasion: Occasion) -> None:
        """These actors spoke, or met to speak, on this occasion."""
        if occasion.date:
            self._own.update((entity, occasion) for entity in entities if entity)

    def explicit(self, start: int, end: int) -> Occasion:
        """What the words between two offsets say."""
        dates = [d for d in within(self._dates, start, end) if self._dates_it(d, end)]
        return Occasion(dates[-1].value if dates else None, self._place(start, end), start)

    def of(self, entities: Sequence[str | None], start: int, cue: int, content: int) -> Occasion:
        """The occasion of an attribution that begins at ``start``, with its cue and where its content begins."""
        said = Occasion(self.explicit(start, content).date, self._place(start, cue), start)
        own = next((self._own[e] for e in entities if e in self._own), None)
        if said.date is None:
            said = Occasion(self._inherited(own, start, content), said.place or self._same_place(own, start), start)
        self.tell(entities, said)
        return said

    def _dates_it(self, date: DateMention, end: int) -> bool:
        """A date of the attribution itself: not one of its topic, nor of a thing that it names (the 2018 accord)."""
        if self._depth[date.start]:
            return False
        clause = max((self._folded.rfind(mark, 0, date.start) for mark in _CLAUSE), default=-1) + 1
        if self._words.topic.match(self._folded, clause, date.start):
            return False
        if len(date.value) > _YEAR:
            return True
        return self._words.adverbial.match(self._folded, date.end, end + 1) is not None

    def _inherited(self, own: Occasion | None, start: int, content: int) -> IsoDate | None:
        lead = self._folded[start:content]
        if self._words.then.search(lead):
            return self._told(start) or (own.date if own else None) or self._dateline
        if self._words.other_time.search(lead):
            return None
        if own is not None:
            return own.date
        first = "\n" not in self._folded[:start].strip()
        return self._dateline if first and self._told(start) in {None, self._dateline} else None

    def _told(self, start: int) -> IsoDate | None:
        """The last day that the paragraph has told before ``start``, else the last month or year; nothing to come."""
        floor = self._folded.rfind("\n", 0, start) + 1
        told: IsoDate | None = None
        for date in reversed(last_before(self._dates, start, 12)):
            past = date.value <= self._published[: len(date.value)]
            if date.start < floor:
                break
            if past and date.relation == "on" and not self._depth[date.start] and len(date.value) > len(told or ""):
                told = date.value
        return told

    def _same_place(self, own: Occasion | None, start: int) -> str | None:
        """The place goes on within the paragraph only."""
        if own is None or "\n" in self._folded[own.at : start]:
            return None
        return own.place

    def _place(self, start: int, end: int) -> str | None:
        """A place of the attribution that a preposition of place governs."""
        for mention in within(self._mentions, start, end):
            if mention.type == "Place" and self._words.at_place.search(self._folded, start, mention.start):
                return mention.entity
        return None
