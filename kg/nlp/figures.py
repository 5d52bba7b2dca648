"""Component ``kg_figures``: numbers of weapons, of fissile material, and yields, with whose they are and as of when.

A number is a figure when what it counts is a weapon, a class of weapon or a material; other numbers (votes, money,
distances, durations) are left to the text, and so are those of an event: how many were fired, how many more it is now.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import DateMention, Figure, FigureKind, Mention, Statement
from kg.nlp.counted import Counted, Place, Thing
from kg.nlp.dates import governing_date
from kg.nlp.document import View, last_before, mention_order, within
from kg.nlp.figurewords import BREAK, FigureWords, clause_start
from kg.nlp.numerals import Numerals
from kg.nlp.quantities import Quantity, QuantityFinder
from kg.nlp.spaced.counting import FigureWords as SpacedWords
from kg.nlp.spaced.numbers import SpacedFigures
from kg.nlp.subjects import OwnerWords, Span, Subjects

NAME = "kg_figures"
_INHERITED = frozenset({"limit", "rate", "yield", "capacity", "stockpile"})
_SUMMED = frozenset({"stockpile", "rate", "capacity", "other"})
"""Kinds of figure whose owner may stand some sentences before."""
_NEAR = 40
"""How far a bare number may stand behind the figure that it goes on with, across a full stop."""
_FAR = 300
"""The same where its words, or the state right before it, say that it goes on."""
_SENTENCES = 2
"""How many sentences an owner is carried on."""


class FigureFinder:
    """Works by the language's tables ``figures`` and ``numerals``; without them, it finds none."""

    def __init__(self, table: dict[str, Any], numerals: Numerals, records: Mapping[str, Record]) -> None:
        self.active = bool(table)
        self.records = records
        if not self.active:
            return
        self.owners = OwnerWords(table)
        self.words = FigureWords(table)
        self._quantities = QuantityFinder(table, numerals)

    def __call__(self, doc: Doc) -> Doc:
        if self.active:
            doc._.figures = tuple(_Reader(self, View.of(doc)).read())
        return doc

    def quantities(self, view: View) -> list[Quantity]:
        """The quantities outside of dates and names."""
        masked = bytearray(len(view.folded))
        spans = [(date.start, date.end) for date in view.doc._.dates]
        named = [m for m in view.doc._.mentions if m.type not in {"State", "Place"}]
        spans += [(m.start, m.end) for m in named if m.entity in self.records or not view.folded[m.start].isdigit()]
        for start, end in spans:
            masked[start:end] = b"\1" * (end - start)
        return list(self._quantities.find(view.folded, masked))


