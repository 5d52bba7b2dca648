"""The authority file as string matching over folded text: which known names stand where.

Strings, never token patterns: the cost does not grow with the number of names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import ahocorasick

from kg.authority import Name, Record
from kg.nlp.folding import fold


@dataclass(frozen=True, slots=True)
class Sense:
    """One reading of a name."""

    key: str
    type: str
    name: Name


class Candidate(NamedTuple):
    """A known name at this place with all its readings; whether it is meant is decided by context."""

    start: int
    end: int
    senses: tuple[Sense, ...]

    def has(self, type_: str) -> bool:
        """Whether one of its readings is of a type."""
        return any(sense.type == type_ for sense in self.senses)

    def is_a(self, type_: str) -> bool:
        """Whether all of its readings are of a type."""
        return all(sense.type == type_ for sense in self.senses)


class Gazetteer:
    """All names of the authority file in one automaton.

    ``script``: fold Traditional to Simplified; ``spaces``: the language separates words by spaces;
    ``plural``: what it puts behind a class of things for more than one.
    """

    def __init__(self, records: Iterable[Record], *, script: bool, spaces: bool, plural: str = "") -> None:
        self._script = script
        self._spaces = spaces
        self._plural = plural
        senses: dict[str, dict[tuple[str, str], Sense]] = {}
        for record in records:
            for name in record.names:
                for form in self._forms(name, record.entity.type):
                    sense = Sense(record.entity.id, record.entity.type, name)
                    senses.setdefault(form, {}).setdefault((sense.key, name.kind), sense)
        self._automaton = ahocorasick.Automaton()
        for form, readings in senses.items():
            self._automaton.add_word(form, (len(form), tuple(readings.values())))
        self._automaton.make_automaton()

    def _forms(self, name: Name, type_: str) -> Iterator[str]:
        """The folded name; a foreign name with a dot also without it, a class also with a small letter and for more."""
        form = fold(name.text, script=self._script)
        if form:
            yield form
            if "·" in form:
                yield form.replace("·", "")
            if self._plural and type_ == "Organization" and form.isalpha() and form.isupper() and len(form) > 3:
                yield form.capitalize()  # Nato, as some papers write it
            if self._plural and type_ == "WeaponClass" and form.isascii() and not form.isupper():
                yield from {form[0].lower() + form[1:], form[0].upper() + form[1:]}
                if not form.endswith(self._plural):
                    yield from {form[0].lower() + form[1:] + self._plural, form[0].upper() + form[1:] + self._plural}

    def all_matches(self, folded: str, shortest: int = 1) -> Iterator[Candidate]:
        """Every occurrence of every name of so many characters and more, overlapping ones included."""
        for last, (length, senses) in self._automaton.iter(folded):
            if length >= shortest:
                start, end = last + 1 - length, last + 1
                if self._whole(folded, start, end):
                    yield Candidate(start, end, senses)

    def longest(self, folded: str) -> list[Candidate]:
        """The leftmost longest names that do not overlap, in text order."""
        found: list[Candidate] = []
        for candidate in sorted(self.all_matches(folded), key=lambda c: (c.start, -c.end)):
            if not found or candidate.start >= found[-1].end:
                found.append(candidate)
        return found

    def _whole(self, folded: str, start: int, end: int) -> bool:
        """Latin letters and digits are never cut: ICBM is no name inside ICBMs2, RT none inside START.

        Where words are separated by spaces, no letters are.
        """
        if self._spaces:
            before, after = folded[start - 1 : start], folded[end : end + 1]
            if (before.isalpha() and folded[start].isalpha()) or (after.isalpha() and folded[end - 1].isalpha()):
                return False
        if start and _joins(folded[start - 1], folded[start]):
            return False
        return not (end < len(folded) and _joins(folded[end - 1], folded[end]))


def _joins(left: str, right: str) -> bool:
    """True when two neighbours belong to one Latin word or one number."""
    if not (left.isascii() and right.isascii()):
        return False
    return left.isalnum() and right.isalnum() and (left.isdigit() == right.isdigit() or left.isalpha())
