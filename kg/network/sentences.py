"""The sentence around a span, cut by a table of characters and so the same for every language."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources

#: Longest stretch shown on either side of the span, in code points, where no sentence ends before it.
REACH = 200
#: Longest span shown whole, in code points.
LONGEST = 1000
ELLIPSIS = "…"


@dataclass(frozen=True, slots=True)
class SentenceTable:
    """Characters that end a sentence always, before white space only, and those that then still belong to it."""

    strong: frozenset[str]
    weak: frozenset[str]
    closing: frozenset[str]


def load_table() -> SentenceTable:
    """The table shipped beside this module."""
    table = tomllib.loads(resources.files(__package__).joinpath("sentences.toml").read_text(encoding="utf-8"))
    return SentenceTable(frozenset(table["strong"]), frozenset(table["weak"]), frozenset(table["closing"]))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some words of a text, and where in them the span begins and ends that they are shown for."""

    text: str
    start: int
    end: int


def sentence_around(text: str, start: int, end: int, table: SentenceTable) -> str:
    """The words of :func:`excerpt_around` alone."""
    return excerpt_around(text, start, end, table).text


def excerpt_around(text: str, start: int, end: int, table: SentenceTable) -> Excerpt:
    """The sentence or sentences of ``text`` that hold ``start`` to ``end``, without the white space around them.

    What is longer than REACH beyond the span is cut, and a span longer than LONGEST too, each with an ellipsis.
    Offsets outside the text are brought inside it.
    """
    start = max(0, min(start, len(text)))
    end = max(start, min(end, len(text)))
    left, before = _left(text, start, table)
    if end - start > LONGEST:
        right, after = start + LONGEST, ELLIPSIS
    else:
        right, after = _right(text, max(end - 1, start), end, table)
    words = text[left:right]
    shift = len(before) - left - (len(words) - len(words.lstrip()))
    shown = before + words.strip() + after
    first, last = (max(0, min(at + shift, len(shown) - len(after))) for at in (start, end))
    return Excerpt(shown, first, last)


def _ends(text: str, at: int, table: SentenceTable) -> bool:
    """True when the character at ``at`` ends a sentence."""
    if text[at] in table.strong:
        return True
    if text[at] not in table.weak:
        return False
    abbreviation = at >= 1 and text[at - 1].isalpha() and (at < 2 or not text[at - 2].isalnum())
    after = _after_closing(text, at + 1, table)
    return not abbreviation and (after == len(text) or text[after].isspace())


def _after_closing(text: str, at: int, table: SentenceTable) -> int:
    while at < len(text) and text[at] in table.closing:
        at += 1
    return at


def _left(text: str, start: int, table: SentenceTable) -> tuple[int, str]:
    """Where the sentence begins that holds ``start``, and what marks a cut there."""
    stop = max(0, start - REACH)
    for at in range(start - 1, stop - 1, -1):
        if _ends(text, at, table):
            return min(_after_closing(text, at + 1, table), start), ""
    return stop, ELLIPSIS if stop else ""


def _right(text: str, at: int, end: int, table: SentenceTable) -> tuple[int, str]:
    """Where the sentence ends that holds the character ``at``, and what marks a cut there."""
    stop = min(len(text), end + REACH)
    for here in range(at, stop):
        if _ends(text, here, table):
            return max(_after_closing(text, here + 1, table), end), ""
    return stop, ELLIPSIS if stop < len(text) else ""
