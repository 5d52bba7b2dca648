"""The words of the table ``figures`` as questions: what a number does, of what kind a figure is, in what it is counted.

All offsets are of the folded text.
"""

from __future__ import annotations

import re
from typing import Any

from kg.model import FigureKind, Mention
from kg.nlp.quantities import Quantity

BREAK = re.compile(r"[,;:。!?()\n]")
_CLAUSE = re.compile("[,;:]")
_RATE = 14
"""How far before a number the word of a rate may stand."""
_FIRED = 22
"""How far before a number the word of firing, or of what is needed, may stand."""
_BEHIND = 8
"""How far behind a number a word may tell its kind."""
_KINDS = (
    "held",
    "limit",
    "limit_behind",
    "rule",
    "ruled",
    "decreed",
    "actual",
    "yield",
    "rate",
    "capacity",
    "stockpile",
)
_CARRIERS = ("aircraft", "missile", "submarine")
"""Units of what carries warheads, when it is counted together with others."""
_ADDED = 8
"""How far before a number the word of a difference may stand."""


def clause_start(folded: str, sentence: int, at: int) -> int:
    """Where the clause of an offset begins."""
    starts = [match.end() for match in _CLAUSE.finditer(folded, sentence, at)]
    return starts[-1] if starts else sentence


class FigureWords:
    """The patterns of a language's table ``figures``."""

    def __init__(self, table: dict[str, Any]) -> None:
        classifier, kind, modifier, noun = table["classifier"], table["kind"], table["modifier"], table["noun"]
        self._mass = re.compile(classifier["mass"])
        self._launcher = re.compile(classifier["launcher"])
        self._share = re.compile(classifier["share"])
        self._weak = re.compile(classifier["weak"])
        self._units: dict[str, dict[str, Any]] = table["unit"]
        self._things = [(re.compile(row["pattern"]), str(row["unit"])) for row in table["thing"]]
        self._material = re.compile(table["material"]["names"])
        self._enriched = re.compile(table["material"]["enriched"])
        self._kinds = {name: re.compile(kind[name]) for name in _KINDS}
        self._happening = {name: re.compile(kind[name]) for name in ("fired", "happened", "needed")}
        self._one = re.compile(kind["single"])
        self._destroyed = re.compile(kind["destroyed"])
        self._added = re.compile(kind["added"])
        self._compared = re.compile(kind["compared"])
        self._carried = re.compile(kind["carried"])
        self._again = re.compile(kind["again"])
        self._grows = re.compile(kind["grows"])
        self._among = re.compile(kind["among"])
        self._ranked = re.compile(kind["ranked"])
        self._belonging = re.compile(modifier["belonging"])
        self._apart = re.compile(modifier["apart"])
        self._linked = re.compile(modifier["linked"].replace("{noun}", noun["words"]))
        self._ended = re.compile(modifier["ended"])
        self._foreign = re.compile(modifier["foreign"])
        self._state = re.compile(modifier["state"])
        self._noun = re.compile(f"(?:{noun['words']})(?:{noun['behind']})?")
        self._behind = re.compile(f"[\u201d\u2019\u300d\u300f]?(?:{noun['behind']})")
        self._strength = re.compile(noun["strength"])

    # what is counted

    def is_mass(self, quantity: Quantity) -> bool:
        return self._mass.fullmatch(quantity.classifier) is not None

    def is_share(self, quantity: Quantity) -> bool:
        return self._share.fullmatch(quantity.classifier) is not None

    def is_weak(self, quantity: Quantity) -> bool:
        """A word that counts everything, so that what is counted must stand right beside the number."""
        return self._weak.fullmatch(quantity.classifier) is not None

    def material_before(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The last material named between two offsets."""
        found = list(self._material.finditer(folded, start, end))
        return found[-1] if found else None

    def material_after(self, folded: str, at: int, end: int) -> re.Match[str] | None:
        return self._material.search(folded, at, end)

    def is_material(self, folded: str, mention: Mention) -> bool:
        """What is weighed and not counted."""
        return self._material.fullmatch(folded, mention.start, mention.end) is not None

    def enrichment(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The words of enrichment between two offsets."""
        return self._enriched.search(folded, start, end)

    def noun(self, folded: str, at: int, end: int) -> re.Match[str] | None:
        """A common noun of what is counted, right behind the counting word or a few words further."""
        return self._noun.search(folded, at, end)

    def noun_before(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The last common noun of what is counted between two offsets."""
        found = list(self._noun.finditer(folded, start, end))
        return found[-1] if found else None

    def strength(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The word for a yield between two offsets."""
        return self._strength.search(folded, start, end)

    def whole(self, folded: str, end: int) -> int:
        """The end of a thing whose name goes on behind the mention: the launcher of a missile."""
        match = self._behind.match(folded, end)
        return match.end() if match else end

    def stands_apart(self, between: str) -> bool:
        """The words between the counting word and the thing are no part of the thing's name."""
        return self._apart.search(between) is not None

    def belonging(self, before: str) -> int:
        """How many characters right before the thing belong to it, such as deployed."""
        match = self._belonging.search(before)
        return len(match[0]) if match else 0

    def is_linked(self, folded: str, thing_end: int, quantity: Quantity) -> bool:
        """Only what says how many there are stands between a thing and a number that ends its clause."""
        if not self._ended.match(folded, quantity.end):
            return False
        return self._linked.fullmatch(folded, thing_end, quantity.start) is not None

    def is_state(self, folded: str, at: int) -> bool:
        """A noun that only says in what state it is what was counted before."""
        return self._state.match(folded, at) is not None

    def is_foreign(self, folded: str, quantity: Quantity) -> bool:
        """Right behind the counting word stands something that is no weapon."""
        return self._foreign.match(folded, quantity.end) is not None

    # what the number does

    def is_event(self, folded: str, clause: int, quantity: Quantity) -> bool:
        """How many were fired or are needed, or the one of an indefinite article: no figure of an arsenal."""
        if self._one.match(folded, quantity.start):
            return True
        before = folded[max(clause, quantity.start - _FIRED) : quantity.start]
        if self._happening["fired"].search(before) or self._happening["needed"].search(before):
            return True
        return self._happening["happened"].match(folded, quantity.end) is not None

    def is_event_part(self, folded: str, sentence: int, clause: int, quantity: Quantity) -> bool:
        """Of those that the sentence says were fired, so many."""
        if not self.is_among(folded, clause, quantity):
            return False
        return self._happening["fired"].search(folded[sentence : max(sentence, clause - 1)]) is not None

    def is_difference(self, folded: str, clause: int, quantity: Quantity) -> bool:
        """How many more or fewer than before, or than another has."""
        if not self._added.search(folded[max(clause, quantity.start - _ADDED) : quantity.start]):
            return False
        return not self._kinds["rate"].search(folded, clause, quantity.end)

    def was_destroyed(self, folded: str, start: int, end: int) -> bool:
        return self._destroyed.search(folded, start, end) is not None

    def is_compared(self, folded: str, at: int) -> bool:
        """What stands at an offset is what the number is compared with."""
        return self._compared.search(folded[max(0, at - 6) : at]) is not None

    def carries_on(self, folded: str, start: int, end: int) -> bool:
        """The clause compares with, or adds to, the figure before."""
        return self._carried.search(folded, start, end) is not None

    def tells_again(self, folded: str, sentence: int, quantity: Quantity) -> bool:
        """The sentence goes on about a number that was told before, or tells how a number grew or fell."""
        if self._again.search(folded, sentence, quantity.start):
            return True
        return self._grows.match(folded, quantity.end) is not None

    def is_among(self, folded: str, clause: int, quantity: Quantity) -> bool:
        """A part of the figure before."""
        return self._among.search(folded, clause, quantity.start) is not None

    # kind and unit

    def kind(self, folded: str, sentence: int, clause: int, quantity: Quantity) -> FigureKind:
        """The kind of a figure by the words of its clause before it, and right behind it."""
        start, end, mass = quantity.start, quantity.end, self.is_mass(quantity)
        behind = BREAK.split(folded[end : end + _BEHIND])[0]
        if self._is_limit(folded, sentence, clause, quantity):
            return "limit"
        window = folded[sentence if mass else clause : end]
        if self._kinds["yield"].search(window) or (mass and self._kinds["yield"].search(behind)):
            return "yield"
        if self._kinds["rate"].search(folded[max(clause, start - _RATE) : end]):
            return "rate"
        if self._kinds["capacity"].search(folded, clause, end):
            return "capacity"
        if self._kinds["stockpile"].search(window) or self._grows.match(folded, end) or self._ranked.match(folded, end):
            return "stockpile"
        return "other"

    def is_held(self, folded: str, clause: int, quantity: Quantity) -> bool:
        """The clause says that somebody has so many."""
        return self._kinds["held"].search(folded, clause, quantity.start) is not None

    def _is_limit(self, folded: str, sentence: int, clause: int, quantity: Quantity) -> bool:
        if self._kinds["limit"].search(folded, clause, quantity.end):
            return True
        if self._kinds["limit_behind"].match(folded, quantity.end):
            return True
        if self._kinds["decreed"].search(folded, sentence, quantity.start):
            return self._kinds["actual"].search(folded, clause, quantity.start) is None
        ruled = self._kinds["ruled"].search(folded, clause, quantity.end)
        return ruled is not None and self._kinds["rule"].search(folded, sentence, quantity.start) is not None

    def unit(self, quantity: Quantity, thing: str) -> str | None:
        """The unit of a quantity of this thing; None when neither the thing nor the counting word tells."""
        row = self._units.get(quantity.classifier)
        if row is not None:
            return str(row["name"])
        found = next((unit for pattern, unit in self._things if pattern.search(thing)), None)
        carrier = self._launcher.fullmatch(quantity.classifier) is not None and found in {None, *_CARRIERS}
        return "launcher" if carrier else found

    def factor(self, quantity: Quantity) -> float:
        row = self._units.get(quantity.classifier)
        return float(row["factor"]) if row else 1.0
