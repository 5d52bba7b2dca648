"""How alike two spellings of a foreign name sound, whatever script they are in: 拉夫罗夫, 拉夫洛夫 and Lavrov.

A name becomes a row of sounds in a few classes, by the tables ``sounds`` of the languages. Two rows are compared like
two words with spelling mistakes, where a mistake costs by what it is: regions differ in vowels, in the weak syllables
between consonants and in l or r, but seldom in the consonants themselves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from kg import lang
from kg.nlp.folding import fold

Sounds: TypeAlias = str
"""Capital letters for classes of consonants, small ones for vowels."""

#: Consonants that stand for one another, and what that costs; for all other pairs it costs 1.
_NEAR = {
    frozenset(pair): cost
    for cost, pairs in ((0.2, "WF SJ"), (0.4, "HK JT JK"), (0.6, "HF PF ST"))
    for pair in pairs.split()
}
#: What it costs to leave a sound out; 1 for all others.
_LEFT_OUT = {**dict.fromkeys("aeiou", 0.15), "H": 0.4, "W": 0.4, "N": 0.6, "J": 0.7, "L": 0.7}
_VOWELS = frozenset("aeiou")
_OTHER_VOWEL = 0.2
#: From here on two names can be spellings of one name. Of the spellings of a person in the authority file 76 % are that
#: near to one another, of the names of different persons 1 in 1,300 (tests/bench/spellings.py).
SAME = 0.75
_JOINT = re.compile(r"[·\s]+")


class Transliterations:
    """Compares names by the tables ``sounds`` of all languages that have one."""

    def __init__(self, *tables: Mapping[str, Any]) -> None:
        """The tables: ``characters`` (sounds to the characters that have them) and ``letters`` (letters to sounds)."""
        self._characters = {
            character: sounds
            for table in tables
            for sounds, characters in table.get("characters", {}).items()
            for character in characters
        }
        self._letters: dict[str, str] = {k: v for table in tables for k, v in table.get("letters", {}).items()}
        self._longest = max(map(len, self._letters), default=0)

        self.sounds = lru_cache(maxsize=20_000)(self._sounds)  # the same names are compared again and again

    def _sounds(self, name: str) -> Sounds | None:
        """The sounds of a name without the marks between its parts; None when a character is in no table."""
        plain = "".join(c for c in unicodedata.normalize("NFD", fold(name).lower()) if not unicodedata.combining(c))
        found, at = [], 0
        while at < len(plain):
            character = plain[at]
            if not character.isalpha():
                at += 1
            elif character in self._characters:
                found.append(self._characters[character])
                at += 1
            else:
                size = next((s for s in range(self._longest, 0, -1) if plain[at : at + s] in self._letters), 0)
                if not size:
                    return None
                found.append(self._letters[plain[at : at + size]])
                at += size
        return _without_doubles("".join(found))

    def alike(self, one: str, other: str) -> float:
        """From 0 (nothing in common, or not known) to 1 (the same sounds)."""
        first, second = self.sounds(one), self.sounds(other)
        if not first or not second:
            return 0.0
        return max(0.0, 1 - _cost(first, second) / max(_weight(first), _weight(second)))

    def same(self, one: str, other: str) -> bool:
        """True when two names sound like one, or the last part of the one like the other or its last part.

        That says that they can be spellings of one name, not that they are one person.
        """
        ends = [(one, other)]
        last, other_last = _JOINT.split(one)[-1], _JOINT.split(other)[-1]
        if last != one or other_last != other:
            ends.append((last, other_last))
        return any(self.alike(*pair) >= SAME for pair in ends)


@lru_cache(maxsize=1)
def transliterations() -> Transliterations:
    """Over the tables ``sounds`` of all languages."""
    return Transliterations(*(lang.table(code, "sounds") for code in lang.languages()))


def _without_doubles(sounds: Sounds) -> Sounds:
    """Ll, nn, ss are one sound."""
    return "".join(s for at, s in enumerate(sounds) if at == 0 or s != sounds[at - 1])


def _weight(sounds: Sounds) -> float:
    return sum(_LEFT_OUT.get(sound, 1.0) for sound in sounds)


@lru_cache(maxsize=4096)
def _cost(one: Sounds, other: Sounds) -> float:
    """The least that it costs to make one row of sounds the other."""
    before = [0.0]
    for sound in other:
        before.append(before[-1] + _LEFT_OUT.get(sound, 1.0))
    for sound in one:
        row = [before[0] + _LEFT_OUT.get(sound, 1.0)]
        for at, second in enumerate(other):
            row.append(
                min(
                    before[at] + _other(sound, second),
                    before[at + 1] + _LEFT_OUT.get(sound, 1.0),
                    row[at] + _LEFT_OUT.get(second, 1.0),
                )
            )
        before = row
    return before[-1]


def _other(one: str, other: str) -> float:
    if one == other:
        return 0.0
    if one in _VOWELS and other in _VOWELS:
        return _OTHER_VOWEL
    return _NEAR.get(frozenset((one, other)), 1.2 if (one in _VOWELS) != (other in _VOWELS) else 1.0)
