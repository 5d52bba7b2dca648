"""Many patterns over one text, tried only where a character stands that they can begin with.

``re`` does this for a pattern by itself, but only for the simplest ones: none that begins with a lookbehind, a group of
alternatives or something that may be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

_WIDEST = 1000
"""A pattern that can begin with any of so many characters in a row is tried everywhere."""
_CATEGORIES = {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s"}
_WIDTHLESS = ("ASSERT", "ASSERT_NOT", "AT")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


class Beginnings:
    """Which of some patterns may match where a character stands."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        begins = [beginning(pattern) for pattern in patterns]
        self._begins = [re.compile("." if inside is None else f"[{inside}]", re.DOTALL) for inside in begins]
        whole = "." if None in begins else f"[{''.join(filter(None, begins))}]" if begins else "(?!)"
        self.place = re.compile(whole, re.DOTALL)
        """A character that any of them may begin with."""
        self._known: dict[str, list[int]] = {}

    def of(self, character: str) -> list[int]:
        """Numbers of those that may begin with it, remembered: few characters begin any."""
        if character not in self._known:
            self._known[character] = [number for number, one in enumerate(self._begins) if one.match(character)]
        return self._known[character]


class Scanner:
    """Finds what ``finditer`` of each pattern finds, but for matches of no characters."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        numbered = list(enumerate(patterns))
        self._everywhere = [(number, pattern) for number, pattern in numbered if beginning(pattern) is None]
        self._others = [(number, pattern) for number, pattern in numbered if beginning(pattern) is not None]
        self._beginnings = Beginnings([pattern for _, pattern in self._others])

    def finditer(self, text: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The number of the pattern and its match; the matches of one pattern do not overlap and come in text order."""
        for number, pattern in self._everywhere:
            for match in pattern.finditer(text):
                if match.end() > match.start():
                    yield number, match
        after = [0] * len(self._others)
        for place in self._beginnings.place.finditer(text):
            at = place.start()
            for which in self._beginnings.of(place[0]):
                if at >= after[which]:
                    number, pattern = self._others[which]
                    found = pattern.match(text, at)
                    if found and found.end() > at:
                        after[which] = found.end()
                        yield number, found


class Seeker:
    """One pattern that matches some characters, with a ``search`` that finds what that of the pattern does."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._pattern = pattern
        self._place = Beginnings([pattern]).place if beginning(pattern) is not None else None

    def search(self, text: str, at: int = 0) -> re.Match[str] | None:
        """The first match that begins at an offset or behind it."""
        if self._place is None:
            return self._pattern.search(text, at)
        for place in self._place.finditer(text, at):
            found = self._pattern.match(text, place.start())
            if found and found.end() > found.start():
                return found
        return None


class Ender:
    """A pattern for the end of a text, tried only behind a character that it can end with."""

    def __init__(self, source: str) -> None:
        """``source``: the pattern without the ``$``."""
        self._pattern = re.compile(f"(?:{source})$")
        inside = ending(re.compile(source))
        # a $ also matches before a newline at the end
        self._last = re.compile("." if inside is None else f"[{inside}\\n]", re.DOTALL)
        self._known: dict[str, bool] = {}

    def search(self, text: str) -> re.Match[str] | None:
        """What ``search`` of the pattern with a ``$`` finds."""
        last = text[-1:]
        may = self._known.get(last)
        if may is None:
            may = self._known[last] = not last or self._last.match(last) is not None
        return self._pattern.search(text) if may else None


@lru_cache(maxsize=2000)
def beginning(pattern: re.Pattern[str]) -> str | None:
    """The inside of a character class: all that a match can begin with, and maybe more; None for (nearly) anything.

    Reads the pattern as ``re`` itself does; where its parser is another one than expected, the answer is None.
    """
    return _edge(pattern, last=False)


@lru_cache(maxsize=2000)
def ending(pattern: re.Pattern[str]) -> str | None:
    """Like ``beginning``: all that a match can end with."""
    return _edge(pattern, last=True)


def _edge(pattern: re.Pattern[str], *, last: bool) -> str | None:
    if pattern.flags & re.IGNORECASE:
        return None
    try:
        parsed = import_module("re._parser").parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        found, empty = _of_sequence(parsed, last)
    except (ImportError, AttributeError, KeyError, TypeError, ValueError):
        return None
    return None if empty or found is None else "".join(sorted(found))


def _of_sequence(parsed: Any, last: bool) -> tuple[set[str] | None, bool]:
    """What may begin it (``last``: end it), None for anything, and whether it may match no character."""
    found: set[str] = set()
    for operation, argument in reversed(list(parsed)) if last else parsed:
        some, empty = _of_item(operation.name, argument, last)
        if some is None:
            return None, False
        found |= some
        if not empty:
            return found, False
    return found, True


def _of_item(name: str, argument: Any, last: bool) -> tuple[set[str] | None, bool]:
    if name in _WIDTHLESS:
        return set(), True
    if name == "LITERAL":
        return {re.escape(chr(argument))}, False
    if name == "IN":
        return _of_set(argument), False
    if name == "BRANCH":
        found: set[str] = set()
        nothing = False
        for part in argument[1]:
            some, empty = _of_sequence(part, last)
            if some is None:
                return None, False
            found |= some
            nothing = nothing or empty
        return found, nothing
    if name == "SUBPATTERN":
        _, added, removed, inner = argument
        return (None, False) if added or removed else _of_sequence(inner, last)
    if name == "ATOMIC_GROUP":
        return _of_sequence(argument, last)
    if name in _REPEATS:
        least, _, inner = argument
        some, empty = _of_sequence(inner, last)
        return some, empty or least == 0
    return None, False  # any character, none of a set, a group again


def _of_set(items: Any) -> set[str] | None:
    found: set[str] = set()
    for operation, argument in items:
        if operation.name == "LITERAL":
            found.add(re.escape(chr(argument)))
        elif operation.name == "RANGE" and argument[1] - argument[0] < _WIDEST:
            found.add(f"{re.escape(chr(argument[0]))}-{re.escape(chr(argument[1]))}")
        elif operation.name == "CATEGORY" and argument.name in _CATEGORIES:
            found.add(_CATEGORIES[argument.name])
        else:
            return None
    return found
