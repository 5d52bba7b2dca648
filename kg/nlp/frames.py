"""Frames: which words name an event of which type, and where its arguments stand (table ``events``)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from kg.model import EventType
from kg.nlp.scanning import Beginnings

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
        frames = [(row["words"], _frame(row)) for row in rows]
        self._words = [(re.compile(word), frame) for words, frame in frames for word in words]
        self._beginnings = Beginnings([pattern for pattern, _ in self._words])

    def find(self, folded: str, covered: Sequence[int]) -> Iterator[Trigger]:
        """The triggers in text order. ``covered``: non-zero where a name stands, in which no word is a trigger."""
        end = 0
        for place in self._beginnings.place.finditer(folded):
            at = place.start()
            if at < end or covered[at]:
                continue
            best = self._best(folded, at)
            if best and not any(covered[best.start : min(best.end, best.start + 2)]):
                yield best
                end = best.end

    def _best(self, folded: str, at: int) -> Trigger | None:
        """The longest accepted trigger that begins here; of equal ones the first of the table."""
        best: Trigger | None = None
        for number in self._beginnings.of(folded[at]):
            pattern, frame = self._words[number]
            match = pattern.match(folded, at)
            longer = match is not None and (best is None or match.end() > best.end)
            if match and longer and self._accepted(frame, folded, match.start(), match.end()):
                best = Trigger(match.start(), match.end(), frame)
        return best

    def _accepted(self, frame: Frame, folded: str, start: int, end: int) -> bool:
        if frame.reject and frame.reject.match(folded, end):
            return False
        if frame.reject_before and frame.reject_before.search(folded, max(0, start - self._REACH), start):
            return False
        return not (frame.must and frame.generic and not frame.generic.match(folded, end))


def nearest_before(starts: Sequence[int], offset: int) -> int:
    """Index of the last start before an offset; -1 when there is none."""
    return bisect_left(starts, offset) - 1
