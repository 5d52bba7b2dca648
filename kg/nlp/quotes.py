"""Quotation marks, and utterances: stretches of text that one attribution can cover.

A sentence ends at its full stop; an utterance does not end inside of a quotation, however many sentences that has.
Marks that do not match never cost more than their own paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

#: What ``Layout.depth`` holds for a character that is no plain text.
QUOTED, TITLE, REMARK = 1, 2, 255


@dataclass(frozen=True, slots=True, order=True)
class Quote:
    """A quotation with its marks (``start``/``end``) and without them (``inner_start``/``inner_end``)."""

    start: int
    end: int
    inner_start: int
    inner_end: int


@dataclass(frozen=True, slots=True)
class Layout:
    """What the marks say of a text. ``depth[i]``: 0, or QUOTED, TITLE (of a paper) or REMARK (in parentheses)."""

    quotes: tuple[Quote, ...]
    """The outermost quotations, in text order."""
    depth: bytearray
    utterances: tuple[tuple[int, int], ...]
    """(start, end) of each, in text order; white space between them belongs to none."""


class Marks:
    """The marks of a language (table ``quotes``) and what ends its sentences (table ``language``)."""

    def __init__(self, quotes: dict[str, Any], language: dict[str, Any]) -> None:
        self._closing: dict[str, set[str]] = {}
        for pair in quotes["pairs"]:
            self._closing.setdefault(pair[0], set()).add(pair[1])
        self._closers = {closer for closers in self._closing.values() for closer in closers}
        self._straight = set(quotes.get("straight", ""))
        self._parentheses = {pair[0]: pair[1] for pair in quotes["parentheses"]}
        self._titles = {pair[0]: pair[1] for pair in quotes.get("titles", ())}
        self.titles = "".join([*self._titles, *self._titles.values()])
        self.opening = "".join(sorted({*self._closing, *self._straight}))
        self.closing = "".join(sorted({*self._closers, *self._straight}))
        self.hard = set(language["sentence_end"].replace(";", ""))
        self._paragraph = _one_of(language["soft_end"])
        self._hard = _one_of(self.hard)
        self._quoting = _one_of({*self.opening, *self.closing})
        self._enclosing = _one_of({*self._parentheses, *self._titles})

    def read(self, folded: str) -> Layout:
        """Quotations, depth and utterances of a folded text."""
        quotes: list[Quote] = []
        depth = bytearray(len(folded))
        utterances: list[tuple[int, int]] = []
        start = 0
        for at in [*(mark.start() for mark in self._paragraph.finditer(folded)), len(folded)]:
            if at > start:
                found = self._quotes(folded, start, at)
                quotes.extend(found)
                self._mark(folded, start, at, found, depth)
                utterances.extend(self._utterances(folded, start, at, found, depth))
            start = at + 1
        return Layout(tuple(quotes), depth, tuple(utterances))

    def _quotes(self, folded: str, start: int, end: int) -> list[Quote]:
        """The outermost quotations of a paragraph."""
        open_marks: list[int] = []
        pairs: list[tuple[int, int]] = []
        for place in self._quoting.finditer(folded, start, end):
            at, mark = place.start(), place[0]
            if mark in self._straight:
                if open_marks and folded[open_marks[-1]] == mark:
                    pairs.append((open_marks.pop(), at))
                else:
                    open_marks.append(at)
            elif mark in self._closing:
                open_marks.append(at)
            elif mark in self._closers:
                match = next((o for o in reversed(open_marks) if mark in self._closing.get(folded[o], ())), None)
                if match is not None:
                    del open_marks[open_marks.index(match) :]
                    pairs.append((match, at))
        unclosed = open_marks[0] if open_marks else None
        if unclosed is not None and self._runs_on(folded, unclosed, start, end):
            pairs = [pair for pair in pairs if pair[1] < unclosed]
            pairs.append((unclosed, end))
        outer: list[Quote] = []
        for a, b in sorted(pairs, key=lambda pair: (pair[0], -pair[1])):
            if not outer or a >= outer[-1].end:
                outer.append(Quote(a, min(b + 1, end), a + 1, b))
        return outer

    def _runs_on(self, folded: str, at: int, start: int, end: int) -> bool:
        """A quotation without its end goes on to the next paragraph where it opens this one or follows a colon.

        Behind the end of a sentence too, when the next paragraph opens with a mark again.
        """
        lead = folded[start:at].strip()
        if not lead or folded[at - 1] == ":":
            return True
        follows = folded[end:].lstrip()[:1] if lead[-1] in self.hard else ""
        return bool(follows) and follows in self.opening and folded[at + 1 : at + 2].strip() != ""

    def _mark(self, folded: str, start: int, end: int, quotes: list[Quote], depth: bytearray) -> None:
        for quote in quotes:
            depth[quote.inner_start : quote.inner_end] = bytes([QUOTED]) * (quote.inner_end - quote.inner_start)
        for place in self._enclosing.finditer(folded, start, end):
            at, mark = place.start(), place[0]
            remark = self._parentheses.get(mark)
            close = folded.find(remark or self._titles[mark], at, end) if not depth[at] else -1
            if close > at:
                depth[at : close + 1] = bytes([REMARK if remark else TITLE]) * (close + 1 - at)

    def _is_whole(self, folded: str, quote: Quote) -> bool:
        """A quotation that ends as a sentence does, so that what follows it is another utterance."""
        return folded[quote.inner_end - 1] in self.hard and quote.inner_end - quote.inner_start > 1

    def _utterances(
        self, folded: str, start: int, end: int, quotes: list[Quote], depth: bytearray
    ) -> list[tuple[int, int]]:
        ends = {quote.end for quote in quotes if self._is_whole(folded, quote)}
        cuts = {end for end in ends if folded[end - 1] not in self.hard or depth[end - 1]}
        for place in self._hard.finditer(folded, start, end):
            if not depth[place.start()]:
                after = place.end()
                while after < end and folded[after] in self.hard:
                    after += 1
                cuts.add(after)
        bounds = sorted({start, end, *(cut for cut in cuts if cut < end)})
        found: list[tuple[int, int]] = []
        for a, b in pairwise(bounds):
            piece = folded[a:b]
            if not piece.strip():
                continue
            if found and (len(piece.strip()) == 1 or not any(c.isalnum() for c in piece)):
                found[-1] = (found[-1][0], b)
            else:
                found.append((a + len(piece) - len(piece.lstrip()), b))
        return found


def _one_of(characters: Iterable[str]) -> re.Pattern[str]:
    inside = "".join(map(re.escape, sorted(characters)))
    return re.compile(f"[{inside}]" if inside else "(?!)")
