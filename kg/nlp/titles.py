"""Titles and posts in folded text: where they stand, of what kind they are, and whose they can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import ahocorasick

from kg.model import POST_KINDS, PostKind
from kg.nlp.document import View
from kg.nlp.scanning import Scanner

Level: TypeAlias = Literal["state", "body", "place", "none"]


@dataclass(frozen=True, slots=True)
class Title:
    """A post named in the text; ``start``/``end`` are the title with what belongs to it (副), without 前 or 时任."""

    start: int
    end: int
    kind: str
    """head_of_state, minister, spokesperson, diplomat …: a word of the table."""
    level: Level
    """What it is a post of: a state, a body (or the state when no body is named), a province, or nothing."""
    begin: int
    """Start of the words before the title that say when it was held (前, 时任, 候任); ``start`` without any."""
    former: bool = False
    base: str = ""
    """The folded word of the table (or the whole match of a pattern), without modifiers."""
    state: str | None = None
    """Authority key of the only state that has such a post; None when others have it too."""
    post_kind: PostKind | None = None
    """The kind as records have it, which tells some offices apart; None for what is no post."""

    @property
    def is_post(self) -> bool:
        """False for a profession or a polite form, which stands beside a name but is held of nobody."""
        return self.level != "none"


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    kind: str
    level: Level


class PostKinds:
    """The kinds of posts as records have them: those of the table's rows, and its ``offices`` for single titles."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._offices = {kind: re.compile(f"(?i:{words})") for kind, words in table.get("offices", {}).items()}

    def of(self, title: str, kind: str) -> PostKind | None:
        """The kind of a title that stands in a row of this kind; None for what is no post."""
        office = next((one for one, words in self._offices.items() if words.fullmatch(title)), kind)
        return next((known for known in POST_KINDS if known == office), None)


