"""Component ``kg_figures``: numbers of weapons, of fissile material, and yields, with whose they are and as of when.

A number is a figure when what it counts is a weapon, a class of weapon or a material; other numbers (votes, money,
distances, durations) are left to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import lang
from kg.model import DateMention, Figure, FigureKind, Mention, Statement
from kg.nlp.document import View, last_before, within
from kg.nlp.numerals import Numerals
from kg.nlp.quantities import Quantity, QuantityFinder

NAME = "kg_figures"
_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})
_OWNERS = frozenset({"State", "Organization"})
_CLAUSE = re.compile("[,;:]")
_BREAK = re.compile(r"[,;:。!?()\n]")
_NEAR = 40
"""How far a bare number may stand behind the figure that it goes on with, across a full stop."""
_REACH = 14
"""How many characters may stand between the counting word and the thing."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """What is counted: its words, and the mention among them."""

    start: int
    end: int
    mention: Mention | None


class FigureFinder:
    """Works by the language's tables ``figures`` and ``numerals``; without them, it finds none."""

    def __init__(self, table: dict[str, Any], numerals: Numerals) -> None:
        self.active = bool(table)
        if not self.active:
            return
        self._quantities = QuantityFinder(table, numerals)
        self._mass = re.compile(table["classifier"]["mass"])
        self._launcher = re.compile(table["classifier"]["launcher"])
        self._units: dict[str, dict[str, Any]] = table["unit"]
        self._things = [(re.compile(row["pattern"]), str(row["unit"])) for row in table["thing"]]
        self._material = re.compile(table["material"]["names"])
        kind = table["kind"]
        self._kinds = {name: re.compile(kind[name]) for name in ("limit", "yield", "rate", "capacity", "stockpile")}
        self._fired = re.compile(kind["fired"])
        self._belonging = re.compile(table["modifier"]["belonging"])
        self._apart = re.compile(table["modifier"]["apart"])
        self._distributed = re.compile(kind["distributed"])
        self._carried = re.compile(kind["carried"])

    def __call__(self, doc: Doc) -> Doc:
        if self.active:
            doc._.figures = tuple(_Reader(self, View.of(doc)).read())
        return doc

    def quantities(self, view: View) -> list[Quantity]:
        """The quantities outside of dates and names."""
        masked = bytearray(len(view.folded))
        spans = [(date.start, date.end) for date in view.doc._.dates]
        spans += [(m.start, m.end) for m in view.doc._.mentions if m.type not in {"State", "Place"}]
        for start, end in spans:
            masked[start:end] = b"\1" * (end - start)
        return list(self._quantities.find(view.folded, masked))

    def is_mass(self, quantity: Quantity) -> bool:
        return self._mass.fullmatch(quantity.classifier) is not None

    def material_before(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The last material named between two offsets."""
        found = list(self._material.finditer(folded, start, end))
        return found[-1] if found else None

    def material_after(self, folded: str, at: int, end: int) -> re.Match[str] | None:
        return self._material.search(folded, at, end)

    def was_fired(self, folded: str, at: int) -> bool:
        return self._fired.search(folded[max(0, at - 14) : at]) is not None

    def stands_apart(self, between: str) -> bool:
        """The words between the counting word and the thing are no part of the thing's name."""
        return self._apart.search(between) is not None

    def belonging(self, before: str) -> int:
        """How many characters right before the thing belong to it, such as deployed."""
        match = self._belonging.search(before)
        return len(match[0]) if match else 0

    def distributes(self, folded: str, start: int, end: int) -> bool:
        """The numbers that follow belong one each to the owners before."""
        return self._distributed.search(folded, start, end) is not None

    def carries_on(self, folded: str, start: int, end: int) -> bool:
        """The clause compares with, or adds to, the figure before."""
        return self._carried.search(folded, start, end) is not None

    def kind(self, folded: str, clause: int, start: int, end: int, mass: bool) -> FigureKind:
        """The kind of a figure by the words of its clause before it, and right behind it."""
        window = folded[clause:end]
        behind = folded[end : end + 8]
        if self._kinds["limit"].search(window) or self._kinds["limit"].search(_until_break(behind)):
            return "limit"
        if self._kinds["yield"].search(window) or (mass and self._kinds["yield"].search(_until_break(behind))):
            return "yield"
        if self._kinds["rate"].search(folded[max(clause, start - 14) : end]):
            return "rate"
        if self._kinds["capacity"].search(window):
            return "capacity"
        return "stockpile" if self._kinds["stockpile"].search(window) else "other"

    def unit(self, quantity: Quantity, thing: str) -> str | None:
        """The unit of a quantity of this thing; None when neither the thing nor the counting word tells."""
        row = self._units.get(quantity.classifier)
        if row is not None:
            return str(row["name"])
        for pattern, unit in self._things:
            if pattern.search(thing):
                return unit
        return "launcher" if self._launcher.fullmatch(quantity.classifier) else None

    def factor(self, quantity: Quantity) -> float:
        row = self._units.get(quantity.classifier)
        return float(row["factor"]) if row else 1.0


def _until_break(text: str) -> str:
    return _BREAK.split(text)[0]


class _Reader:
    """Reads one Doc; the figure before is what a bare number goes on with."""

    def __init__(self, component: FigureFinder, view: View) -> None:
        self._of = component
        self._view = view
        self._folded = view.folded
        self._dates: tuple[DateMention, ...] = view.doc._.dates
        self._statements: tuple[Statement, ...] = view.doc._.statements
        self._mentions: list[Mention] = sorted({*view.doc._.mentions, *view.doc._.anaphors})
        self._all: list[Quantity] = []
        self._states = {m.entity: m.type for m in self._mentions}
        self._last: Figure | None = None
        self._last_classifier = ""
        self._last_sentence = -1

    def read(self) -> list[Figure]:
        found: list[Figure] = []
        self._all = self._of.quantities(self._view)
        for quantity in self._all:
            figure = self._figure(quantity)
            if figure is not None:
                found.append(figure)
                self._last, self._last_classifier = figure, quantity.classifier
                self._last_sentence = self._view.sentence_at(quantity.start)[0]
        return found

    def _figure(self, quantity: Quantity) -> Figure | None:
        sentence, sentence_end = self._view.sentence_at(quantity.start)
        clause = self._clause(sentence, quantity.start)
        if self._of.was_fired(self._folded, quantity.start):
            return None
        mass = self._of.is_mass(quantity)
        kind = self._of.kind(self._folded, sentence if mass else clause, quantity.start, quantity.end, mass)
        thing = self._thing(quantity, sentence, clause, min(sentence_end, quantity.end + _REACH), mass, kind)
        if thing is None:
            return None
        words = self._view.text[thing.start : thing.end]
        statement = self._statement(quantity)
        subject = self._subject(quantity, kind, thing, sentence, statement)
        if kind == "other" and subject is None:
            return None
        factor = self._of.factor(quantity)
        value, low, high = (None if x is None else x * factor for x in (quantity.value, quantity.low, quantity.high))
        return Figure(
            quantity.start,
            quantity.end,
            kind,
            words,
            subject,
            value,
            low,
            high,
            unit=self._of.unit(quantity, self._folded[thing.start : thing.end]),
            comparator=quantity.comparator,
            date=self._date(quantity, sentence, clause, statement),
            source=statement.speaker if statement else None,
        )

    def _clause(self, sentence: int, at: int) -> int:
        starts = [match.end() for match in _CLAUSE.finditer(self._folded, sentence, at)]
        return starts[-1] if starts else sentence

    def _thing(
        self, quantity: Quantity, sentence: int, clause: int, reach: int, mass: bool, kind: FigureKind
    ) -> _Thing | None:
        """What is counted: behind the number, before it in the clause, or that of the figure before."""
        behind = _BREAK.search(self._folded, quantity.end, reach)
        stop = behind.start() if behind else reach
        here = [m for m in self._weapons(quantity.end, stop + 12) if m.start < stop]
        weapon = min(here, key=lambda m: (m.start, -m.end)) if here else None
        if mass:
            return self._mass_thing(quantity, sentence, stop, kind)
        if weapon is not None:
            return _Thing(self._thing_start(quantity.end, weapon.start), weapon.end, weapon)
        before = self._weapons(clause, quantity.start)
        if before:
            last = max(before, key=lambda m: (m.end, m.end - m.start))
            return _Thing(self._modified(clause, last.start), last.end, last)
        if self._last is not None and self._goes_on(quantity, sentence, clause):
            return _Thing(*self._last_thing, None)
        earlier = self._weapons(sentence, quantity.start)
        if earlier and kind != "other":
            last = max(earlier, key=lambda m: (m.end, m.end - m.start))
            return _Thing(last.start, last.end, last)
        return None

    @property
    def _last_thing(self) -> tuple[int, int]:
        assert self._last is not None
        at = self._view.text.rfind(self._last.thing, 0, self._last.end + len(self._last.thing) + _REACH)
        return (at, at + len(self._last.thing)) if at >= 0 else (self._last.start, self._last.end)

    def _goes_on(self, quantity: Quantity, sentence: int, clause: int) -> bool:
        """A bare number in the sentence of the figure before, counted by the same word."""
        if quantity.classifier != self._last_classifier:
            return False
        near = self._last_sentence == sentence or (
            self._last is not None and quantity.start - self._last.end <= _NEAR and "\n" not in self._between(quantity)
        )
        return near or self._of.carries_on(self._folded, clause, quantity.start)

    def _between(self, quantity: Quantity) -> str:
        return self._folded[self._last.end if self._last else 0 : quantity.start]

    def _weapons(self, start: int, end: int) -> list[Mention]:
        return [m for m in within(self._mentions, start, end) if m.type in _WEAPONS]

    def _thing_start(self, start: int, weapon: int) -> int:
        """The thing begins behind the counting word; what only says whose or how new it is stays outside."""
        between = self._folded[start:weapon]
        if len(between) > 6 or self._of.stands_apart(between):
            return weapon
        return start + (len(between) - len(between.lstrip()))

    def _modified(self, clause: int, start: int) -> int:
        """Words right before the thing that belong to it, such as deployed."""
        return start - self._of.belonging(self._folded[clause:start])

    def _mass_thing(self, quantity: Quantity, sentence: int, stop: int, kind: FigureKind) -> _Thing | None:
        """Tons and kilograms are of a material, or are a yield."""
        after = self._of.material_after(self._folded, quantity.end, stop)
        if after:
            return _Thing(after.start(), after.end(), None)
        before = self._of.material_before(self._folded, sentence, quantity.start)
        if kind == "yield":
            weapons = self._weapons(sentence, quantity.start)
            if weapons:
                return _Thing(weapons[-1].start, weapons[-1].end, weapons[-1])
            return _Thing(quantity.start, quantity.end, None)
        if before:
            return _Thing(before.start(), before.end(), None)
        return None

    def _near(self, offset: int) -> list[Statement]:
        """The statements that may reach over an offset: those that begin before it, not too far back."""
        stop = bisect_right(self._statements, offset, key=lambda s: s.start)
        return list(self._statements[max(0, stop - 60) : stop])

    def _statement(self, quantity: Quantity) -> Statement | None:
        inside = [s for s in self._near(quantity.start) if s.start <= quantity.start and quantity.end <= s.end]
        return min(inside, key=lambda s: s.end - s.start) if inside else None

    def _subject(
        self, quantity: Quantity, kind: FigureKind, thing: _Thing, sentence: int, statement: Statement | None
    ) -> str | None:
        before = last_before(self._mentions, quantity.start)
        if kind == "limit":
            return self._treaty(before, sentence) or self._owner(before, sentence, statement)
        if kind == "yield":
            weapons = [m for m in before if m.type == "WeaponSystem" and m.start >= sentence]
            if weapons:
                return weapons[-1].entity
        if kind == "capacity":
            carrier = [m for m in before if m.type == "WeaponSystem" and m.start >= sentence and m is not thing.mention]
            if carrier and carrier[-1].entity != (thing.mention.entity if thing.mention else None):
                return carrier[-1].entity
        owner = self._one_of(before, quantity, sentence) or self._owner(before, sentence, statement)
        if (
            owner is None
            and self._last is not None
            and self._goes_on(quantity, sentence, self._clause(sentence, quantity.start))
        ):
            owner = self._last.subject
        return owner

    def _treaty(self, before: list[Mention], sentence: int) -> str | None:
        """The treaty of the sentence, or the last one of the sentences before."""
        treaties = [m for m in before if m.type == "Treaty"]
        here = [m for m in treaties if m.start >= sentence]
        return (here or treaties)[-1].entity if treaties else None

    def _owner(self, before: list[Mention], sentence: int, statement: Statement | None) -> str | None:
        """The nearest state or body before the number in what is said, else in the sentence, else before it."""
        floor = statement.start if statement else sentence
        owners = [m for m in before if m.type in _OWNERS and not self._is_head(m)]
        here = [m for m in owners if m.start >= floor]
        if here:
            return self._outer(here[-1], here).entity
        if statement is None or statement.speaker is None:
            return None
        return statement.speaker if self._states.get(statement.speaker) == "State" else None

    def _before(self, quantity: Quantity) -> list[Quantity]:
        return last_before(self._all, quantity.start, 20)

    def _one_of(self, before: list[Mention], quantity: Quantity, sentence: int) -> str | None:
        """The owner whose turn it is: A and B have X and Y respectively."""
        clause = self._clause(sentence, quantity.start)
        owners = [m for m in before if m.type in _OWNERS and m.start >= clause and not self._is_head(m)]
        if len(owners) < 2 or not self._of.distributes(self._folded, owners[-1].end, quantity.start):
            return None
        turn = sum(owners[-1].end <= other.start for other in self._before(quantity))
        return owners[turn].entity if turn < len(owners) else None

    def _is_head(self, mention: Mention) -> bool:
        """A state that only begins the name of a body is not the owner by itself."""
        return any(
            m.start == mention.start and m.end > mention.end and m.type == "Organization" for m in self._mentions
        )

    @staticmethod
    def _outer(mention: Mention, others: list[Mention]) -> Mention:
        covering = [m for m in others if m.start <= mention.start and m.end >= mention.end]
        return max(covering, key=lambda m: m.end - m.start)

    def _date(self, quantity: Quantity, sentence: int, clause: int, statement: Statement | None) -> str | None:
        """The date of the clause, else the last one before it in what is said, else that of the saying.

        From 200 in 2020 to 600: the second number has not the date of the first.
        """
        floor = statement.start if statement else sentence
        before = within(self._dates, floor, quantity.start)
        here = [d for d in before if d.start >= clause]
        if not before:
            return statement.date if statement else None
        chosen = (here or before)[-1]
        earlier = any(chosen.end <= other.start for other in self._before(quantity))
        changed = earlier and self._of.carries_on(self._folded, chosen.end, quantity.start)
        return None if changed else chosen.value


@Language.factory(NAME, default_config={"language": "zh"}, requires=["doc._.mentions"], assigns=["doc._.figures"])
def create(nlp: Language, name: str, language: str) -> FigureFinder:
    """The component of a language."""
    return FigureFinder(lang.table(language, "figures"), Numerals(lang.table(language, "numerals")))
