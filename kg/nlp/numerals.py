"""Numbers as words: Chinese numerals and mixed ones (4.5万, 一千五百五十, 二〇二六), by the table of a language."""

from __future__ import annotations

import re
from typing import Any

_DIGITS = frozenset("0123456789")
_PLAIN = re.compile(r"\d[\d,]*(?:\.\d+)?")


class Numerals:
    """Reads numbers; without a table only digits."""

    def __init__(self, table: dict[str, Any]) -> None:
        self._digits: dict[str, int] = table.get("digits", {})
        self._units: dict[str, int] = table.get("units", {})
        self._big: dict[str, int] = table.get("big", {})
        letters = "".join([*self._digits, *self._units, *self._big])
        self.letters = re.escape(letters)
        """All numeral characters, escaped for use inside a character class."""

    def read(self, text: str) -> float | None:
        """The value of a numeral; None when it is none."""
        text = text.replace(",", "").replace(" ", "")
        if not text:
            return None
        digits = [self._digits.get(character, character) for character in text]
        if len(text) > 1 and all(isinstance(digit, int) or digit in _DIGITS for digit in digits):
            return float("".join(str(digit) for digit in digits))
        total = 0.0
        section = self._section(text)
        if section is not None:
            return section
        rest = text
        for sign, factor in sorted(self._big.items(), key=lambda item: -item[1]):
            head, found, tail = rest.partition(sign)
            if found:
                value = self.read(head) if head else 1.0
                if value is None:
                    return None
                total += value * factor
                rest = tail
        if not rest:
            return total
        last = self._section(rest)
        return None if last is None else total + last

    def integer(self, text: str) -> int | None:
        """The value of a whole number; None when it is none."""
        value = self.read(text)
        return int(value) if value is not None and value == int(value) else None

    def _section(self, text: str) -> float | None:
        """A numeral below ten thousand, in digits or in words."""
        if _PLAIN.fullmatch(text):
            return float(text)
        match = _PLAIN.match(text)
        if match and text[match.end() :] in self._units:
            return float(match[0]) * self._units[text[match.end() :]]
        total, current, seen, last = 0.0, None, False, 10_000
        for character in text:
            digit = int(character) if character in _DIGITS else self._digits.get(character)
            if digit is not None:
                if current is not None and current != 0:
                    return None
                current, seen = digit, True
            elif character in self._units:
                unit = self._units[character]
                if unit >= last:
                    return None
                last = 10 if unit in {20, 30} else unit
                total += unit if unit in {20, 30} else (1 if current is None else current) * unit
                current, seen = None, True
            else:
                return None
        return total + (current or 0) if seen else None
