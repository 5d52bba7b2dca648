"""Folding: every spelling of a character becomes one, and no offset moves.

Script (Traditional to Simplified, by OpenCC, a character at a time, and by the tables ``script`` of the languages where
a character does not tell by itself), width (full to half), dots, hyphens, apostrophes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import opencc

from kg import lang
from kg.nlp.typed import typed

#: Marks between the parts of a foreign name; and hyphens. A dash (—) is punctuation and stays.
DOTS = "·・‧•∙⋅﹒･˙ㆍ⸱᛫"
HYPHENS = "-‐‑‒–−﹣－"

#: A full-width full stop between two Chinese characters joins the parts of a name; beside a digit it is a point.
_STOP = "．"
_BETWEEN = re.compile(r"(?<=[\u3400-\u9fff])．(?=[\u3400-\u9fff])")
#: Between two Latin letters this is an apostrophe, elsewhere the end of a quotation.
_CURLY = "\u2019"
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])\u2019(?=[A-Za-z])")
#: A shorter text is a name or a word, with no quotations in it.
_NAME = 120


class _Table(dict[int, str]):
    """A table for str.translate that works out each character when it is first met."""

    def __init__(self, script: bool, width: bool) -> None:
        super().__init__()
        # hk2s is t2s and, beside it, what only Hong Kong writes: 衞, 敍
        self._converter = opencc.OpenCC("hk2s") if script else None
        self._width = width

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if self._converter is not None and code >= 0x2E80:
            character = self._one(self._converter.convert(character), character)
        if self._width:
            if character in DOTS:
                character = "·"
            elif character in HYPHENS:
                character = "-"
            else:
                character = self._one(unicodedata.normalize("NFKC", character), character)
        self[code] = character
        return character

    @staticmethod
    def _one(changed: str, original: str) -> str:
        return changed if len(changed) == 1 else original


class _Neighbours:
    """Characters that become another one in some words only, told by those beside them."""

    def __init__(self) -> None:
        rows = [row for code in lang.languages() for row in lang.table(code, "script").get("character", ())]
        self._rules = {row["from"]: (re.compile(row["where"]), row["to"]) for row in rows}
        self._place = re.compile(f"[{''.join(map(re.escape, self._rules))}]" if rows else "(?!)")

    def applied(self, text: str) -> str:
        """The text with these characters put right; no offset moves."""
        if self._place.search(text) is None:
            return text
        made: list[str] | None = None
        for place in self._place.finditer(text):
            where, to = self._rules[place[0]]
            if where.match(text, place.start()):
                made = made or list(text)
                made[place.start()] = to
        return text if made is None else "".join(made)


@lru_cache(maxsize=1)
def _neighbours() -> _Neighbours:
    return _Neighbours()


@lru_cache(maxsize=4)
def _table(script: bool, width: bool) -> _Table:
    return _Table(script, width)


def fold(text: str, *, script: bool = True, width: bool = True) -> str:
    """The folded text: same length, same offsets. ``script`` folds Traditional to Simplified, ``width`` the rest.

    The quotation marks of typewriters become straight double ones in it.
    """
    if len(text) <= _NAME:
        return text if text.isascii() else _name(text, script, width)
    return _folded(text, script, width)


@lru_cache(maxsize=1 << 15)
def _name(text: str, script: bool, width: bool) -> str:
    """Short ones come again: the names of the authority file, surfaces of mentions."""
    return _folded(text, script, width)


def _folded(text: str, script: bool, width: bool) -> str:
    if _STOP in text:
        text = _BETWEEN.sub("·", text)
    if _CURLY in text:
        text = _APOSTROPHE.sub("'", text)
    if width and len(text) > _NAME:
        text = typed(text)
    folded = text.translate(_table(script, width))
    return _neighbours().applied(folded) if script else folded
