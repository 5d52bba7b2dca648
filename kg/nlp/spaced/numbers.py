"""Figures in a language with spaces: whose a counted number is, and of what kind."""

from __future__ import annotations

from spacy.tokens import Doc

from kg.model import ACTOR_TYPES, DateMention, Figure, FigureKind, Mention, Statement
from kg.nlp.document import View, covering, set_spans, within
from kg.nlp.spaced.counting import MEASURES, Counted, Counter, FigureWords, Number
from kg.nlp.spaced.mask import Masked

_OWNERS = frozenset({"State", "Organization"})
_BESIDE = 30
"""Characters between a number and the date that is its own."""
_WEAPONS = frozenset({"WeaponSystem"})


class FigureReader:
    """Reads one Doc."""

    def __init__(self, view: View, words: FigureWords) -> None:
        self._view, self._words = view, words
        doc = view.doc
        named = [m for m in [*doc._.mentions, *doc._.anaphors] if m.type != "WeaponClass"]
        self._mentions = sorted(named, key=lambda m: (m.start, -m.end))
        self._dates: list[DateMention] = list(doc._.dates)
        self._statements: list[Statement] = sorted(doc._.statements, key=lambda s: s.start)
        self._masked = Masked.of(view.folded, self._mentions, self._dates)
        self._counter = Counter(view, words, self._masked)
        self._posts = {p.person: p.of for p in doc._.positions if p.of}

    def read(self) -> list[Figure]:
        """The figures in text order."""
        found: list[Figure] = []
        last: tuple[int, Counted] | None = None
        for number in self._counter.numbers():
            sentence, stop = self._view.sentence_at(number.start)
            counted = self._counter.counted(number, stop)
            if counted is None and last is not None and last[0] == self._paragraph(number.start):
                counted = self._counter.again(number, last[1], sentence, stop)
            if counted is None:
                continue
            figures = self._figures(counted, sentence, stop, found)
            if figures:
                found += figures
                last = (self._paragraph(number.start), counted)
        return found

    def _paragraph(self, offset: int) -> int:
        return self._view.folded.rfind("\n", 0, offset)

    # --- whose it is

    def _figures(self, counted: Counted, sentence: int, stop: int, before: list[Figure]) -> list[Figure]:
        """The figure, once for each owner; none where it is not sure whose it is."""
        words, text = self._words, self._masked.text
        number = counted.number
        lead, behind = text[sentence : number.at], text[number.end : stop]
        enriched = counted.unit == "percent" and words.enriched.search(lead) is not None
        kind = self._kind(counted, lead, behind)
        if kind is None and counted.again and before:
            kind = before[-1].kind
        if kind is None or (enriched and kind != "limit" and before and before[-1].end > sentence):
            return []
        clause = self._clause(sentence, number.start)
        subjects: list[str | None] = []
        if kind != "limit" and words.each.search(text[sentence : counted.end + 6]):
            subjects += self._several(sentence, number.start)
        if not subjects:
            one = self._subject(kind, counted, sentence, clause, stop)
            subjects = [one] if one is not None or self._is_of_all(counted, sentence, stop) else []
        statement = next(iter(covering(self._statements, number.start, number.start + 1)), None)
        end = counted.end if counted.unit in MEASURES else number.end
        date = self._date(number, sentence, stop, before)
        return [
            Figure(
                number.start, end, kind, counted.thing, subject, number.value, number.low, number.high, counted.unit,
                number.comparator, date, statement.speaker if statement else None,
            ) for subject in subjects
        ]  # fmt: skip

    def _is_of_all(self, counted: Counted, sentence: int, stop: int) -> bool:
        """The number is the world's, or of several that are not named here."""
        return self._words.everybody.search(self._masked.text, sentence, min(stop, counted.end + 60)) is not None

    def _several(self, start: int, end: int) -> list[str | None]:
        """A and B each have: the states that are joined before the number."""
        states = [m for m in self._shown(start, end) if m.type == "State"]
        found = states[-1:]
        for mention in reversed(states[:-1]):
            if not self._words.joint.fullmatch(self._masked.text[mention.end : found[0].start]):
                break
            found.insert(0, mention)
        return [m.entity for m in found] if len(found) > 1 else []

    def _clause(self, sentence: int, at: int) -> int:
        found = [m.end() for m in self._words.joined.finditer(self._masked.text, sentence, at)]
        return found[-1] if found else sentence

    def _kind(self, counted: Counted, lead: str, behind: str) -> FigureKind | None:
        """The kind by the words around; None for what was fired, sold or shown."""
        kinds = self._words.kind
        near = lead[-90:]
        if counted.unit in {"kiloton", "megaton"} or (
            counted.unit == "ton" and kinds["yield"].search(near + behind[:30])
        ):
            return "yield"
        if kinds["limit"].search(near) and not kinds["not_limit"].search(near):
            return "limit"
        if kinds["limit_behind"].match(self._masked.text, counted.end):
            return "limit"
        if kinds["rate"].match(behind):
            return "rate"
        if counted.unit == "percent":
            return "other"
        if kinds["fired"].search(near):
            return None
        if kinds["destroyed"].search(near) or kinds["destroyed"].search(behind[:60]):
            return "other"
        if kinds["capacity"].search(near[-60:]):
            return "capacity"
        if kinds["stockpile"].search(near) or kinds["stockpile"].search(behind[:60]):
            return "stockpile"
        named = lead[: len(lead) - (counted.number.at - counted.number.start)]
        owned = self._words.bare.search(named) or self._words.own.search(named)
        return "stockpile" if counted.unit != "missile" and owned else None

    def _subject(self, kind: FigureKind, counted: Counted, sentence: int, clause: int, stop: int) -> str | None:
        words, text = self._words, self._masked.text
        start = counted.number.start
        if kind == "limit":
            return self._treaty(sentence, start, stop) or self._owner(sentence, start)
        if words.world.search(text[max(clause, start - _BESIDE) : start]):
            return None
        of = words.of.match(text[counted.end : stop]) or words.of.match(text[counted.number.end : stop])
        if of is not None:
            at = counted.end if words.of.match(text[counted.end : stop]) else counted.number.end
            return self._masked.at[at + of.start("who")].entity
        if kind == "other" and counted.unit != "percent":
            return self._treaty(sentence, start, stop) or self._owner(sentence, start)
        if kind in {"yield", "capacity"}:
            weapons = [m for m in self._shown(sentence, start) if m.type in _WEAPONS]
            if weapons:
                return weapons[-1].entity
        if words.world.search(text[clause:start]):
            return None
        if kind == "yield":
            return self._owner(clause, start) or self._owner(sentence, start) or self._tester(sentence, start)
        return self._owner(clause, start) or self._owner(sentence, start) or self._earlier(sentence)

    def _tester(self, sentence: int, start: int) -> str | None:
        """Who made the last test before: the blast was his."""
        if not self._words.blast.search(self._masked.text, sentence, start):
            return None
        tests = [e for e in self._view.doc._.events if e.type == "test" and e.start < start and e.agents]
        return tests[-1].agents[0] if tests else None

    def _shown(self, start: int, end: int) -> list[Mention]:
        return [m for m in within(self._mentions, start, end) if self._masked.shows(m)]

    def _treaty(self, sentence: int, start: int, stop: int) -> str | None:
        """The last treaty of the sentence before the number, else one behind it, else the last one named before."""
        before = [m for m in self._shown(sentence, start) if m.type == "Treaty"]
        behind = [m for m in self._shown(start, min(stop, start + 80)) if m.type == "Treaty"]
        paragraph = self._paragraph(sentence) + 1
        earlier = [m for m in self._shown(paragraph, sentence) if m.type == "Treaty"]
        chosen = (before or behind or earlier)[-1:]
        return chosen[0].entity if chosen else None

    def _owner(self, start: int, end: int) -> str | None:
        """The last state or body in a stretch, a person standing for what he serves; who speaks does not own."""
        here = [m for m in self._shown(start, end) if m.type in ACTOR_TYPES]
        speakers = {s.speaker_start for s in covering(self._statements, end, end + 1) if s.speaker_start is not None}
        here = [m for m in here if m.start not in speakers]
        owners = [m for m in here if m.type in _OWNERS]
        if owners:
            states = [m for m in owners if m.type == "State"]
            return (states or owners)[-1].entity
        people = [self._posts[m.entity] for m in here if m.type == "Person" and m.entity in self._posts]
        return people[-1] if people else self._teller(end)

    def _teller(self, at: int) -> str | None:
        """Who says of himself that it will raise its cap."""
        said = next(iter(covering(self._statements, at, at + 1)), None)
        if said is None or said.speaker is None or not self._words.self_told.match(self._masked.text, said.start):
            return None
        return said.speaker if self._view.doc._.entities[said.speaker].type in _OWNERS else None

    def _earlier(self, sentence: int) -> str | None:
        """The one state of the sentence before in the same paragraph."""
        paragraph = self._paragraph(sentence) + 1
        states = {m.entity for m in self._shown(max(paragraph, sentence - 250), sentence) if m.type == "State"}
        return states.pop() if len(states) == 1 else None

    def _date(self, number: Number, sentence: int, stop: int, earlier: list[Figure]) -> str | None:
        """The date behind the number, else one before it that is not right behind another number."""
        behind = within(self._dates, number.end, min(stop, number.end + 70))
        ends = [f.end for f in earlier if sentence <= f.start < number.start]
        before = [
            d for d in within(self._dates, sentence, number.start)
            if not any(0 <= d.start - end < _BESIDE for end in ends)
        ]  # fmt: skip
        chosen = behind[:1] or before[-1:]
        return chosen[0].value if chosen else None


class SpacedFigures:
    """Pipeline component ``kg_figures`` for a language with spaces."""

    def __init__(self, words: FigureWords) -> None:
        self._words = words

    def __call__(self, doc: Doc) -> Doc:
        found = FigureReader(View.of(doc), self._words).read() if len(doc) else []
        doc._.figures = tuple(found)
        set_spans(doc, "figures", ((f.start, f.end, f.kind, f.subject or "") for f in found))
        return doc
