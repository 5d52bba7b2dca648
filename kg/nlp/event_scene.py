"""What the readers of events share: the patterns of the table, one Doc seen as clauses, and where a trigger stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.model import DateMention, Mention, Statement
from kg.nlp.clauses import Clauses, ClauseWords, Reading
from kg.nlp.document import View
from kg.nlp.frames import Trigger

#: Acts that do what they say: whoever announces or promises is the one who will do it, at that time.
PERFORMING = frozenset({"announce", "pledge", "propose"})
_NEAR = 60


class EventWords:
    """The parts ``[words]`` and ``[patterns]`` of a table of events, compiled once."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        patterns = table["patterns"]
        self.clauses = ClauseWords(table)
        self.apposition = re.compile(patterns["apposition"])
        self.relative = re.compile(f"(?:{patterns['aspect']})?(?:{patterns['relative']})")
        self.light = re.compile(f"{patterns['light']}[^,。;:]{{0,12}}$")
        self.ordinal = re.compile(patterns["ordinal"])
        self.until = re.compile(patterns["until"])
        self.treaty_noun = re.compile(patterns["treaty_noun"])
        self.duration = re.compile(patterns["duration"])
        self.numbers: dict[str, int] = patterns["numbers"]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a trigger stands: its clause, its sentence, the statement around it, and what precedes it in the clause."""

    trigger: Trigger
    start: int
    end: int
    sentence: int
    statement: Statement | None
    relative: bool
    """The trigger describes the noun behind it."""
    reading: Reading

    @property
    def floor(self) -> int:
        """Nothing before this belongs to the event: the sentence, or what was said, begins here."""
        return max(self.sentence, self.statement.start if self.statement else 0)


class Scene:
    """One Doc: its mentions, dates, statements and clauses. Offsets are characters of its text."""

    def __init__(self, view: View, words: EventWords) -> None:
        self.view = view
        self.words = words
        self.text = view.folded
        self.dates: tuple[DateMention, ...] = view.doc._.dates
        self.statements: list[Statement] = sorted(view.doc._.statements, key=lambda s: (s.start, s.end))
        self.mentions: list[Mention] = sorted({*view.doc._.mentions, *view.doc._.anaphors})
        self.clauses = Clauses(view, words.clauses, self.mentions, self.dates)
        self.state_of: dict[str, str] = {p.person: p.of for p in view.doc._.positions if p.of}
        """What each person acts for, by the posts that the article names."""

    def site(self, trigger: Trigger) -> Site:
        start, end = self.clauses.bounds(trigger.start)
        stop = bisect_left(self.statements, trigger.start + 1, key=lambda s: s.start)
        inside = [s for s in self.statements[max(0, stop - _NEAR) : stop] if trigger.end <= s.end]
        statement = min(inside, key=lambda s: s.end - s.start) if inside else None
        relative = self.words.relative.match(self.text, trigger.end) is not None
        left = self.clauses.region(start, trigger.start) if relative else start
        reading = self.clauses.reading(max(start, left), trigger.start)
        return Site(trigger, start, end, self.view.sentence_at(trigger.start)[0], statement, relative, reading)

    def region(self, site: Site) -> int:
        """Where the words begin that go with the trigger: its clause, or the description that it closes."""
        return self.clauses.region(site.start, site.trigger.start) if site.relative else site.start


def first(mentions: Iterable[Mention]) -> Mention | None:
    return next(iter(mentions), None)


def named(reading: Reading, types: frozenset[str], parts: set[str]) -> Mention | None:
    """The last treaty or weapon of the reading that plays one of these parts."""
    for item, part in reversed(reading.named):
        fitting = [m for m in item.mentions if m.type in types]
        if fitting and part in parts:
            return fitting[0]
    return None
