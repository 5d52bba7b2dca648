"""Which known names stand in a text: the longest ones, the names nested in them, and abbreviations.

Runs on strings inside the tokenizer, so that words can be cut where names begin and end. What a name means here is
decided later, by the component ``kg_authority``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from kg import lang
from kg.authority import Record
from kg.nlp.abbreviations import Abbreviations
from kg.nlp.gazetteer import Candidate, Gazetteer

_BODY = "Organization"
_LONGEST_NAME = 12

Words = Sequence[tuple[int, int, str]]


class Lookup:
    """The gazetteer of a language with its guards; made once for a pipeline."""

    def __init__(self, records: dict[str, Record], code: str) -> None:
        language = lang.table(code, "language")
        self.records = records
        self._gazetteer = Gazetteer(
            records.values(),
            script=language["fold_script"],
            spaces=language.get("spaces", False),
            plural=language.get("plural", ""),
        )
        self._abbreviations = Abbreviations(records.values(), lang.table(code, "abbreviations"))
        person = lang.table(code, "names").get("person")
        self._rest = None
        if person:
            letters = re.escape(person["transliteration_characters"])
            self._rest = re.compile(f"(?!{person['not_first']})[{letters}]{{1,3}}")
            self._given = re.compile(rf"(?!{person['not_first']})(?!{person['speaks']})[\u3400-\u9fff]")
            self._surnames = frozenset(person["surnames_chinese"])
        table = lang.table(code, "authority")
        self._inside = _compiled(table.get("inside", {}).get("not"))
        foreign = table.get("foreign")
        self._latin = _compiled(foreign["latin"]) if foreign and person else None
        self._latin_name = _compiled(foreign["latin_name"]) if foreign else None
        self._foreign = re.compile(f"[{letters}·]{{3,}}$") if person else re.compile("$")
        self._cut = _compiled(table.get("cut", {}).get("behind"))
        self._titled = _compiled(table.get("trim", {}).get("person"))
        self._joint = _compiled(table.get("joint", {}).get("name"))
        self._office = _compiled(table.get("office", {}).get("behind"))
        self._thing = _compiled(table.get("thing", {}).get("behind"))
        self._whole = _compiled(table.get("whole", {}).get("behind"))
        trap = table.get("trap", {})
        self._trap = _compiled(f"(?:{trap['name']})(?={trap['after']})") if trap else None

    def find(self, folded: str, words: Words) -> list[Candidate]:
        """Candidates in text order, nested ones after what they are nested in.

        ``words``: (start, end, tag) of the segmenter over the whole text.
        """
        matches = self._unguarded(folded, words)
        outer: list[Candidate] = []
        nested: list[Candidate] = []
        for candidate in sorted(matches, key=lambda c: (c.start, -c.end)):
            if not outer or candidate.start >= outer[-1].end:
                outer.append(candidate)
            elif (
                candidate.start == outer[-1].start
                and _is_state_in_body(candidate, outer[-1])
                and not (self._whole and self._whole.match(folded, candidate.end))
            ):
                nested.append(candidate)
        nested += self._short_states(folded, outer, {candidate.start for candidate in nested})
        taken = bytearray(len(folded))
        for candidate in outer:
            taken[candidate.start : candidate.end] = b"\1" * (candidate.end - candidate.start)
        named = {s.key for c in outer for s in c.senses if s.type == "State" and s.name.kind == "name"}
        short = self._abbreviations.find(folded, words, taken, named)
        return sorted([*outer, *nested, *short], key=lambda c: (c.start, -c.end))

    def _short_states(self, folded: str, outer: list[Candidate], done: set[int]) -> Iterator[Candidate]:
        """One-character states that begin the name of a body of that state."""
        for candidate in outer:
            countries = {code for s in candidate.senses if s.type == _BODY for code in self._countries(s.key)}
            if candidate.start in done or not countries:
                continue
            sense = self._abbreviations.in_body(folded, candidate.start)
            if sense and self.records[sense.key].attributes.get("iso_alpha2") in countries:
                yield Candidate(candidate.start, candidate.start + 1, (sense,))

    def _countries(self, key: str) -> list[str]:
        """The states that a body is of: one, or several (北美防空司令部)."""
        country = self.records[key].attributes.get("country") or []
        return [country] if isinstance(country, str) else list(country)

    def _unguarded(self, folded: str, words: Words) -> Iterator[Candidate]:
        """All matches but those that are part of another word."""
        traps = {m.start(): m.end() for m in self._trap.finditer(folded)} if self._trap else {}
        inside = [m.span() for m in self._inside.finditer(folded)] if self._inside else []
        foreign = list(self._foreign_names(folded))
        latin = [m.span(1) for m in self._latin_name.finditer(folded)] if self._latin_name else []
        starts = [word[0] for word in words]
        for candidate in self._gazetteer.all_matches(folded, shortest=2):
            start, end = candidate.start, candidate.end
            if traps.get(start) == end:
                continue
            if inside and any(a <= start and end <= b and b - a > end - start for a, b in inside):
                continue
            if foreign and any(a < start and end < b for a, b in foreign) and not candidate.has("Person"):
                continue
            if (
                latin
                and any(a <= start and end <= b and b - a > end - start for a, b in latin)
                and candidate.is_a("State")
            ):
                continue
            if self._cut and self._cut.match(folded, end):
                continue
            if self._thing and self._thing.match(folded, end) and candidate.is_a("Person"):
                continue
            if self._titled and self._titled.match(folded, start, end) and candidate.is_a("Person"):
                continue  # President Xi hides Xi Jinping
            if self._office and self._office.match(folded, end) and candidate.is_a(_BODY):
                continue
            joint = self._joint.match(folded[start:end]) if self._joint and words else None
            if joint and words[bisect_right(starts, start + joint.end()) - 1][0] != start + joint.end():
                continue
            if self._begins_longer(candidate, folded, words, starts):
                continue
            if end - start == 2 and _cut_out(start, end, words, starts) and not _may_be_capital(candidate):
                continue
            yield candidate

    def _foreign_names(self, folded: str) -> Iterator[tuple[int, int]]:
        """The runs of letters of foreign names before Latin ones in brackets."""
        for bracket in self._latin.finditer(folded) if self._latin else ():
            end = bracket.start()
            run = self._foreign.search(folded[max(0, end - _LONGEST_NAME) : end])
            if run:
                yield end - len(run[0]), end

    def _begins_longer(self, candidate: Candidate, folded: str, words: Words, starts: list[int]) -> bool:
        """A known name at the start of what the segmenter calls one longer person: 巴洛 in 巴洛奇, 德里 in 德里维埃."""
        if self._rest is None or not words:
            return False
        word = words[max(0, bisect_right(starts, candidate.start) - 1)]
        if word[2] not in {"PER", "nr"} or word[0] != candidate.start or word[1] <= candidate.end:
            return False
        short = candidate.end - candidate.start == 2
        if candidate.is_a("Person") and short and folded[candidate.start] in self._surnames:
            return self._given.fullmatch(folded, candidate.end, word[1]) is not None
        if not (candidate.is_a("Person") or (candidate.is_a("Place") and short)):
            return False
        return self._rest.fullmatch(folded, candidate.end, word[1]) is not None


def _cut_out(start: int, end: int, words: Words, starts: list[int]) -> bool:
    """A name of two characters in the middle of a person's name or across two words."""
    if not words or start < starts[0]:
        return False
    first = words[bisect_right(starts, start) - 1]
    last = words[bisect_right(starts, end - 1) - 1]
    if first == last:
        return first[2] == "PER" and first[0] < start
    return first[0] < start and last[1] > end


def _may_be_capital(candidate: Candidate) -> bool:
    return any(sense.name.kind == "metonym" for sense in candidate.senses)


def _is_state_in_body(candidate: Candidate, outer: Candidate) -> bool:
    states = (s for s in candidate.senses if s.type == "State" and s.name.kind == "name")
    return any(states) and any(s.type == _BODY for s in outer.senses)


def _compiled(pattern: str | None) -> re.Pattern[str] | None:
    return re.compile(pattern) if pattern else None
