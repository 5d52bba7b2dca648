"""Who made a paper: the report of the institute, the resolution that the council adopted, the story of the newspaper.

A paper that speaks further on (the report adds, the resolution demands) speaks for who made the last one of its kind.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kg.model import ACTOR_TYPES, Mention
from kg.nlp.document import View
from kg.nlp.quotes import REMARK, TITLE

_REACH = 48
"""How far before the word for a paper its maker may be named."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper: where its word ends, its kind, and the mentions of those who made it."""

    at: int
    kind: str
    makers: tuple[Mention, ...]


class PaperWords:
    """The part ``paper`` of the table ``attribution``, compiled once."""

    def __init__(self, table: dict[str, Any]) -> None:
        paper = table["paper"]
        self.kinds: dict[str, str] = {word: kind for kind, words in paper["kinds"].items() for word in words.split("|")}
        longest = sorted(self.kinds, key=lambda word: (-len(word), word))
        self.word = re.compile("|".join(map(re.escape, longest)))
        self.between = re.compile(paper["between"])
        self.clause = re.compile(paper["clause"])
        self.passive = re.compile(paper["passive"])
        self.makers: dict[str, frozenset[str]] = {kind: frozenset(types) for kind, types in paper["makers"].items()}
        self.received = re.compile(paper["received"])
        self.issued = re.compile(f"(?:{paper['issued']})$")
        self.joined = re.compile(paper["joined"])

    def kind(self, text: str) -> str | None:
        """The kind of the last paper named in a text; None when there is none."""
        found = list(self.word.finditer(text))
        return self.kinds[found[-1][0]] if found else None


class Issuers:
    """The papers of one Doc with their makers."""

    def __init__(self, view: View, words: PaperWords, depth: bytearray) -> None:
        self._words = words
        self._folded = view.folded
        self._depth = depth
        self._actors = _outer(view.doc._.mentions)
        self._starts = [actor.start for actor in self._actors]
        self._issued: list[Issued] = []
        for match in words.word.finditer(view.folded):
            kind = words.kinds[match[0]]
            makers = self._makers(match.start(), words.makers.get(kind, ACTOR_TYPES))
            if makers:
                self._issued.append(Issued(match.end(), kind, makers))
        self._ends = [paper.at for paper in self._issued]

    def of(self, words: str, before: int) -> tuple[Mention, ...]:
        """Who made the paper that these words stand for, of those named before an offset; nobody when none is known."""
        kind = self._words.kind(words)
        for paper in reversed(self._issued[: bisect_left(self._ends, before + 1)] if kind else ()):
            if paper.kind == kind:
                return paper.makers
        return ()

    def _makers(self, start: int, types: frozenset[str]) -> tuple[Mention, ...]:
        """The nearest actor before a paper's word whose own it is by the words between, or who issued it."""
        last = bisect_left(self._starts, start)
        for number in range(last - 1, max(-1, last - 5), -1):
            actor = self._actors[number]
            if start - actor.end > _REACH:
                break
            if actor.type not in types:
                continue
            if self._depth[actor.start] not in {REMARK, TITLE} and actor.end <= start and self._is_maker(actor, start):
                return self._together(number)
        return ()

    def _is_maker(self, actor: Mention, start: int) -> bool:
        if self._words.passive.search(self._folded, max(0, actor.start - 4), actor.start):
            return False
        if self._words.issued.search(self._folded, max(0, actor.start - 6), actor.start):
            return False  # 发表朝鲜军力报告: what it is about
        between = self._folded[actor.end : start]
        if self._words.received.search(between):
            return False
        return bool(self._words.between.fullmatch(between) or self._words.clause.fullmatch(between))

    def _together(self, number: int) -> tuple[Mention, ...]:
        """The maker with those joined to it: A, B and C."""
        makers = [self._actors[number]]
        while number > 0:
            before = self._actors[number - 1]
            if not self._words.joined.fullmatch(self._folded, before.end, makers[0].start):
                break
            makers.insert(0, before)
            number -= 1
        return tuple(makers)


def _outer(mentions: Sequence[Mention]) -> list[Mention]:
    """The actors that lie in no longer name, in text order."""
    found: list[Mention] = []
    for mention in mentions:
        if mention.type in ACTOR_TYPES and (not found or mention.start >= found[-1].end):
            found.append(mention)
    return found