class TitleFinder:
    """Finds titles by the language's table ``titles``; without a table it finds none.

    The longest title wins: 外交部长 is one title, 外交部副部长 is the body 外交部 and the title 副部长.
    """

    def __init__(self, table: dict[str, Any]) -> None:
        self._words: Any = None
        if not table:
            return
        self._words = ahocorasick.Automaton()
        for word in _words(table):
            if word.text not in self._words:
                self._words.add_word(word.text, word)
        self._words.make_automaton()
        self._rows = [(row["kind"], row["level"]) for row in table.get("pattern", ())]
        self._patterns = Scanner([re.compile(row["pattern"]) for row in table.get("pattern", ())])
        self._places = [
            (row["kind"], re.compile(row["place_pattern"])) for row in table["title"] if row.get("place_pattern")
        ]
        modifiers = table["modifiers"]
        self._part = re.compile(f"(?:{modifiers['part']})+$")
        self._loose = re.compile(f"(?:{modifiers['loose']})+$")
        self._former = re.compile(f"(?:{modifiers['former']})$")
        self._former_not = re.compile(modifiers["former_not_before_pattern"])
        guard = table["guard"]
        self._not_after = re.compile(guard["not_after_pattern"])
        self._not_before = re.compile(guard["not_before_pattern"])
        self._guarded = {word: re.compile(p) for word, p in guard.get("words_before_pattern", {}).items()}
        self._guarded_after = {word: re.compile(p) for word, p in guard.get("words_after_pattern", {}).items()}
        self._states: dict[str, str] = table.get("states", {})
        self._kinds = PostKinds(table)

    def of(self, view: View) -> list[Title]:
        """The titles of a Doc; several components ask, and they are looked for once."""
        if view.titles is None:
            view.titles = self.find(view.folded)
        return view.titles

    def find(self, folded: str) -> list[Title]:
        """The titles of a text, in text order, none overlapping another."""
        if self._words is None:
            return []
        found = sorted(
            [*self._from_patterns(folded), *self._from_words(folded)], key=lambda t: (t.start - t.end, t.start)
        )
        kept: list[Title] = []
        taken = bytearray(len(folded))
        for title in found:
            if not any(taken[title.start : title.end]):
                taken[title.start : title.end] = b"\1" * (title.end - title.start)
                kept.append(title)
        return sorted(kept, key=lambda t: t.start)

    def _from_words(self, folded: str) -> Iterator[Title]:
        word: _Word
        for last, word in self._words.iter_long(folded):
            end = last + 1
            start = end - len(word.text)
            if self._is_word(folded, start, end, word.text):
                yield self._title(folded, start, end, word.kind, word.level)

    def _is_word(self, folded: str, start: int, end: int, text: str) -> bool:
        """False where the title is a part of a longer word (总统府), or of another one (会长期)."""
        before = folded[max(0, start - 10) : start]
        before_guard, after_guard = self._guarded.get(text), self._guarded_after.get(text)
        if self._not_after.match(folded, end) or self._not_before.search(before):
            return False
        if before_guard is not None and before_guard.search(before):
            return False
        return after_guard is None or after_guard.match(folded, end) is None

    def _from_patterns(self, folded: str) -> Iterator[Title]:
        for number, match in self._patterns.finditer(folded):
            if not self._not_after.match(folded, match.end()):
                yield self._title(folded, match.start(), match.end(), *self._rows[number])

    def _title(self, folded: str, start: int, end: int, kind: str, level: Level) -> Title:
        base = folded[start:end]
        before = folded[max(0, start - 12) : start]
        part = self._part.search(before)
        if part:
            start -= len(part[0])
            before = before[: part.start()]
        former, begin = self._time(before, start)
        if begin == start:
            for owner, pattern in self._places:
                place = pattern.search(before) if owner == kind else None
                start = begin = start - len(place[0]) if place else start
        text = folded[start:end]
        return Title(start, end, kind, level, begin, former, base, self._state(text, base), self._kinds.of(text, kind))

    def _state(self, title: str, base: str) -> str | None:
        """The only state with such a post; the words before it, 负责军控事务的 + 国务次卿, change nothing."""
        for name in (title, base):
            for begin in range(len(name) - 1):
                if name[begin:] in self._states:
                    return self._states[name[begin:]]
        return None

    def _time(self, before: str, start: int) -> tuple[bool, int]:
        """Whether the words before the title say that it is over, and where they begin."""
        loose = self._loose.search(before)
        rest = before[: loose.start()] if loose else before
        former = self._over(rest)
        if former is not None:
            return True, start - len(before) + former
        return False, start - len(loose[0]) if loose else start

    def former_before(self, folded: str, offset: int) -> bool:
        """True when the text that ends at ``offset`` says that what follows is over: 前 of 前俄罗斯总统."""
        if self._words is None:
            return False
        return self._over(folded[max(0, offset - 12) : offset]) is not None

    def _over(self, before: str) -> int | None:
        """Where the last word of a text begins when it says that what follows is over; 前 may be the end of 日前."""
        former = self._former.search(before)
        if former is None or (len(former[0]) == 1 and self._former_not.search(before[: former.start()])):
            return None
        return former.start()


def find_titles(folded: str, table: dict[str, Any]) -> list[Title]:
    """The titles of one text; to read many texts, keep a TitleFinder."""
    return TitleFinder(table).find(folded)


def _words(table: dict[str, Any]) -> Iterable[_Word]:
    """All titles of the table that are plain words, with the ministries spelt out."""
    for row in table["title"]:
        for text in row["words"].split("|"):
            yield _Word(text, row["kind"], row["level"])
            for party in row.get("parties", "").split("|"):
                yield _Word(party + text, row["kind"], row["level"])
    portfolio = table["portfolio"]
    for field in portfolio["names"].split("|"):
        for ending in portfolio["minister"].split("|"):
            if len(field) + len(ending) > 2:
                yield _Word(field + ending, "minister", "state")
        for ending in portfolio["deputy"].split("|"):
            yield _Word(field + ending, "deputy_minister", "body")
