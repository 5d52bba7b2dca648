"""Component ``kg_dates``: dates of the text as ISO dates, resolved against the date in context or of publication.

A date is only as precise as the words are. A word that cannot be resolved (no date of publication, no date before it)
gives no date. What another component needs is :func:`governing_date`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Literal

from spacy.language import Language
from spacy.tokens import Doc

from kg import lang
from kg.model import ACTOR_TYPES, DateMention
from kg.nlp import calendar
from kg.nlp.datewords import DateWords, Where
from kg.nlp.document import View, set_spans, within
from kg.nlp.numerals import Numerals
from kg.nlp.scanning import Scanner
from kg.nlp.timeline import Timeline

NAME = "kg_dates"
_AHEAD = 24
"""How many characters before a date may say that it is to come, where the table says no other number."""
_BOUND = 8
"""How many characters before a date may bind it, or stand between the two dates of a range."""
_DATABLE = frozenset({"State", "Place"})
"""Types of name that hold no date."""

_LIMITS = frozenset({"until", "before"})
"""Dates that limit what is told and are no step of the story."""
_CLAUSE_MARKS = ",;"
_SENTENCE_MARKS = re.compile("[,;:。!?\n]")
_NUMBER = re.compile(r"\(\?P<(?:y|m|d|n|rel|y2|m2|d2)>[^()]*\)")
"""A group of a pattern that stands for a number, or for a word before one."""
_BESIDE = re.compile(r"[\s(]{0,2}")
"""What stands between a date and its weekday."""
_DAY = 10
"""Length of a date that names its day."""
_OPENING, _CLOSING = "\u201c\u2018\u300c\u300e", "\u201d\u2019\u300d\u300f"

Relation = Literal["on", "since", "until", "before", "after"]
_BOUNDS: tuple[Relation, ...] = ("since", "until", "before", "after")


def governing_date(dates: Sequence[DateMention], sentence_start: int, offset: int, folded: str) -> DateMention | None:
    """The date that governs a verb or a number at ``offset``: one of its clause, else of its sentence before it.

    ``dates`` in text order; ``sentence_start``: where the sentence, or the part of it that may give the date, begins;
    ``folded``: the folded text of the article. The last date before ``offset`` wins; one that only bounds a span of
    time (since, until) wins when no other does, and one that says before which day never does. A date in a quotation
    that ends before ``offset`` dates what was said there and not what follows. None: the sentence gives no date.
    """
    before = [d for d in within(dates, sentence_start, offset) if d.relation != "before"]
    before = [d for d in before if not _was_quoted(folded, d.end, offset)]
    clause = max((folded.rfind(mark, sentence_start, offset) for mark in _CLAUSE_MARKS), default=-1)
    for some in ([d for d in before if d.start > clause], before):
        exact = [d for d in some if d.relation == "on"]
        if exact or some:
            return (exact or some)[-1]
    return None


def _was_quoted(folded: str, start: int, end: int) -> bool:
    """More quotations end than begin between two offsets, so that the first stands in one and the second does not."""
    depth = 0
    for character in folded[start:end]:
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth < 0:
                return True
    return False


def _is_quoted(folded: str, start: int, offset: int) -> bool:
    """A quotation that begins between two offsets has not ended at the second."""
    opened = max(folded.rfind(mark, start, offset) for mark in _OPENING)
    return opened >= 0 and all(folded.find(mark, opened, offset) < 0 for mark in _CLOSING)


class DateResolver:
    """Works by the language's table ``dates``; without it, it finds none."""

    def __init__(self, table: dict[str, Any], numerals: Numerals) -> None:
        self._words = DateWords(table, numerals)
        patterns = _patterns(table) if table else []
        self._kinds = [kind for kind, _ in patterns]
        self._scanner = Scanner([pattern for _, pattern in patterns])
        relation = {name: re.compile(pattern) for name, pattern in table.get("relation", {}).items()}
        self._before: list[tuple[Relation, re.Pattern[str]]] = []
        self._after: list[tuple[Relation, re.Pattern[str]]] = []
        for name in _BOUNDS:
            if f"{name}_before" in relation:
                self._before.append((name, relation[f"{name}_before"]))
            if f"{name}_after" in relation:
                self._after.append((name, relation[f"{name}_after"]))
        self._ahead: int = table.get("ahead", _AHEAD)
        self._future_before, self._future_after = relation.get("future_before"), relation.get("future_after")
        self._joined = relation.get("joined")
        conditions = table.get("conditions", {})
        self._named, self._plain = (frozenset(conditions.get(name, ())) for name in ("named", "plain"))
        dateline = table.get("dateline", {})
        self._dateline = re.compile(dateline["behind"]) if dateline else None
        self._dateline_within = int(dateline.get("within", 0))

    def __call__(self, doc: Doc) -> Doc:
        view = View.of(doc)
        article = view.article
        line = Timeline(article.date if article else None)
        names, named = _names(view), _name_ends(view)
        lines = [match.start() for match in re.finditer("\n+", view.folded)]
        found: list[DateMention] = []
        for kind, match in self._matches(view.folded, named):
            inside = kind not in self._plain and all(names[match.start() : match.end()])
            if inside or self._repeats(kind, match, found):
                continue
            sentence = bisect_right(view.sentences, (match.start(), len(view.folded) + 1))
            paragraph = bisect_right(lines, match.start())
            quoted = _is_quoted(view.folded, view.sentence_at(match.start())[0], match.start())
            where = Where(sentence, paragraph, self._is_ahead(match), self._leads(match), quoted)
            made = self._made(kind, match, where, line)
            if made is None:
                continue
            if self._words.steps(kind) and (line.last is None or made.relation not in _LIMITS):
                line.tell(made.value, where.sentence, where.paragraph)
            if self._is_dateline(match, lines[paragraph - 1] + 1 if paragraph else 0):
                line.write(made.value)
            if found and self._is_range(view.folded, found[-1], made):
                first = found.pop()
                made = DateMention(first.start, made.end, first.value, made.value, first.relation)
            found.append(made)
        doc._.dates = tuple(found)
        set_spans(doc, "dates", ((d.start, d.end, d.value, "") for d in found))
        return doc

    def _is_dateline(self, match: re.Match[str], paragraph: int) -> bool:
        """The date opens the paragraph as the day on which an agency wrote it."""
        if self._dateline is None or match.start() - paragraph > self._dateline_within:
            return False
        if _SENTENCE_MARKS.search(match.string, paragraph, match.start()):
            return False
        return self._dateline.match(match.string, match.end()) is not None

    @staticmethod
    def _repeats(kind: str, match: re.Match[str], found: Sequence[DateMention]) -> bool:
        """A weekday right behind a full date says nothing more."""
        said = match.groupdict()
        if kind != "weekday" or said.get("week") or said.get("d") or not found or len(found[-1].value) < _DAY:
            return False
        return _BESIDE.fullmatch(match.string, found[-1].end, match.start()) is not None

    def _matches(self, folded: str, named: frozenset[int]) -> list[tuple[str, re.Match[str]]]:
        """The leftmost longest matches of all patterns, in text order; ``named``: where names of actors end."""
        every = [
            (match.start(), -match.end(), number, self._kinds[number], match)
            for number, match in self._scanner.finditer(folded)
            if self._kinds[number] not in self._named or match.start() in named
        ]
        chosen: list[tuple[str, re.Match[str]]] = []
        end = 0
        for start, _, _, kind, match in sorted(every, key=lambda row: row[:3]):
            if start >= end:
                chosen.append((kind, match))
                end = match.end()
        return chosen

    def _is_ahead(self, match: re.Match[str]) -> bool:
        """Words before the date say that it is to come."""
        before = match.string[max(0, match.start() - self._ahead) : match.start()]
        return self._future_before is not None and self._future_before.search(before) is not None

    def _leads(self, match: re.Match[str]) -> bool:
        """Words behind the date may tell what is to come."""
        return self._future_after is not None and self._future_after.match(match.string, match.end()) is not None

    def _made(self, kind: str, match: re.Match[str], where: Where, line: Timeline) -> DateMention | None:
        groups = match.groupdict()
        value = self._words.value(kind, match, groups, where, line)
        if value is None:
            return None
        until = self._words.until(groups, value)
        return DateMention(match.start(), match.end(), value, until, self._relation(match))

    def _relation(self, match: re.Match[str]) -> Relation:
        for name, pattern in self._after:
            if pattern.match(match.string, match.end()):
                return name
        head = match.string[max(0, match.start() - _BOUND) : match.start()]
        for name, pattern in self._before:
            if pattern.search(head):
                return name
        return "on"

    def _is_range(self, folded: str, first: DateMention, second: DateMention) -> bool:
        """From one date to another: only a word of range stands between them."""
        if self._joined is None or first.until or second.until or first.relation not in {"on", "since"}:
            return False
        if second.start - first.end > _BOUND or first.value == second.value:
            return False
        joined = self._joined.fullmatch(folded, first.end, second.start) is not None
        return joined and calendar.not_before(second.value, first.value)


