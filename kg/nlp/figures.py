"""Component ``kg_figures``: numbers of weapons, of fissile material, and yields, with whose they are and as of when.

A number is a figure when what it counts is a weapon, a class of weapon or a material; other numbers (votes, money,
distances, durations) are left to the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import DateMention, Figure, FigureKind, Mention, Statement
from kg.nlp.dates import governing_date
from kg.nlp.document import View, last_before, within
from kg.nlp.numerals import Numerals
from kg.nlp.quantities import Quantity, QuantityFinder
from kg.nlp.subjects import OwnerWords, Span, Subjects

NAME = "kg_figures"
_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})
_CLAUSE = re.compile("[,;:]")
_BREAK = re.compile(r"[,;:。!?()\n]")
_INHERITED = frozenset({"limit", "rate", "yield", "capacity", "stockpile"})
_NEAR = 40
"""How far a bare number may stand behind the figure that it goes on with, across a full stop."""
_RATE = 14
"""How far before a number the word of a rate may stand."""
_FIRED = 22
"""How far before a number the word of firing may stand."""
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

    def __init__(self, table: dict[str, Any], numerals: Numerals, records: Mapping[str, Record]) -> None:
        self.active = bool(table)
        self.records = records
        if not self.active:
            return
        self.owners = OwnerWords(table)
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
        self._one = re.compile(kind["single"])
        self._destroyed = re.compile(kind["destroyed"])
        self._added = re.compile(kind["added"])
        self._compared = re.compile(kind["compared"])
        self._share = re.compile(table["classifier"]["share"])
        self._enriched = re.compile(table["material"]["enriched"])
        self._noun = re.compile(f"(?:{table['noun']['words']})(?:{table['noun']['behind']})?")
        self._behind = re.compile(table["noun"]["behind"])
        self._strength = re.compile(table["noun"]["strength"])
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

    def is_material(self, folded: str, mention: Mention) -> bool:
        """What is weighed and not counted."""
        return self._material.fullmatch(folded, mention.start, mention.end) is not None

    def is_event(self, folded: str, clause: int, quantity: Quantity) -> bool:
        """The number tells how many were fired, or is the one of an indefinite article: no figure of an arsenal."""
        if self._one.match(folded, quantity.start):
            return True
        return self._fired.search(folded[max(clause, quantity.start - _FIRED) : quantity.start]) is not None

    def is_share(self, quantity: Quantity) -> bool:
        return self._share.fullmatch(quantity.classifier) is not None

    def is_enrichment(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The words of enrichment between two offsets."""
        return self._enriched.search(folded, start, end)

    def noun(self, folded: str, at: int, end: int) -> re.Match[str] | None:
        """A common noun of what is counted, right behind the counting word or a few words further."""
        return self._noun.search(folded, at, end)

    def strength(self, folded: str, start: int, end: int) -> re.Match[str] | None:
        """The word for a yield between two offsets."""
        return self._strength.search(folded, start, end)

    def whole(self, folded: str, end: int) -> int:
        """The end of a thing whose name goes on behind the mention: the launcher of a missile."""
        match = self._behind.match(folded, end)
        return match.end() if match else end

    def was_destroyed(self, folded: str, start: int, end: int) -> bool:
        return self._destroyed.search(folded, start, end) is not None

    def is_compared(self, folded: str, at: int) -> bool:
        """What stands at an offset is what the number is compared with."""
        return self._compared.search(folded[max(0, at - 6) : at]) is not None

    def stands_apart(self, between: str) -> bool:
        """The words between the counting word and the thing are no part of the thing's name."""
        return self._apart.search(between) is not None

    def belonging(self, before: str) -> int:
        """How many characters right before the thing belong to it, such as deployed."""
        match = self._belonging.search(before)
        return len(match[0]) if match else 0

    def carries_on(self, folded: str, start: int, end: int) -> bool:
        """The clause compares with, or adds to, the figure before."""
        return self._carried.search(folded, start, end) is not None

    def kind(self, folded: str, clause: int, start: int, end: int, mass: bool) -> FigureKind:
        """The kind of a figure by the words of its clause before it, and right behind it."""
        window = folded[clause:end]
        behind = folded[end : end + 8]
        if self._added.search(folded[max(clause, start - 6) : start]) and not self._kinds["rate"].search(window):
            return "other"
        if self._kinds["limit"].search(window) or self._kinds["limit"].search(_until_break(behind)):
            return "limit"
        if self._kinds["yield"].search(window) or (mass and self._kinds["yield"].search(_until_break(behind))):
            return "yield"
        if self._kinds["rate"].search(folded[max(clause, start - _RATE) : end]):
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
        self._subjects = Subjects(view, component.owners, component.records)
        self._last: Figure | None = None
        self._last_classifier = ""
        self._last_sentence = -1
        self._fired_clause = -1

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
        if self._of.is_event(self._folded, clause, quantity):
            return None
        mass = self._of.is_mass(quantity)
        wide = mass or self._of.is_share(quantity)
        kind = self._of.kind(self._folded, sentence if wide else clause, quantity.start, quantity.end, mass)
        goes_on = self._goes_on(quantity, sentence, clause)
        if kind in {"other", "stockpile"} and goes_on and self._last is not None and self._last.kind in _INHERITED:
            kind = self._last.kind
        destroyed = self._of.was_destroyed(self._folded, clause, quantity.start)
        kind = "other" if destroyed and kind == "stockpile" else kind
        reach = min(sentence_end, quantity.end + _REACH)
        thing = self._thing(quantity, sentence, clause, reach, kind, goes_on)
        if thing is None:
            return None
        statement = self._statement(quantity)
        span = Span(sentence, clause, quantity.start, thing.mention, thing.end, self._earlier(sentence))
        subject = self._subject(quantity, kind, span, statement, goes_on)
        if kind == "other" and (subject is None or not (thing.mention or destroyed or mass or goes_on)):
            return None
        return self._made(quantity, kind, thing, subject, span, statement)

    def _made(
        self,
        quantity: Quantity,
        kind: FigureKind,
        thing: _Thing,
        subject: str | None,
        span: Span,
        statement: Statement | None,
    ) -> Figure:
        factor = self._of.factor(quantity)
        value, low, high = (None if x is None else x * factor for x in (quantity.value, quantity.low, quantity.high))
        return Figure(
            quantity.start,
            quantity.end,
            kind,
            self._view.text[thing.start : thing.end],
            subject,
            value,
            low,
            high,
            unit=self._of.unit(quantity, self._folded[thing.start : thing.end]),
            comparator=quantity.comparator,
            date=self._date(quantity, span, statement),
            source=statement.speaker if statement else None,
        )

    def _earlier(self, sentence: int) -> int:
        """Where the sentence before begins, if it is of the same paragraph; else where this one does."""
        if sentence == 0:
            return sentence
        start, end = self._view.sentence_at(sentence - 1)
        return sentence if "\n" in self._folded[start:end] else start

    def _clause(self, sentence: int, at: int) -> int:
        starts = [match.end() for match in _CLAUSE.finditer(self._folded, sentence, at)]
        return starts[-1] if starts else sentence

    def _thing(
        self, quantity: Quantity, sentence: int, clause: int, reach: int, kind: FigureKind, goes_on: bool
    ) -> _Thing | None:
        """What is counted: behind the number, before it in the clause, or that of the figure before."""
        behind = _BREAK.search(self._folded, quantity.end, reach)
        stop = behind.start() if behind else reach
        if self._of.is_share(quantity):
            return self._share_thing(quantity, sentence, kind)
        if self._of.is_mass(quantity):
            return self._mass_thing(quantity, sentence, stop, kind)
        here = [m for m in self._weapons(quantity.end, stop + 12) if m.start < stop]
        here = [m for m in here if not self._of.is_material(self._folded, m)]
        weapon = min(here, key=lambda m: (m.start, -m.end)) if here else None
        if weapon is not None:
            end = self._of.whole(self._folded, weapon.end)
            return _Thing(self._thing_start(quantity.end, weapon.start), end, weapon)
        noun = self._of.noun(self._folded, quantity.end, stop)
        if noun:
            return _Thing(self._thing_start(quantity.end, noun.start()), noun.end(), None)
        before = self._weapons(clause, quantity.start)
        if before:
            last = max(before, key=lambda m: (m.end, m.end - m.start))
            return _Thing(self._modified(clause, last.start), self._of.whole(self._folded, last.end), last)
        if goes_on:
            return _Thing(*self._last_thing, None)
        earlier = self._weapons(sentence, quantity.start)
        if earlier and kind != "other":
            last = max(earlier, key=lambda m: (m.end, m.end - m.start))
            return _Thing(self._modified(sentence, last.start), self._of.whole(self._folded, last.end), last)
        return None

    def _share_thing(self, quantity: Quantity, sentence: int, kind: FigureKind) -> _Thing | None:
        """A share is a figure only as the limit of enrichment."""
        match = self._of.is_enrichment(self._folded, sentence, quantity.start) if kind == "limit" else None
        return _Thing(match.start(), match.end(), None) if match else None

    @property
    def _last_thing(self) -> tuple[int, int]:
        assert self._last is not None
        at = self._view.text.rfind(self._last.thing, 0, self._last.end + len(self._last.thing) + _REACH)
        return (at, at + len(self._last.thing)) if at >= 0 else (self._last.start, self._last.end)

    def _goes_on(self, quantity: Quantity, sentence: int, clause: int) -> bool:
        """A bare number in the sentence of the figure before, counted by the same word."""
        if self._last is None or quantity.classifier != self._last_classifier:
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
        weapons = self._weapons(sentence, quantity.start)
        before = self._of.material_before(self._folded, sentence, quantity.start)
        if kind == "yield":
            behind = self._weapons(quantity.end, stop)
            if behind or weapons:
                weapon = behind[0] if behind else weapons[-1]
                return _Thing(weapon.start, weapon.end, weapon)
            word = self._of.strength(self._folded, sentence, stop)
            return _Thing(word.start(), word.end(), None) if word else None
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
        self, quantity: Quantity, kind: FigureKind, span: Span, statement: Statement | None, goes_on: bool
    ) -> str | None:
        numbers = [other.start for other in self._before(quantity)]
        subject = self._subjects.of(kind, span, numbers, statement)
        if kind == "other" and self._of.was_destroyed(self._folded, span.clause, quantity.start):
            subject = self._subjects.treaty(span) if subject is None else subject
        if subject is None and goes_on and self._last is not None and not self._subjects.is_joint(span):
            return self._last.subject
        return subject

    def _before(self, quantity: Quantity) -> list[Quantity]:
        return [q for q in last_before(self._all, quantity.start, 20) if not self._of.is_share(q)]

    def _date(self, quantity: Quantity, span: Span, statement: Statement | None) -> str | None:
        """The date of the clause, else the last one before it in what is said, else that of the saying.

        From 200 in 2020 to 600: the second number has not the date of the first.
        """
        floor = max(span.sentence, statement.start) if statement else span.sentence
        dates = [d for d in self._bounds(floor, quantity.start) if not self._of.is_compared(self._folded, d.start)]
        if not dates:
            return statement.date if statement else None
        chosen = governing_date(dates, floor, quantity.start, self._folded) or dates[-1]
        earlier = any(chosen.end <= other.start for other in self._before(quantity))
        changed = earlier and self._of.carries_on(self._folded, chosen.end, quantity.start)
        return None if changed else chosen.value

    def _bounds(self, start: int, end: int) -> list[DateMention]:
        return within(self._dates, start, end)


@Language.factory(NAME, default_config={"language": "zh"}, requires=["doc._.mentions"], assigns=["doc._.figures"])
def create(nlp: Language, name: str, language: str) -> FigureFinder:
    """The component of a language."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    return FigureFinder(lang.table(language, "figures"), Numerals(lang.table(language, "numerals")), records)
