"""Numbers in a language with spaces, and what each counts: behind it, before it, or what was counted last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from kg.model import Comparator
from kg.nlp.document import View
from kg.nlp.spaced.mask import Masked, expand

MEASURES = frozenset({"kilogram", "ton", "percent"})
"""Units that are a part of the figure's own words."""
_YEARS = range(1900, 2101)
_OPENING = 25
"""Characters before a number that opens a sentence."""
_FEW = 10
"""A smaller number by itself counts nothing that was counted before."""


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
    reach: int = 0
    """Of two numbers that share what they count: where the second one ends; 0 for a number by itself."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with what it counts."""

    number: Number
    start: int
    end: int
    thing: str
    unit: str | None
    again: bool = False
    """What it counts was told with the number before."""


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
            (cast(Comparator, row["name"]), re.compile(rf"(?i:(?<!\w){row['before']}\s$)"))
            for row in table["comparator"]
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
        before, again = table["before"], table["again"]
        self.part = compiled(rf"{before['part']}(?P<thing>{table['thing']['words']}(?:{nouns}))(?![\w-])")
        every = "|".join(f"(?:{row['pattern']})" for row in table["noun"])
        self.any_thing = compiled(rf"(?<![\w-])(?:(?:{before['kinds']})\s){{0,4}}(?:{every})(?![\w-])")
        compare = "|".join(row["before"] for row in table["comparator"])
        self.steps = compiled(span["steps"])
        self.told_before = compiled(
            rf"(?<![\w-])(?P<thing>(?:(?:{before['kinds']})\s){{0,4}}(?:{every}))(?:{before['of']})?\s"
            rf"(?:(?P<sure>{before['sure']})|{before['changing']})\s(?:(?:{compare})\s)?$"
        )
        self.told_not, self.change = compiled(before["not"]), compiled(before["change"])
        self.deed_behind = compiled(before["deed"])
        self.alone, self.again_number = compiled(again["alone"]), compiled(again["number"])
        self.again_behind, self.again_of = compiled(again["behind"]), compiled(again["of"])
        self.again_to = compiled(again["to"])
        self.everybody, self.each = compiled(owner["everybody"]), compiled(owner["each"])
        self.joint, self.blast = compiled(owner["joint"]), compiled(owner["blast"])
        self.self_told = compiled(owner["self"])
        self.world, self.joined = compiled(owner["world"]), compiled(owner["joined"])

    def value(self, text: str) -> float:
        """The value of digits or of a word, with its scale."""
        word = text.lower()
        if word in self.values:
            return float(self.values[word])
        head, _, scale = word.partition(" ")
        return float(head.replace(",", "")) * self.scale.get(scale, 1)


class Counter:
    """Reads the numbers of one Doc."""

    def __init__(self, view: View, words: FigureWords, masked: Masked) -> None:
        self._view, self._words, self._masked = view, words, masked

    def numbers(self) -> Iterator[Number]:
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
            elif (
                match["open"]
                and words.steps.match(match["open"])
                and words.change.search(text[max(0, match.start() - 80) : match.start()])
            ):
                for group in ("low", "high"):  # raised from 30 to 40: what was, and what will be
                    at, end = match.span(group)
                    yield Number(at, end, words.value(match[group]), None, None, "exactly", at, match.end())
            else:
                low, high = words.value(match["low"]), words.value(match["high"])
                yield Number(start, match.end(), None, low, high, comparator, match.start())

    @staticmethod
    def _bounds(comparator: Comparator, value: float) -> tuple[float | None, float | None]:
        if comparator in {"more_than", "at_least"}:
            return value, None
        if comparator in {"at_most", "less_than"}:
            return None, value
        return None, None

    def counted(self, number: Number, stop: int) -> Counted | None:
        words, text = self._words, self._masked.text
        measured = next(((m, unit) for p, unit in words.measures if (m := p.match(text, number.end))), None)
        if measured is not None:
            return self._measured(number, *measured, stop)
        if self._is_year(number):
            return None
        thing = words.part.match(text, number.end, stop) or words.thing.match(text, number.reach or number.end, stop)
        if thing is not None and not words.not_words.search(thing["thing"]):
            return self._noun(number, *thing.span("thing"), thing.end("thing"))
        return self._before(number)

    def _is_year(self, number: Number) -> bool:
        """Four digits without a comma."""
        return self._view.folded[number.at : number.end].isdigit() and (number.value or 0) in _YEARS

    def _noun(self, number: Number, begin: int, stop: int, end: int) -> Counted | None:
        """What a noun says that is counted; None for a noun of something else."""
        folded = self._view.folded[begin:stop]
        unit = next((u for p, u in self._words.noun_units if re.search(rf"(?:{p.pattern})$", folded)), None)
        return Counted(number, number.start, end, folded, unit) if unit is not None else None

    def _before(self, number: Number) -> Counted | None:
        """Its warheads numbered 50; cuts launchers to 900; of its old warheads 80 were dismantled."""
        words, text = self._words, self._masked.text
        sentence, stop = self._view.sentence_at(number.start)
        told = words.told_before.search(text, sentence, number.at)
        if told is not None and words.told_not.match(text, number.end):
            return None
        if told is not None and (told["sure"] or words.change.search(text, sentence, number.start)):
            return self._noun(number, *told.span("thing"), number.end)
        if words.deed_behind.match(text, number.reach or number.end, stop):
            nouns = list(words.any_thing.finditer(text, sentence, number.start))
            return self._noun(number, *nouns[-1].span(), number.end) if nouns else None
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
        if named is not None and unit in MEASURES:
            thing = self._view.folded[named.start("thing") : named.end("thing")]
            return Counted(number, number.start, measure.end(), thing, unit)
        if words.strength.match(text, measure.end()) or words.strength.search(around) or unit in {"kiloton", "megaton"}:
            return Counted(number, number.start, measure.end(), self._view.folded[number.start : measure.end()], unit)
        return None

    def again(self, number: Number, last: Counted, sentence: int, stop: int) -> Counted | None:
        """5,044 for the US; the United States 1,420; at least 600: what was counted before is counted again."""
        if last.unit == "percent" or self._is_year(number) or (number.value or 0) < _FEW:
            return None
        here = self._is_again(number, sentence, stop) or (
            last.number.start >= sentence and self._is_again_here(number, last, stop)
        )
        return replace(last, number=number, start=number.start, end=number.end, again=True) if here else None

    def _is_again(self, number: Number, sentence: int, stop: int) -> bool:
        """Words beside the number say that it is a number of the same things."""
        words, text = self._words, self._masked.text
        behind, before = text[number.end : stop], text[sentence : number.start]
        if words.of.match(behind) or words.kind["rate"].match(behind) or words.again_number.search(before):
            return True
        if len(before) < _OPENING and words.again_behind.match(behind):
            return True  # Another 90 are waiting.
        if words.change.search(before) and words.again_to.search(before) and words.alone.match(behind):
            return True  # It will be cut to 70.
        return words.bare.search(before) is not None and words.alone.match(behind) is not None

    def _is_again_here(self, number: Number, last: Counted, stop: int) -> bool:
        """In the same sentence: grew from 30 warheads to 40; of which 20 are ready; and 60 by 2035."""
        words, text = self._words, self._masked.text
        between = text[last.end : number.start]
        if words.again_behind.match(text, number.end, stop) or words.again_of.search(between):
            return True
        changing = words.change.search(text[max(0, last.start - 120) : last.start]) is not None
        return changing and words.again_to.search(between) is not None
