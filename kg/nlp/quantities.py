"""Numbers with what they count by: value or range, comparator, and the word that counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kg.model import Comparator
from kg.nlp.numerals import Numerals
from kg.nlp.scanning import Seeker

#: How a comparator bounds the value: (low, high).
_BOUNDS: dict[Comparator, tuple[bool, bool]] = {
    "more_than": (True, False),
    "at_least": (True, False),
    "at_most": (False, True),
    "less_than": (False, True),
}

_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS = 2
"""So many digits has a number that may stand without a counting word."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with the word that counts; ``start``/``end`` with its comparator, ``number`` where the digits begin."""

    start: int
    end: int
    number: int
    classifier: str
    value: float | None
    low: float | None
    high: float | None
    comparator: Comparator


class QuantityFinder:
    """Works by the tables ``figures`` and ``numerals`` of a language."""

    def __init__(self, table: dict[str, Any], numerals: Numerals) -> None:
        self._numerals = numerals
        self._default = str(table["classifier"]["default"])
        self._nearly = re.compile(table["number"]["nearly"])
        number = table["number"]["plain"].replace("{letters}", numerals.letters)
        self._vague: dict[str, list[int]] = table["number"].get("vague", {})
        vague = "|".join(sorted(self._vague, key=len, reverse=True))
        comparator = table["comparator"]
        befores = [
            (name, comparator[f"{name}_before"]) for name in ("at_most", "at_least", "less_than", "more_than", "about")
        ]
        afters = [(name, comparator[f"{name}_after"]) for name in ("more_than", "about", "at_most")]
        before = "|".join(f"(?P<{name}>{words})" for name, words in befores)
        after = "|".join(f"(?P<{name}_behind>{words})" for name, words in afters)
        classifier = table["classifier"]
        counted = f"{classifier['mass']}|{classifier['weapon']}|{classifier['share']}"
        bare = f"(?<=\\d)(?={classifier['bare']})|(?<=\\d)(?P<total>(?={classifier['total_ended']}))"
        between = table["range"]["between"]
        after_number = comparator["more_than_after"]
        pattern = re.compile(
            f"(?:(?:{before}){comparator['linked']}\\s?)?"
            f"(?P<a>(?<![\\d.{table['number']['ordinal']}])(?<!\\d,)(?:{vague}|{number}))(?:\\s?(?P<ac>{counted}))?"
            f"(?:\\s?(?:{between})\\s?(?P<b>{number}))?"
            f"(?:(?P<more>{after_number})(?=\\s?(?:{counted})))?"
            f"(?:\\s?(?P<count>{counted})(?!{classifier['not_after']})|(?P<bare>{bare}))(?:{after})?"
        )
        self._pattern = Seeker(pattern)
        self._names = [name for name, _ in befores]
        self._named = re.compile(table["number"]["named"])
        self._total = re.compile(f"(?:{classifier['total']})$")

    def find(self, folded: str, masked: bytearray) -> Iterator[Quantity]:
        """The quantities of a text; ``masked``: a byte for each character, non-zero inside dates and names."""
        at = 0
        while match := self._pattern.search(folded, at):
            at = match.end()
            if any(masked[match.start("a") : match.end("a")]):
                at = max(match.start("a") + 1, match.start() + 1)
                continue
            made = None if match["bare"] is not None and self._is_name(match) else self._quantity(match)
            if made is not None:
                yield made

    def _is_name(self, match: re.Match[str]) -> bool:
        """A number with no counting word that is a year or a part of a name, 1945, S-400, or at the end is no total."""
        before = match.string[max(0, match.start() - 1) : match.start()]
        if match["total"] is not None and not self._total.search(
            match.string, max(0, match.start() - 16), match.start()
        ):
            return True
        return bool(self._named.fullmatch(before) or _YEAR.fullmatch(match["a"]) or len(match["a"]) < _DIGITS)

    def _quantity(self, match: re.Match[str]) -> Quantity | None:
        comparator = self._comparator(match)
        count = match["count"] or self._default

        def made(value: float | None, low: float | None, high: float | None) -> Quantity:
            return Quantity(match.start(), match.end(), match.start("a"), count, value, low, high, comparator)

        if match["a"] in self._vague:
            low, high = map(float, self._vague[match["a"]])
            return made(None, low, high)
        nearly = self._nearly.fullmatch(match["a"])
        if nearly:
            first, second = (self._numerals.read(nearly[name] + nearly["unit"]) for name in ("first", "second"))
            return made(None, first, second) if first and second and first < second else None
        value = self._numerals.read(match["a"])
        if value is None:
            return None
        if match["b"]:
            last = self._numerals.read(match["b"])
            if last is None:
                return None
            return made(None, self._same_magnitude(match["a"], match["b"], value, last), last)
        below, above = _BOUNDS.get(comparator, (False, False))
        return made(value, value if below else None, value if above else None)

    def _same_magnitude(self, first: str, second: str, low: float, high: float) -> float:
        """30至50万: the first number shares the big unit of the second."""
        if first[-1:].isdigit() and not second[-1:].isdigit() and low < high:
            factor = self._numerals.read(f"1{second.lstrip('0123456789.,')}")
            return low * factor if factor and low * factor <= high else low
        return low

    def _comparator(self, match: re.Match[str]) -> Comparator:
        for name in self._names:
            if match[name]:
                return name  # type: ignore[return-value]
        if match["more"] or match["more_than_behind"]:
            return "more_than"
        if match["at_most_behind"]:
            return "at_most"
        return "about" if match["about_behind"] else "exactly"
