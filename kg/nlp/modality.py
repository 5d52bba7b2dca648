"""Whether an event happened by the words of its clause: negated, planned, hypothetical, alleged."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Modality:
    """``hypothetical``: it need not come true; ``hedged``: a guess, an allegation when another party makes it;
    ``ordered``: somebody told others to do it; ``refuted``: it is quoted as an accusation that is called untrue."""

    negated: bool = False
    planned: bool = False
    hypothetical: bool = False
    alleged: bool = False
    hedged: bool = False
    ordered: bool = False
    refuted: bool = False


class ModalityCues:
    """The table ``modality``, compiled once."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._negation = re.compile(table["negation"])
        self._double = re.compile(table["double"])
        self._hypothetical = re.compile(table["hypothetical"])
        self._condition = re.compile(table["condition"])
        self._consequence = re.compile(table["consequence"])
        self._plan = re.compile(table["plan"])
        self._rule = re.compile(table["rule"])
        self._ruled = re.compile(table["ruled"])
        self._mark = re.compile(table["mark"])
        self._order = re.compile(table["order"])
        self._wish = re.compile(table["wish"])
        self._scope = re.compile(table["scope"])
        self._claim = re.compile(table["claim"])
        self._allegation = re.compile(table["allegation"])
        self._hedge = re.compile(table["hedge"])
        self._after_hypothetical = re.compile(table["after_hypothetical"])
        self._after_allegation = re.compile(table["after_allegation"])
        self._leaked = re.compile(table["leaked"])
        self._told = re.compile(table["told"])
        self._refuted = re.compile(table["refuted"])

    def alleges(self, text: str) -> bool:
        """True where the text names an accusation or intelligence as its source."""
        return self._allegation.search(text) is not None

    def leaks(self, text: str) -> bool:
        """True where the text names papers that were secret as its source."""
        return self._leaked.search(text) is not None

    def claims(self, text: str) -> bool:
        """True where the text has a word with which one speaks of one's own deeds."""
        return self._claim.search(text) is not None

    def read(self, zone: str, lead: str, after: str, before: str, rest: str = "", *, marked: bool = False) -> Modality:
        """The modality of a trigger.

        ``zone``: the words between its subject and the trigger; ``lead``: its clause up to the trigger; ``after``: the
        words behind it; ``before``: the clause before its own; ``rest``: all to the end of the sentence;
        ``marked``: the mark of the object is spelled like that of the future and is no sign of a plan.
        """
        *_, near = self._scope.split(zone)
        negated = bool(self._negation.search(near)) and not self._double.search(near)
        hypothetical = bool(
            self._hypothetical.search(zone)
            or self._wish.search(lead)
            or self._rule.search(lead)
            or self._ruled.search(before)
            or self._condition.search(lead)
            or self._after_hypothetical.match(after)
            or (self._condition.match(before) and self._consequence.search(lead))
        )
        alleged = bool(self._allegation.search(lead) or self._after_allegation.match(after))
        planned = bool(self._plan.search(self._mark.sub("", zone) if marked else zone))
        ordered = self._order.search(lead) is not None
        hedged = self._hedge.search(zone) is not None
        refuted = bool((alleged or self._told.search(lead)) and self._refuted.match(rest))
        return Modality(negated, planned or hypothetical or ordered, hypothetical, alleged, hedged, ordered, refuted)