def _patterns(table: dict[str, Any]) -> list[tuple[str, re.Pattern[str]]]:
    """The patterns of a table with its word lists filled in, by kind."""
    fill = {
        "{Y}": f"(?:{table.get('year', '')})",
        "{N}": f"(?:{table.get('number', '')})",
        "{part}": table.get("part", ""),
        "{rel}": _alternatives(table.get("relative", {})),
        "{weeks}": _alternatives(table.get("weeks", {})),
        "{wd}": _alternatives(table.get("weekdays", {})),
        "{eras}": _alternatives(table.get("eras", {})),
        "{months}": _alternatives(table.get("months", {})),
        "{numbers}": _alternatives(table.get("numbers", {})),
        "{near}": _alternatives(table.get("near", {})),
        **{f"{{{name}}}": table.get(name, "(?!)") for name in ("not_day", "day_verb", "not_day_before")},
    }
    made: list[tuple[str, re.Pattern[str]]] = []
    for kind, pattern in table["patterns"].items():
        pattern = _spaced(pattern, table.get("spaced", ""))
        for mark, value in fill.items():
            pattern = pattern.replace(mark, value)
        made.append((kind, re.compile(pattern)))
    return made


def _spaced(pattern: str, units: str) -> str:
    """The pattern with room for blanks around its numbers, as some outlets write them; ``units``: a letter each."""
    if not units:
        return pattern
    pattern = _NUMBER.sub(r"\g<0> ?", pattern)
    return re.sub(rf"(?<=\) \?)([{units}])", r"(?:\1 ?)", pattern)


def _alternatives(words: dict[str, Any]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _names(view: View) -> bytearray:
    """A byte for each character, non-zero inside of names that may hold a number or a day without being a date."""
    inside = bytearray(len(view.folded))
    for mention in view.doc._.mentions:
        if mention.type not in _DATABLE:
            inside[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    return inside


def _name_ends(view: View) -> frozenset[int]:
    """Where the names of those who act end, a blank behind them included."""
    ends = {mention.end for mention in view.doc._.mentions if mention.type in ACTOR_TYPES}
    return frozenset(ends | {end + 1 for end in ends if view.folded.startswith(" ", end)})


@Language.factory(NAME, default_config={"language": "zh"}, assigns=["doc._.dates"])
def create(nlp: Language, name: str, language: str) -> DateResolver:
    """The component of a language."""
    return DateResolver(lang.table(language, "dates"), Numerals(lang.table(language, "numerals")))
