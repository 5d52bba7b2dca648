"""Overlapping marks as a flat row of segments, so that any renderer can write them one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg.show.article import Mark


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text under one set of marks. ``opening``/``closing``: those that begin and end exactly here."""

    start: int
    end: int
    marks: tuple[Mark, ...]
    """In the order outer to inner."""
    opening: tuple[Mark, ...]
    closing: tuple[Mark, ...]


def segments(marks: Sequence[Mark], start: int, end: int) -> Iterator[Segment]:
    """The text between two offsets cut wherever a mark begins or ends."""
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    edges = {start, end} | {edge for m in inside for edge in (m.start, m.end) if start < edge < end}
    for left, right in pairwise(sorted(edges)):
        over = tuple(m for m in inside if m.start <= left and m.end >= right)
        opening = tuple(m for m in over if m.start == left or (left == start and m.start < start))
        closing = tuple(m for m in over if m.end == right or (right == end and m.end > end))
        yield Segment(left, right, over, opening, closing)


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of each line that holds more than white space."""
    at = 0
    for line in text.splitlines(keepends=True):
        stripped = line.rstrip()
        if stripped:
            yield at, at + len(stripped)
        at += len(line)
