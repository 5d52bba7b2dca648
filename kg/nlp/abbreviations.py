"""One-character names of states: in a run (美俄), before a title (俄外长), after a verb (访美); never inside words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from kg.authority import Name, Record
from kg.nlp.folding import fold
from kg.nlp.gazetteer import Candidate, Sense


class Abbreviations:
    """Finds abbreviations by the language's table ``abbreviations``; without that table it finds none."""

    def __init__(self, records: Iterable[Record], table: dict[str, Any]) -> None:
        self._by_key: dict[str, Record] = {}
        self._strong: dict[str, Sense] = {}
        self._weak: list[dict[str, Any]] = table.get("weak", [])
        self._open = {row["character"]: re.compile(row["open"]) for row in self._weak if "open" in row}
        self._of_character: dict[str, set[str]] = {}
        weak = {row["character"] for row in self._weak}
        for record in records:
            if record.entity.type == "State":
                for name in record.names:
                    if name.kind == "name" and (first := fold(name.text)[:1]) in weak:
                        self._of_character.setdefault(first, set()).add(record.entity.id)
            self._by_key[record.entity.id] = record
            for name in record.names:
                if name.kind == "abbreviation" and (character := fold(name.text)) in table.get("strong", ""):
                    self._strong[character] = Sense(record.entity.id, record.entity.type, name)
        self._table = table
        self._letters = "".join(sorted({*self._strong, *(row["character"] for row in self._weak)}))
        if self._letters:
            self._compile()

    def _compile(self) -> None:
        one = f"[{re.escape(self._letters)}]"
        joint = self._table["run"]["joint"]
        self._run = re.compile(f"{one}(?:{joint}{one})+")
        self._not_run = re.compile(self._table["run"]["not"])
        suffix, prefix = self._table["suffix"], self._table["prefix"]
        self._behind_run = re.compile(self._table["run"]["after"])
        self._joined = re.compile(f"({one})(?:{suffix['joined']})")
        self._before = re.compile(f"({one})(?={suffix['open']})")
        self._after = re.compile(f"(?:{prefix['open']})({one})(?!{prefix['not_before']})")
        extra = self._table.get("extra", {})
        self._extra = [(re.compile(f"[{row['after']}]({short})"), short, row["state"]) for short, row in extra.items()]

    def find(
        self,
        folded: str,
        words: Sequence[tuple[int, int, str]],
        taken: bytearray,
        named: Collection[str] = frozenset(),
    ) -> list[Candidate]:
        """The abbreviations in a folded text.

        ``words``: the segmenter's (start, end, tag) over the whole text; ``taken``: a byte for each character, non-zero
        where a longer name stands; ``named``: the keys of the states that the article names in full.
        """
        if not self._letters:
            return []
        word_at = [0] * len(folded)
        for number, (start, end, _) in enumerate(words):
            word_at[start:end] = [number] * (end - start)
        found: dict[int, Candidate] = {}
        for candidate in self._candidates(folded, words, word_at, taken, named):
            found.setdefault(candidate.start, candidate)
        return [found[start] for start in sorted(found)]

    def _candidates(
        self,
        folded: str,
        words: Sequence[tuple[int, int, str]],
        word_at: list[int],
        taken: bytearray,
        named: Collection[str],
    ) -> Iterator[Candidate]:
        closed = bytearray(taken)
        for match in self._not_run.finditer(folded):
            closed[match.start() : match.end()] = b"\1" * (match.end() - match.start())

        def free(start: int, end: int) -> bool:
            return not any(closed[start:end])

        for match in self._run.finditer(folded):
            start, end = self._trimmed(folded, match.start(), match.end(), closed)
            proved = self._behind_run.match(folded, end) is not None
            if end - start < 2 or not free(start, end):
                continue
            if proved or self._stands_alone(start, end, words, word_at):
                yield from self._members(folded, start, end)
        for match in chain(self._joined.finditer(folded), self._before.finditer(folded)):
            sense = self._state_at(folded, match.start(), named)
            if sense and free(match.start(), match.end()) and self._starts(match.start(), words, word_at, taken):
                yield Candidate(match.start(), match.end(), (sense,))
        for match in self._after.finditer(folded):
            at = match.start(1)
            sense = self.state(match[1], named) if words[word_at[at]][1] == at + 1 else None
            if sense and free(at, at + 1) and words[word_at[at]][0] >= match.start():
                yield Candidate(at, at + 1, (sense,))
        for pattern, short, key in self._extra:
            for match in pattern.finditer(folded):
                at = match.start(1)
                sense = self._sense(key, short)
                if sense and free(at, at + len(short)) and words[word_at[at]][1] == at + len(short):
                    yield Candidate(at, at + len(short), (sense,))

    def _trimmed(self, folded: str, start: int, end: int, closed: bytearray) -> tuple[int, int]:
        """The run without members that belong to a longer word at either side."""
        while start < end and closed[start]:
            start += 1
        while end > start and closed[end - 1]:
            end -= 1
        while start < end and folded[start] not in self._letters:
            start += 1
        while end > start and folded[end - 1] not in self._letters:
            end -= 1
        return start, end

    @staticmethod
    def _stands_alone(start: int, end: int, words: Sequence[tuple[int, int, str]], word_at: list[int]) -> bool:
        """No word begins before the run and reaches into it, and a word that goes on behind it began with it."""
        first, last = words[word_at[start]], words[word_at[end - 1]]
        if first[0] < start:
            return False
        if last[1] > end and last[2] == "PER":
            return False  # 韩泰松: a person's name begins with them
        return last[1] == end or last[0] <= start or (last[2] != "LOC" and last[0] >= start)

    @staticmethod
    def _starts(start: int, words: Sequence[tuple[int, int, str]], word_at: list[int], taken: bytearray) -> bool:
        """A word, or the end of another name, is right before."""
        return words[word_at[start]][0] == start or (start > 0 and taken[start - 1] != 0)

    def in_body(self, folded: str, start: int) -> Sense | None:
        """The state that the one character here stands for, when the name of a body or a post follows it."""
        match = self._before.match(folded, start) if self._letters else None
        return self.state(match[1]) if match else None

    def _state_at(self, folded: str, start: int, named: Collection[str]) -> Sense | None:
        """As ``state``, but for a character that is a common word only before what the table says."""
        own = self._open.get(folded[start])
        return self.state(folded[start], named) if own is None or own.match(folded, start + 1) else None

    def state(self, character: str, named: Collection[str] = frozenset()) -> Sense | None:
        """The state that one character stands for by itself; None when it needs a neighbour.

        ``named``: the states that the article names in full, which decide for a character that is several states'.
        """
        if character in self._strong:
            return self._strong[character]
        rows = [row for row in self._weak if row["character"] == character]
        for row in rows:
            if row["alone"] is True:
                return self._sense(row["state"], character)
        states = self._of_character.get(character, set()) & set(named) if rows else set()
        for row in rows:
            if row["alone"] == "named" and states == {row["state"]}:
                return self._sense(row["state"], character)
        return None

    def _members(self, folded: str, start: int, end: int) -> Iterator[Candidate]:
        """Each member of a run; nothing when no member is certain or one of them has no reading here."""
        letters = [(at, folded[at]) for at in range(start, end) if folded[at] in self._letters]
        members: list[Candidate] = []
        for number, (at, character) in enumerate(letters):
            beside = "".join(c for _, c in letters[:number] + letters[number + 1 :])
            sense = self._strong.get(character) or self._in_run(character, beside)
            if sense is None:
                return
            members.append(Candidate(at, at + 1, (sense,)))
        if any(character in self._strong for _, character in letters) or len(letters) > 1:
            yield from members

    def _in_run(self, character: str, beside: str) -> Sense | None:
        for row in self._weak:
            if row["character"] == character and set(row["beside"]) & set(beside):
                return self._sense(row["state"], character)
        return None

    def _sense(self, key: str, character: str) -> Sense | None:
        record = self._by_key.get(key)
        if record is None:
            return None
        return Sense(key, record.entity.type, Name(character, "", "abbreviation"))
