"""What a number counts: behind it, before it, or what the figure before was of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Figure, FigureKind, Mention
from kg.nlp.document import View, within
from kg.nlp.figurewords import BREAK, FigureWords
from kg.nlp.quantities import Quantity

_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})
_NOUNS = frozenset({"n", "nz", "nw", "ns", "nt", "nr", "ORG", "LOC", "PER"})
_REACH = 14
"""How many characters may stand between the counting word and the thing."""
_LONG = 12
"""How many characters the name of a thing may go on beyond that."""
_BARE = 120
"""How far before a number whose owner stands beside it its thing may stand, with no figure before."""
_AHEAD = 30
"""How far behind a number its thing may first be named, with the next number."""
_OWNED = 12
"""How many characters may stand between an owner and its number."""
_OPENING, _CLOSING = tuple("\u201c\u2018\u300c\u300e"), tuple("\u201d\u2019\u300d\u300f")
_QUOTED = re.compile("[\u201c\u2018\u300c\u300e].*[\u201d\u2019\u300d\u300f]")
_REMARK = re.compile(r"\s?\([^()\n]{1,24}\)")
"""The same in other units, in brackets behind a number."""
_LISTED = re.compile(r"、(?!\D{0,3}\d)")
"""A mark of enumeration that no other number follows."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is counted: its words, and the mention among them."""

    start: int
    end: int
    mention: Mention | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number stands: its sentence and its clause, and whether it goes on with the figure before."""

    sentence: int
    sentence_end: int
    clause: int
    goes_on: bool
    owned: bool
    """A state stands right before the number."""


class Counted:
    """Finds the things of the numbers of one text. ``mentions`` in text order."""

    def __init__(self, words: FigureWords, view: View, mentions: Sequence[Mention]) -> None:
        self._words = words
        self._view = view
        self._text = view.text
        self._folded = view.folded
        self._mentions = [m for m in mentions if m.type in _WEAPONS]
        self._states = [m for m in mentions if m.type == "State"]

    def find(self, quantity: Quantity, place: Place, kind: FigureKind, last: Figure | None) -> Thing | None:
        """What is counted; None when nothing that is counted here stands by the number."""
        remark = _REMARK.match(self._folded, quantity.end, place.sentence_end)
        begin = remark.end() if remark else quantity.end
        stop = self._stop(begin, min(place.sentence_end, begin + _REACH))
        if self._words.is_share(quantity):
            return self._enrichment(quantity, place, kind)
        if self._words.is_mass(quantity):
            return self._mass(quantity, begin, place.sentence, stop, kind)
        if self._words.is_foreign(self._folded, quantity):
            return None
        behind = self._behind(quantity, stop)
        if behind is not None and not self._is_told(quantity, place, behind):
            return behind
        if self._is_of_another(quantity.end):
            return None
        return self._before(quantity, place.clause) or self._carried(quantity, place, kind, last)

    def _is_of_another(self, at: int) -> bool:
        """A noun right behind the counting word that no table knows: it is counted, and nothing that stands before."""
        token = self._view.token_at(at) if at < len(self._folded) else -1
        noun = token >= 0 and self._view.starts[token] == at and self._view.tags[token] in _NOUNS
        return noun and not self._words.is_state(self._folded, at)

    def is_owned(self, quantity: Quantity, clause: int) -> bool:
        """A state stands right before the number."""
        return bool(within(self._states, max(clause, quantity.start - _OWNED), quantity.start))

    def _is_told(self, quantity: Quantity, place: Place, thing: Thing) -> bool:
        """Of those told before, so many: what stands further behind is done to them."""
        apart = thing.start > quantity.end
        return apart and place.goes_on and self._words.is_among(self._folded, place.clause, quantity)

    def _stop(self, start: int, end: int) -> int:
        """Where the words behind a number that may name the thing end."""
        marks = (BREAK.search(self._folded, start, end), _LISTED.search(self._folded, start, end))
        return min([end, *(mark.start() for mark in marks if mark)])

    def _behind(self, quantity: Quantity, stop: int) -> Thing | None:
        here = [m for m in within(self._mentions, quantity.end, stop + _LONG) if m.start < stop]
        here = [m for m in here if not self._words.is_material(self._folded, m)]
        weapon = min(here, key=lambda m: (m.start, -m.end)) if here else None
        if weapon is not None:
            end = self._words.whole(self._folded, weapon.end)
            return Thing(self._unquoted(self._start(quantity.end, weapon.start), end), end, weapon)
        noun = self._words.noun(self._folded, quantity.end, stop)
        return Thing(self._start(quantity.end, noun.start()), noun.end(), None) if noun else None

    def _before(self, quantity: Quantity, clause: int) -> Thing | None:
        """The last weapon or common noun of the clause before the number."""
        weapons = within(self._mentions, clause, quantity.start)
        last = max(weapons, key=lambda m: (m.end, m.end - m.start), default=None)
        noun = self._words.noun_before(self._folded, clause, quantity.start)
        thing: Thing | None = None
        if last is not None and (noun is None or noun.end() <= last.end):
            thing = Thing(self._modified(clause, last.start), self._words.whole(self._folded, last.end), last)
        elif noun is not None:
            own = last if last is not None and last.end >= noun.start() else None
            start = min(noun.start(), own.start) if own else noun.start()
            thing = Thing(self._modified(clause, start), noun.end(), own)
        if thing and self._words.is_weak(quantity) and not self._words.is_linked(self._folded, thing.end, quantity):
            return None
        return thing

    def _carried(self, quantity: Quantity, place: Place, kind: FigureKind, last: Figure | None) -> Thing | None:
        """What the figure before was of, or what the sentence, or for an owner's number the one before, is about."""
        if place.goes_on and last is not None:
            return Thing(*self._thing_of(last), None)
        if self._words.is_weak(quantity):
            return None
        if kind == "other" and not place.owned:
            return None
        start = max(0, quantity.start - _BARE) if place.owned else place.sentence
        weapons = within(self._mentions, start, quantity.start)
        if weapons:
            named = max(weapons, key=lambda m: (m.end, m.end - m.start))
            return Thing(self._modified(start, named.start), self._words.whole(self._folded, named.end), named)
        noun = self._words.noun_before(self._folded, start, quantity.start)
        noun = noun or self._words.noun(self._folded, quantity.end, min(place.sentence_end, quantity.end + _AHEAD))
        return Thing(noun.start(), noun.end(), None) if noun else None

    def _thing_of(self, last: Figure) -> tuple[int, int]:
        at = self._text.rfind(last.thing, 0, last.end + len(last.thing) + _REACH)
        return (at, at + len(last.thing)) if at >= 0 else (last.start, last.end)

    def _enrichment(self, quantity: Quantity, place: Place, kind: FigureKind) -> Thing | None:
        """A share is a figure only as the limit of enrichment."""
        if kind != "limit":
            return None
        match = self._words.enrichment(self._folded, place.sentence, quantity.start)
        return Thing(match.start(), match.end(), None) if match else None

    def _mass(self, quantity: Quantity, begin: int, sentence: int, stop: int, kind: FigureKind) -> Thing | None:
        """Tons and kilograms are of a material, or are a yield. ``begin``: where the words behind the number begin."""
        if kind == "yield":
            return self._yield(quantity, sentence, stop)
        found = self._words.material_after(self._folded, begin, stop)
        found = found or self._words.material_before(self._folded, sentence, quantity.start)
        return Thing(found.start(), found.end(), None) if found else None

    def _yield(self, quantity: Quantity, sentence: int, stop: int) -> Thing | None:
        behind = within(self._mentions, quantity.end, stop)
        weapons = behind[:1] or within(self._mentions, sentence, quantity.start)[-1:]
        if weapons:
            return Thing(weapons[0].start, weapons[0].end, weapons[0])
        word = self._words.noun(self._folded, quantity.end, stop) or self._words.strength(self._folded, sentence, stop)
        return Thing(word.start(), word.end(), None) if word else None

    def _start(self, start: int, weapon: int) -> int:
        """The thing begins behind the counting word; what only says whose or how new it is stays outside."""
        between = self._folded[start:weapon]
        if len(between) > 6 or self._words.stands_apart(between):
            return weapon
        return start + (len(between) - len(between.lstrip()))

    def _unquoted(self, start: int, end: int) -> int:
        """A quotation mark that is not closed inside of the thing is none of it."""
        words = self._folded[start:end]
        return start + (words[:1] in _OPENING and words[-1:] not in _CLOSING and not _QUOTED.match(words))

    def _modified(self, clause: int, start: int) -> int:
        """Words right before the thing that belong to it, such as deployed."""
        return start - self._words.belonging(self._folded[clause:start])