class _Reader:
    """Reads one Doc; the figure before is what a bare number goes on with."""

    def __init__(self, component: FigureFinder, view: View) -> None:
        self._words = component.words
        self._view = view
        self._folded = view.folded
        self._dates: tuple[DateMention, ...] = view.doc._.dates
        self._statements: tuple[Statement, ...] = view.doc._.statements
        mentions: list[Mention] = sorted({*view.doc._.mentions, *view.doc._.anaphors}, key=mention_order)
        self._all = component.quantities(view)
        self._counted = Counted(self._words, view, mentions)
        self._subjects = Subjects(view, mentions, component.owners, component.records)
        self._last: Figure | None = None
        self._last_classifier = ""

    def read(self) -> list[Figure]:
        found: list[Figure] = []
        for quantity in self._all:
            figures = self._figures(quantity)
            if figures:
                found += figures
                self._last, self._last_classifier = figures[0], quantity.classifier
        return found

    def _figures(self, quantity: Quantity) -> list[Figure]:
        """The figure of a number; one for each owner where each of several has as many."""
        sentence, sentence_end = self._view.sentence_at(quantity.start)
        clause = clause_start(self._folded, sentence, quantity.start)
        if self._words.is_event(self._folded, clause, quantity):
            return []
        if self._words.is_difference(self._folded, clause, quantity):
            return []
        if self._words.is_event_part(self._folded, sentence, clause, quantity):
            return []
        owned = self._counted.is_owned(quantity, clause)
        place = Place(sentence, sentence_end, clause, self._goes_on(quantity, sentence, clause, owned), owned)
        kind = self._kind(quantity, place)
        thing = self._counted.find(quantity, place, kind, self._last)
        if thing is None:
            return []
        destroyed = self._words.was_destroyed(self._folded, clause, quantity.start)
        kind = "other" if destroyed and kind == "stockpile" else kind
        statement = self._statement(quantity)
        earlier = self._earlier(sentence)
        span = Span(sentence, clause, quantity.start, quantity.end, thing.mention, thing.end, earlier)
        subject = self._subject(quantity, kind, span, statement, place.goes_on)
        if kind == "other" and (subject is None or not self._is_told(quantity, thing, place, destroyed)):
            return []
        figure = self._made(quantity, kind, thing, subject, span, statement)
        alone = not self._after(quantity)
        owners = self._subjects.each(kind, span, statement) if kind != "limit" and alone else ()
        return [replace(figure, subject=owner) for owner in owners] or [figure]

    def _is_told(self, quantity: Quantity, thing: Thing, place: Place, destroyed: bool) -> bool:
        """A number that no word makes a stockpile or a limit is a figure all the same."""
        return bool(thing.mention or destroyed or place.goes_on or self._words.is_mass(quantity))

    def _kind(self, quantity: Quantity, place: Place) -> FigureKind:
        kind = self._words.kind(self._folded, place.sentence, place.clause, quantity)
        goes_on = place.goes_on and not self._words.is_share(quantity)
        if self._last is not None and goes_on:
            same = self._is_same_sentence(place.sentence)
            if same and self._words.is_among(self._folded, place.clause, quantity):
                return self._last.kind
            held = self._words.is_held(self._folded, place.clause, quantity)
            if kind in {"other", "stockpile"} and self._last.kind in _INHERITED and not held:
                return self._last.kind if same else "stockpile"
        return "stockpile" if kind == "other" and goes_on and place.owned else kind

    def _is_same_sentence(self, sentence: int) -> bool:
        return self._last is not None and self._last.start >= sentence

    def _made(
        self,
        quantity: Quantity,
        kind: FigureKind,
        thing: Thing,
        subject: str | None,
        span: Span,
        statement: Statement | None,
    ) -> Figure:
        factor = self._words.factor(quantity)
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
            unit=self._words.unit(quantity, self._folded[thing.start : thing.end]),
            comparator=quantity.comparator,
            date=self._date(quantity, span, statement),
            source=statement.speaker if statement else None,
        )

    def _earlier(self, sentence: int) -> int:
        """Where the sentence before begins, if it is of the same paragraph or a question; else where this one does."""
        asked = len(self._folded[:sentence].rstrip())
        if asked and self._folded.startswith("?", asked - 1):
            return self._view.sentence_at(asked - 1)[0]
        if sentence == 0:
            return sentence
        start, end = self._view.sentence_at(sentence - 1)
        return sentence if "\n" in self._folded[start:end] else start

    def _goes_on(self, quantity: Quantity, sentence: int, clause: int, owned: bool) -> bool:
        """A bare number in the sentence of the figure before, counted by the same word; or one told again later."""
        if self._last is None or quantity.classifier != self._last_classifier:
            return False
        if self._is_same_sentence(sentence):
            return True
        between = quantity.start - self._last.end
        if between <= _NEAR and "\n" not in self._folded[self._last.end : quantity.start]:
            return True
        if between > _FAR:
            return False
        again = self._words.tells_again(self._folded, sentence, quantity)
        return owned or again or self._words.carries_on(self._folded, clause, quantity.start)

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
        if kind == "other" and self._words.was_destroyed(self._folded, span.clause, quantity.start):
            subject = self._subjects.treaty(span) if subject is None else subject
        if subject is not None or self._last is None or self._subjects.is_joint(span):
            return subject
        if kind == "limit" and self._last.kind != kind:
            return None
        if goes_on and (self._is_same_sentence(span.sentence) or not self._subjects.is_world(span)):
            return self._last.subject
        return self._carried(kind, span)

    def _carried(self, kind: FigureKind, span: Span) -> str | None:
        """The state of the figure before, where the text goes on about it and names no other."""
        if self._last is None or kind not in _SUMMED or self._subjects.is_world(span):
            return None
        if self._last.subject is None or not self._subjects.is_state(self._last.subject):
            return None
        first, last = (
            bisect_right(self._view.sentences, (at, len(self._folded) + 1)) for at in (self._last.start, span.start)
        )
        near = last - first <= _SENTENCES and not self._subjects.names_state(self._last.end, span.start)
        return self._last.subject if near else None

    def _before(self, quantity: Quantity) -> list[Quantity]:
        return [q for q in last_before(self._all, quantity.start, 20) if not self._words.is_share(q)]

    def _after(self, quantity: Quantity) -> list[Quantity]:
        """The numbers behind it in its own clause."""
        end = BREAK.search(self._folded, quantity.end)
        return within(self._all, quantity.end, end.start() if end else len(self._folded))

    def _date(self, quantity: Quantity, span: Span, statement: Statement | None) -> str | None:
        """The date of the clause, else the last one before it in what is said, else that of the saying.

        From 200 in 2020 to 600: the second number has not the date of the first.
        """
        floor = max(span.sentence, statement.start) if statement else span.sentence
        dates = within(self._dates, floor, quantity.start)
        dates = [d for d in dates if not self._words.is_compared(self._folded, d.start)]
        if not dates:
            return statement.date if statement else None
        chosen = governing_date(dates, floor, quantity.start, self._folded) or dates[-1]
        earlier = any(chosen.end <= other.start for other in self._before(quantity))
        changed = earlier and self._words.carries_on(self._folded, chosen.end, quantity.start)
        return None if changed else chosen.value


@Language.factory(NAME, default_config={"language": "zh"}, requires=["doc._.mentions"], assigns=["doc._.figures"])
def create(nlp: Language, name: str, language: str) -> FigureFinder | SpacedFigures:
    """The component of a language."""
    table = lang.table(language, "figures")
    if table and lang.table(language, "language").get("spaces"):
        return SpacedFigures(SpacedWords(table))
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    return FigureFinder(lang.table(language, "figures"), Numerals(lang.table(language, "numerals")), records)
