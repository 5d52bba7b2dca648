"""Figures in a language with spaces: a number, what it counts, whose it is, and of what kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from spacy.tokens import Doc

from kg.model import ACTOR_TYPES, Comparator, DateMention, Figure, FigureKind, Mention, Statement
from kg.nlp.document import View, covering, span_of, within
from kg.nlp.spaced.mask import Masked, expand

_OWNERS = frozenset({"State", "Organization"})
_WEAPONS = frozenset({"WeaponSystem"})
_MEASURES = frozenset({"kilogram", "ton", "percent"})
"""Units that are a part of the figure's own words."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text; ``low`` and ``high`` of a range or a vague one."""

    start: int
    end: int
    value: float | None
    low: float | None
    high: float | None
    comparator: Comparator
    at: int
    """Where the digits begin, behind the comparator."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with what it counts."""

    number: Number
    start: int
    end: int
    thing: str
    unit: str | None


class FigureWords:
    """The table ``figures``, compiled once."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        number, kind, owner = table["number"], table["kind"], table["owner"]
        self.values: dict[str, float] = number["words"]
        self.vague: dict[str, list[float]] = number["vague"]
        self.scale: dict[str, float] = number["scale"]

        def compiled(text: str) -> re.Pattern[str]:
            return re.compile(expand(text))

        def words(keys: Mapping[str, Any]) -> str:
            return "|".join(sorted(map(re.escape, keys), key=lambda k: (-len(k), k)))

        one = f"(?:{number['digits']})(?:\\s(?:{words(self.scale)}))?|(?i:{words(self.values)})(?![\\w-])"
        span = table["range"]
        self.number = re.compile(
            rf"(?<![\w.,$€£/-])(?:(?P<vague>(?i:{words(self.vague)}))(?=\s)"
            rf"|(?:(?P<open>{span['open']})?(?P<low>{one})(?P<between>{span['between']})(?P<high>{one})|(?P<one>{one})))(?!\w*[-/]\d|\.\d)"
        )
        self.comparators = [
            (cast(Comparator, row["name"]), re.compile(rf"(?<!\w){row['before']}\s$")) for row in table["comparator"]
        ]
        nouns = "|".join(f"(?P<n{number}>{row['pattern']})" for number, row in enumerate(table["noun"]))
        self.units = [row["unit"] for row in table["noun"]]
        self.thing = compiled(rf"\s(?P<thing>{table['thing']['words']}(?:{nouns}))(?![\w-])")
        self.noun_units = [(re.compile(row["pattern"]), row["unit"]) for row in table["noun"]]
        self.not_words = compiled(table["thing"]["not_words"])
        self.measures = [(compiled(row["pattern"]), row["unit"]) for row in table["measure"]]
        material = table["material"]
        self.mass, self.share = compiled(material["mass"]), compiled(material["share"])
        self.mass_before = compiled(material["mass_before"])
        self.share_behind, self.enriched = compiled(material["share_behind"]), compiled(material["enriched"])
        self.strength = compiled(material["strength"])
        self.kind = {name: compiled(text) for name, text in kind.items()}
        self.of, self.bare, self.own = compiled(owner["of"]), compiled(owner["bare"]), compiled(owner["own"])
        self.world, self.joined = compiled(owner["world"]), compiled(owner["joined"])

    def value(self, text: str) -> float:
        """The value of digits or of a word, with its scale."""
        word = text.lower()
        if word in self.values:
            return float(self.values[word])
        head, _, scale = word.partition(" ")
        return float(head.replace(",", "")) * self.scale.get(scale, 1)


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
        self._posts = {p.person: p.of for p in doc._.positions if p.of}

    def read(self) -> list[Figure]:
        """The figures in text order."""
        found: list[Figure] = []
        last: tuple[int, Counted] | None = None
        for number in self._numbers():
            sentence, stop = self._view.sentence_at(number.start)
            counted = self._counted(number, stop)
            if counted is None and last is not None and last[0] == self._paragraph(number.start):
                counted = self._again(number, last[1], sentence, stop)
            if counted is None:
                continue
            figure = self._figure(counted, sentence, stop, found)
            if figure is not None:
                found.append(figure)
                last = (self._paragraph(number.start), counted)
        return found

    def _paragraph(self, offset: int) -> int:
        return self._view.folded.rfind("\n", 0, offset)

    def _numbers(self) -> Iterator[Number]:
        words, text = self._words, self._masked.text
        for match in words.number.finditer(text):
            lead = text[max(0, match.start() - 24) : match.start()]
            comparator: Comparator = "exactly"
            start = match.start()
            for name, pattern in words.comparators:
                found = pattern.search(lead)
                if found is not None:
                    comparator, start = name, match.start() - len(lead) + found.start()
                    break
            if match["vague"]:
                low, high = words.vague[match["vague"].lower()]
                yield Number(start, match.end(), None, low, high, comparator, match.start())
            elif match["one"]:
                value = words.value(match["one"])
                low_, high_ = self._bounds(comparator, value)
                yield Number(start, match.end(), value, low_, high_, comparator, match.start())
            else:
                yield Number(
                    start,
                    match.end(),
                    None,
                    words.value(match["low"]),
                    words.value(match["high"]),
                    comparator,
                    match.start(),
                )

    @staticmethod
    def _bounds(comparator: Comparator, value: float) -> tuple[float | None, float | None]:
        if comparator in {"more_than", "at_least"}:
            return value, None
        if comparator in {"at_most", "less_than"}:
            return None, value
        return None, None

    # --- what is counted

    def _counted(self, number: Number, stop: int) -> Counted | None:
        words, text = self._words, self._masked.text
        measured = next(((m, unit) for p, unit in words.measures if (m := p.match(text, number.end))), None)
        if measured is not None:
            return self._measured(number, *measured, stop)
        if (
            number.end - number.start > 3
            and self._view.folded[number.start : number.end].isdigit()
            and 1900 <= (number.value or 0) <= 2100
        ):
            return None
        thing = words.thing.match(text, number.end, stop)
        if thing is not None and not words.not_words.search(thing["thing"]):
            folded = self._view.folded[thing.start("thing") : thing.end("thing")]
            unit = next((u for p, u in words.noun_units if re.search(rf"(?:{p.pattern})$", folded)), None)
            if unit is not None:
                return Counted(number, number.start, thing.end("thing"), folded, unit)
        return None

    def _measured(self, number: Number, measure: re.Match[str], unit: str, stop: int) -> Counted | None:
        """A mass of a material, a share of enrichment, a yield."""
        words, text = self._words, self._masked.text
        sentence, _ = self._view.sentence_at(number.start)
        around = text[max(sentence, number.start - 80) : number.start]
        if unit == "percent":
            if words.share_behind.match(text, measure.end()) or words.share.search(around[-60:]):
                return Counted(
                    number, number.start, measure.end(), self._view.folded[number.start : measure.end()], unit
                )
            return None
        mass = words.mass.match(text, measure.end(), stop)
        if mass is not None:
            thing = self._view.folded[mass.start("thing") : mass.end("thing")]
            return Counted(number, number.start, measure.end(), thing, unit)
        named = words.mass_before.search(text, sentence, number.start)
        if named is not None and unit in _MEASURES:
            thing = self._view.folded[named.start("thing") : named.end("thing")]
            return Counted(number, number.start, measure.end(), thing, unit)
        if words.strength.match(text, measure.end()) or words.strength.search(around) or unit in {"kiloton", "megaton"}:
            return Counted(number, number.start, measure.end(), self._view.folded[number.start : measure.end()], unit)
        return None

    def _again(self, number: Number, last: Counted, sentence: int, stop: int) -> Counted | None:
        """5,044 for the US; the United States 1,420; at least 600: what was counted before is counted again."""
        words, text = self._words, self._masked.text
        if last.unit == "percent" or (number.value or 0) in range(1900, 2101) or (number.value or 0) < 10:
            return None
        behind, before = text[number.end : stop], text[sentence : number.start]
        if words.of.match(behind) or (
            words.bare.search(before) and re.match(r"[.,;]|\s?$|\s(?:and|but|while)\b", behind)
        ):
            return Counted(number, number.start, number.end, last.thing, last.unit)
        if words.kind["rate"].match(behind):
            return Counted(number, number.start, number.end, last.thing, last.unit)
        return None

    # --- whose it is

    def _figure(self, counted: Counted, sentence: int, stop: int, before: list[Figure]) -> Figure | None:
        words, text = self._words, self._masked.text
        number = counted.number
        lead, behind = text[sentence : number.at], text[number.end : stop]
        enriched = counted.unit == "percent" and words.enriched.search(lead) is not None
        kind = self._kind(counted, lead, behind)
        if kind is None:
            return None
        clause = self._clause(sentence, number.start)
        subject = self._subject(kind, counted, sentence, clause, stop)
        if subject is None or (enriched and kind != "limit" and before and before[-1].end > sentence):
            return None
        statement = next(iter(covering(self._statements, number.start, number.start + 1)), None)
        end = counted.end if counted.unit in _MEASURES else number.end
        return Figure(
            number.start, end, kind, counted.thing, subject,
            number.value, number.low, number.high, counted.unit, number.comparator, self._date(number, sentence, stop),
            statement.speaker if statement else None,
        )  # fmt: skip

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
        if kinds["stockpile"].search(near) or kinds["stockpile"].search(behind[:40]):
            return "stockpile"
        return "stockpile" if counted.unit != "missile" and self._words.bare.search(lead) else None

    def _subject(self, kind: FigureKind, counted: Counted, sentence: int, clause: int, stop: int) -> str | None:
        words, text = self._words, self._masked.text
        start = counted.number.start
        if kind == "limit":
            return self._treaty(sentence, start, stop) or self._owner(sentence, start)
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
        return self._owner(clause, start) or self._owner(sentence, start) or self._earlier(sentence)

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
        return people[-1] if people else None

    def _earlier(self, sentence: int) -> str | None:
        """The one state of the sentence before in the same paragraph."""
        paragraph = self._paragraph(sentence) + 1
        states = {m.entity for m in self._shown(max(paragraph, sentence - 250), sentence) if m.type == "State"}
        return states.pop() if len(states) == 1 else None

    def _date(self, number: Number, sentence: int, stop: int) -> str | None:
        behind = within(self._dates, number.end, min(stop, number.end + 70))
        before = within(self._dates, sentence, number.start)
        chosen = behind[:1] or before[-1:]
        return chosen[0].value if chosen else None


class SpacedFigures:
    """Pipeline component ``kg_figures`` for a language with spaces."""

    def __init__(self, words: FigureWords) -> None:
        self._words = words

    def __call__(self, doc: Doc) -> Doc:
        found = FigureReader(View.of(doc), self._words).read() if len(doc) else []
        doc._.figures = tuple(found)
        doc.spans["figures"] = [span_of(doc, f.start, f.end, f.kind, f.subject or "") for f in found]
        return doc
