"""What an article has named up to a place: actors outside of quotes, sentence by sentence, and who is a subject."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from kg.model import ACTOR_TYPES, Mention
from kg.nlp.document import View

_STATE = 10
"""How many characters the name of a state before a title has at most."""
_LATIN = re.compile(r"\([^()]{1,40}\)")
_NEVER_A_SUBJECT = frozenset({"u", "n", "nz", "vn", "c", "PER", "ORG", "nr", "nt"})
_MAX_QUOTE_NAME = 8
"""A quotation longer than this is speech, a shorter one a name or a word."""


def quotations(folded: str, opening: str, closing: str) -> list[tuple[int, int]]:
    """The spans in quotation marks that are long enough to be speech; nested ones count to the outer one."""
    found: list[tuple[int, int]] = []
    opened: list[tuple[int, str]] = []
    pairs = dict(zip(opening, closing, strict=True))
    for match in re.finditer(f"[{re.escape(opening + closing)}\n]", folded):
        mark = match[0]
        if mark in pairs:
            opened.append((match.end(), pairs[mark]))
        elif mark == "\n":
            opened.clear()
        elif opened and opened[-1][1] == mark:
            start, _ = opened.pop()
            if not opened and match.start() - start > _MAX_QUOTE_NAME:
                found.append((start, match.start()))
    return found


@dataclass(slots=True)
class Discourse:
    """The named entities of a Doc in text order, the outermost at each place; made once for each Doc.

    ``sentences``: (start, end), cut at semicolons too; ``quotes``: (start, end) of quoted speech.
    """

    view: View
    named: list[Mention]
    quotes: list[tuple[int, int]]
    sentences: list[tuple[int, int]]
    _starts: list[int]
    _sentence_starts: list[int]
    _quote_starts: list[int]

    @classmethod
    def of(cls, view: View, quotes: list[tuple[int, int]]) -> Discourse:
        outer: list[Mention] = []
        for mention in view.doc._.mentions:
            if not outer or mention.start >= outer[-1].end:
                outer.append(mention)
            elif mention.start == outer[-1].start and mention.end == outer[-1].end and mention.type == "State":
                outer[-1] = mention
        discourse = cls(view, [], quotes, view.sentences, [], [a for a, _ in view.sentences], [a for a, _ in quotes])
        discourse.named = outer
        discourse._starts = [m.start for m in discourse.named]
        return discourse

    def quoted(self, offset: int) -> bool:
        """True inside quoted speech."""
        at = bisect_right(self._quote_starts, offset) - 1
        return at >= 0 and offset < self.quotes[at][1]

    def add(self, mention: Mention) -> None:
        """A pronoun that has been resolved is an actor for what follows."""
        at = bisect_left(self._starts, mention.start)
        self.named.insert(at, mention)
        self._starts.insert(at, mention.start)

    def between(self, start: int, end: int) -> list[Mention]:
        """The mentions that begin in a stretch of the text."""
        return self.named[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def back(self, offset: int, limit: int) -> Iterator[list[Mention]]:
        """The mentions of this sentence before an offset, then those of ``limit`` earlier sentences, nearest first."""
        number = bisect_right(self._sentence_starts, offset) - 1
        yield self.between(self.sentences[number][0], offset)
        left = limit
        while number > 0 and left > 0:
            number -= 1
            start, end = self.sentences[number]
            if end - start > 1:
                left -= 1
                yield self.between(start, end)

    def latest(self, offset: int, limit: int, fits: Callable[[Mention], bool]) -> list[Mention]:
        """The fitting mentions of the nearest sentence that has any, in text order."""
        for here in self.back(offset, limit):
            fitting = [m for m in here if fits(m)]
            if fitting:
                return fitting
        return []


class Subjects:
    """Which actor is the subject of a stretch of text, by the table ``coreference``, section ``subject``."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._oblique = re.compile(table["oblique"])
        self._modifier = re.compile(table["modifier_behind"])

    def main(self, discourse: Discourse, mentions: list[Mention]) -> Mention | None:
        """The first actor in the position of a subject; None when there is none."""
        return next((m for m in mentions if m.type in ACTOR_TYPES and self.is_subject(discourse, m)), None)

    def is_subject(self, discourse: Discourse, mention: Mention) -> bool:
        """Neither governed by a preposition or verb before it, nor a modifier of what follows."""
        view = discourse.view
        begins = self._phrase_start(discourse, mention)
        if any(self._oblique.search(view.folded[max(0, at - 6) : at]) for at in {mention.start, begins}):
            return False
        latin = _LATIN.match(view.folded, mention.end)
        end = latin.end() if latin else mention.end
        if self._modifier.match(view.folded, mention.end) or self._modifier.match(view.folded, end):
            return False
        if end >= len(view.folded):
            return False
        tag = view.tags[view.token_at(end)]
        return tag not in _NEVER_A_SUBJECT or mention.kind == "anaphor"

    @staticmethod
    def _phrase_start(discourse: Discourse, mention: Mention) -> int:
        """Where a person's title and the state before it begin: 与 + 俄罗斯副外长里亚布科夫."""
        positions = discourse.view.doc._.positions
        start = next((p.start for p in positions if p.end == mention.start), mention.start)
        before = next((m for m in discourse.between(start - _STATE, start) if m.end == start), None)
        return before.start if before and start < mention.start else start


def distinct(entities: list[str]) -> list[str]:
    """Each entity once, in the order in which they are last named."""
    return list(dict.fromkeys(reversed(entities)))[::-1]
