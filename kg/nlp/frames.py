"""Frames: which words name an event of which type, and where its arguments stand (table ``events``)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from kg.model import EventType

Side = Literal["after", "marked", "before", "beside", "topic", "far", "inside"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One entry of the table; its comments say what each field means."""

    type: EventType
    object: str
    need: str
    sides: tuple[Side, ...]
    relative: tuple[Side, ...]
    agents: str
    form: str
    planned: str
    group: str
    strict: bool
    dated_hypothesis: bool
    carry: bool
    """A date of the clauses before is its date too."""
    ordered: bool
    """An order to do it is a plan; else it is nothing yet."""
    said: str
    """When the day of the saying is its day: ``performed``, where a party announces or reports it; ``announced``,
    where a party announces it; ``reported``, where only the news does; ``detected``, where a military tells what it
    has seen; ``cue``, where the trigger is the word of saying; empty: never."""
    topic_gap: int
    """How many sentences back a topic may stand."""
    generic: re.Pattern[str] | None
    must: bool
    reject: re.Pattern[str] | None
    reject_before: re.Pattern[str] | None
    reject_object: re.Pattern[str] | None
    """Behind the object: it only describes something else (签署暂停履行《X》的命令)."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """The words of a text that name an event."""

    start: int
    end: int
    frame: Frame


def _compiled(row: Mapping[str, Any], name: str, template: str = "{}") -> re.Pattern[str] | None:
    return re.compile(template.format(f"(?:{row[name]})")) if row.get(name) else None


def _frame(row: Mapping[str, Any]) -> Frame:
    sides = cast(tuple[Side, ...], tuple(row.get("sides", ())))
    return Frame(
        type=row["type"],
        object=row.get("object", ""),
        need=row.get("need", ""),
        sides=sides,
        relative=cast(tuple[Side, ...], tuple(row.get("relative", ()))) or sides,
        agents=row["agents"],
        form=row.get("form", "verb"),
        planned=row["planned"],
        group=row.get("group", ""),
        strict=row.get("attributive") == "strict",
        dated_hypothesis=row.get("hypothetical") == "dated",
        carry=row.get("carry", True),
        ordered=bool(row.get("ordered")),
        said=row.get("said", ""),
        topic_gap=row.get("topic_gap", 2),
        generic=_compiled(row, "generic"),
        must=row.get("must") == "generic",
        reject=_compiled(row, "reject"),
        reject_before=_compiled(row, "reject_before", "{}$"),
        reject_object=_compiled(row, "reject_object"),
    )


class TriggerFinder:
    """Finds triggers in one pass over the folded text; the longest word wins, then the earlier entry."""

    _REACH = 48

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        words = [(word, number) for number, row in enumerate(rows) for word in row["words"]]
        self._frames = [_frame(row) for row in rows]
        self._owners: dict[str, list[int]] = {}
        self._words = [(re.compile(word), number) for word, number in words]
        self._any = re.compile("|".join(f"(?:{word})" for word, _ in words))
        self._plain = [re.escape(word) == word for word, _ in words]
        self._by_first: dict[str, list[tuple[re.Pattern[str], int]]] = {}

    def find(self, folded: str, covered: Sequence[int]) -> Iterator[Trigger]:
        """The triggers in text order. ``covered``: non-zero where a name stands, in which no word is a trigger."""
        at = 0
        while match := self._any.search(folded, at):
            best: Trigger | None = None
            if not covered[match.start()]:
                best = self._best(folded, match.start())
            if best and not any(covered[best.start : min(best.end, best.start + 2)]):
                yield best
                at = best.end
            else:
                at = match.start() + 1

    def _best(self, folded: str, at: int) -> Trigger | None:
        """The longest accepted trigger that begins here."""
        best: Trigger | None = None
        for pattern, number in self._beginning_with(folded[at]):
            match = pattern.match(folded, at)
            if match and (best is None or match.end() > best.end):
                frame = self._frames[number]
                if self._accepted(frame, folded, match.start(), match.end()):
                    best = Trigger(match.start(), match.end(), frame)
        return best

    def _beginning_with(self, first: str) -> list[tuple[re.Pattern[str], int]]:
        """The words that may begin with a character, in the order of the table: a plain word shows its first one."""
        if first not in self._by_first:
            self._by_first[first] = [
                one
                for one, plain in zip(self._words, self._plain, strict=True)
                if not plain or one[0].pattern.startswith(first)
            ]
        return self._by_first[first]

    def _accepted(self, frame: Frame, folded: str, start: int, end: int) -> bool:
        if frame.reject and frame.reject.match(folded, end):
            return False
        if frame.reject_before and frame.reject_before.search(folded, max(0, start - self._REACH), start):
            return False
        return not (frame.must and frame.generic and not frame.generic.match(folded, end))


def nearest_before(starts: Sequence[int], offset: int) -> int:
    """Index of the last start before an offset; -1 when there is none."""
    return bisect_left(starts, offset) - 1
