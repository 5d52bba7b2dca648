"""Clauses as rows of items: what stands where, and which noun phrase plays which part beside a verb.

A clause runs from one comma to the next, remarks in parentheses left out. Its items are the mentions, dates and
function words of the table ``events``; every other token counts by its tag. Nothing here knows what an event is.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kg.model import DateMention, Mention
from kg.nlp.document import View
from kg.nlp.items import Item, Kind, joined_actor, joined_place, kind_of, leads_on, outermost
from kg.nlp.scanning import Beginnings

_NOUNS = frozenset({"n", "nr", "nt", "nw", "nz", "PER", "ORG", "LOC", "ns", "s", "vn", "an", "f"})
_FUNCTIONS: tuple[Kind, ...] = (
    "naming",
    "agent",
    "with",
    "patient",
    "at",
    "other",
    "pivot",
    "de",
    "join",
    "word",
    "noun",
    "verb",
)


@dataclass(slots=True)
class Reading:
    """The parts that the noun phrases of a stretch play beside the verb that follows it."""

    subject: tuple[Mention, ...] = ()
    outer: tuple[Mention, ...] = ()
    """The first subject, where a later one stands under a pivot."""
    outer_blocked: bool = False
    """A noun that names no actor is the subject of the first pivot."""
    opened: bool = True
    """No pivot has come: ``blocked`` tells of the clause itself and not of what is said in it."""
    about: tuple[Mention, ...] = ()
    """The actors behind the last preposition that may govern a whole clause: 对美国退出条约表示遗憾."""
    by: tuple[Mention, ...] = ()
    origin: tuple[Mention, ...] = ()
    """The actors behind the last preposition that says where something comes from."""
    partners: tuple[Mention, ...] = ()
    owner: tuple[Mention, ...] = ()
    """Whose thing it is: the actor before the last possessive mark."""
    nearest: tuple[Mention, ...] = ()
    """The actors with nothing but numbers, dates and nouns between them and the end."""
    named: list[tuple[Item, str]] = field(default_factory=list)
    """Treaties and weapons with their part: subject, patient, object, or the preposition before them."""
    places: list[Item] = field(default_factory=list)
    blocked: bool = False
    """A noun that names no actor is the subject."""
    subject_end: int = 0
    origin_at: int = -1
    """Where the words begin that say where something comes from; -1 behind any other preposition."""
    marked_at: int = -1
    """Where the mark of the object (把, 将) stands; -1 without one."""


_Words: TypeAlias = list[tuple[Kind, re.Pattern[str]]]


class ClauseWords:
    """The part ``[words]`` of a table of events, compiled once: a pattern for each kind of function word."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        words: Mapping[str, str] = table["words"]
        self.functions = [(kind, re.compile(words[kind])) for kind in _FUNCTIONS if kind in words]
        self.localizer = re.compile(words["localizer"])
        self.boundary = re.compile(words["boundary"])
        self.remark = re.compile(words["remark"])
        self.about = re.compile(words["about"])
        fused: list[tuple[Kind, str]] = [("other", "fused"), ("with", "fused_with"), ("agent", "fused_agent")]
        self.fused = [(kind, re.compile(words[name])) for kind, name in fused]
        self._beginnings = Beginnings([pattern for _, pattern in (*self.fused, *self.functions)])
        self._by_first: dict[str, tuple[_Words, _Words]] = {}
        self.inside = re.compile(f"(?:{words['former']})|(?:{words['capital']})")
        self.apposed = re.compile(words["apposed"])
        self.witness, self.origin = re.compile(words["witness"]), re.compile(words["origin"])
        self.same_subject = re.compile(words["same_subject"])
        self.resume = re.compile(words["resume"])
        self.time = re.compile(words["time"])
        self.one_of = re.compile(words["one_of"])
        self.told_by = re.compile(words["told_by"])
        self.paper = re.compile(f"(?:{words['paper']})$")

    def beginning_with(self, character: str) -> tuple[_Words, _Words]:
        """The fused words and the function words that may begin with a character."""
        if character not in self._by_first:
            numbers, fused = self._beginnings.of(character), len(self.fused)
            first = [self.fused[number] for number in numbers if number < fused]
            self._by_first[character] = first, [self.functions[n - fused] for n in numbers if n >= fused]
        return self._by_first[character]


class Clauses:
    """The clauses of one Doc. Offsets are characters of its text."""

    def __init__(
        self, view: View, words: ClauseWords, mentions: Iterable[Mention], dates: Iterable[DateMention]
    ) -> None:
        self._view = view
        self._words = words
        self._text = view.folded
        self._dates = {date.start: date.end for date in dates}
        self._at = outermost(mentions)
        self._posts = {post.start: post.end for post in view.doc._.positions}
        self._remarks = [(m.start(), m.end()) for m in words.remark.finditer(view.folded)]
        inside = [(start, end) for group in self._at.values() for start, end in [(group[0].start, group[0].end)]]
        covered = bytearray(len(view.folded))
        for start, end in [*inside, *self._remarks]:
            covered[start:end] = b"\1" * (end - start)
        cuts = [m.end() for m in words.boundary.finditer(view.folded) if not covered[m.start()]]
        self._starts = sorted({0, *cuts, *(start for start, _ in view.sentences)})
        self._items: dict[tuple[int, int], list[Item]] = {}

    def bounds(self, offset: int) -> tuple[int, int]:
        """The clause that covers a character, its end without the mark that closes it."""
        at = bisect_right(self._starts, offset) - 1
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self._text)
        return self._starts[at], end

    def before(self, start: int) -> tuple[int, int] | None:
        """The clause that ends where this one starts; None at the beginning of the text."""
        at = bisect_left(self._starts, start) - 1
        return (self._starts[at], start) if at >= 0 else None

    def in_remark(self, offset: int) -> bool:
        at = bisect_right(self._remarks, (offset, len(self._text))) - 1
        return at >= 0 and self._remarks[at][0] <= offset < self._remarks[at][1]

    def items(self, start: int, end: int) -> list[Item]:
        """The items between two offsets, in text order."""
        key = (start, end)
        if key not in self._items:
            self._items[key] = self._read(start, end)
        return self._items[key]

    def _read(self, at: int, end: int) -> list[Item]:
        found: list[Item] = []
        remarks = {a: b for a, b in self._remarks if a >= at and b <= end}
        while at < end:
            if at in remarks:
                at = remarks[at]
                continue
            item = self._item(at, end)
            if item.kind != "mark":
                found.append(item)
            at = max(at + 1, item.end)
        return found

    def _item(self, at: int, end: int) -> Item:
        post = self._posts.get(at, end + 1)
        if post <= end:
            return Item("noun", at, post)
        group = self._at.get(at)
        if group and group[0].end <= end:
            return Item(kind_of(group), at, group[0].end, group)
        if at in self._dates and self._dates[at] <= end:
            return Item("date", at, self._dates[at])
        fused, functions = self._words.beginning_with(self._text[at])
        for kind, pattern in fused:
            if pattern.match(self._text, at) and self._view.is_edge(at):
                return Item(kind, at, at + 1)
        for kind, pattern in functions:
            match = pattern.match(self._text, at)  # it may look ahead past the end of the stretch
            if match and at < match.end() <= end and self._fits(at, match.end()):
                return Item(kind, at, match.end())
        token = self._view.token_at(at)
        stop = min(end, self._view.ends[token], self._next_name(at))
        tag = self._view.tags[token]
        if tag == "w" or not self._text[at].isalnum():
            return Item("mark", at, at + 1)
        if tag in {"v", "vd"}:
            return Item("verb", at, stop)
        if tag in _NOUNS:
            return Item("noun", at, stop)
        return Item("number" if tag in {"m", "q", "a", "r"} else "word", at, stop)

    def _fits(self, start: int, end: int) -> bool:
        """A function word of one character must be a word, a longer one must end or begin one."""
        if end - start == 1:
            return self._view.is_edge(start) and self._view.is_edge(end)
        return self._view.is_edge(start) or self._view.is_edge(end)

    def _next_name(self, at: int) -> int:
        for offset in range(at + 1, min(at + 12, len(self._text))):
            if offset in self._at or offset in self._dates:
                return offset
        return len(self._text)

    # the parts of a stretch

    def reading(self, start: int, end: int) -> Reading:
        """Who does what in the words between two offsets, the verb standing at ``end``."""
        items = self.items(start, end)
        made = Reading(subject_end=start)
        pending, verb, at = "", False, 0
        while at < len(items):
            item = items[at]
            if item.kind == "actor":
                heads, after = self._group(items, at, placed=pending == "at")
                at = self._place(made, items, heads, after, pending, verb)
                pending = ""
                continue
            if not made.opened and self._words.resume.match(self._text, item.start):
                made.subject, pending, verb = made.outer, "", False
            elif item.kind in {"treaty", "weapon"}:
                followed = at + 1 < len(items) and items[at + 1].kind == "de"
                made.named.append((item, pending or ("object" if verb else "subject")))
                pending = pending if followed else ""
                made.nearest = ()
            elif item.kind == "place":
                made.places.append(item)
                pending = pending if pending == "at" and joined_place(items, at + 1) else ""
            elif item.kind == "with" and pending == "at" and joined_place(items, at):
                pass
            elif item.kind in {"agent", "with", "patient", "at", "other"}:
                made.marked_at = item.start if item.kind == "patient" else made.marked_at
                pending = "about" if self._words.about.match(self._text, item.start, item.end) else item.kind
                comes = self._words.origin.fullmatch(self._text, item.start, item.end)
                made.origin_at = item.end if comes else -1
                made.nearest = ()
            elif item.kind == "pivot":
                made.outer = made.outer or made.subject
                made.outer_blocked = made.outer_blocked or (made.blocked and not made.outer)
                pending, verb, made.blocked, made.nearest, made.opened = "", False, False, (), False
                if self._words.witness.match(self._text, item.start, item.end):
                    made.subject, made.blocked, made.named = (), True, []
            elif item.kind == "verb":
                kept = pending == "patient" and any(later.kind == "de" for later in items[at:])
                pending, verb, made.nearest = pending if kept else "", True, ()
            elif item.kind == "de" and verb and not made.subject:
                pending, verb = "", False  # a description ends whose noun may be the subject: 管辖导弹的A
            elif item.kind == "noun" and not pending and not verb and not made.subject:
                made.blocked = made.blocked or not (at and items[at - 1].kind in {"treaty", "weapon"})
            elif item.kind == "noun" and pending and not leads_on(items, at):
                pending = ""
            at += 1
        return made

    def _place(
        self, made: Reading, items: Sequence[Item], heads: tuple[Mention, ...], after: int, pending: str, verb: bool
    ) -> int:
        """Give a noun phrase of actors its part; the index of the item behind it."""
        following = items[after] if after < len(items) else None
        possessive = following is not None and following.kind == "de"
        if pending == "at" and heads[0].start == self._first(items) and self.is_time(heads[-1].end):
            pending = ""
        if following and self._words.localizer.match(self._text, items[after - 1].end):
            pending = "at" if pending in {"", "about"} else pending  # 对台湾附近
        if following is not None and self._words.told_by.match(self._text, following.start):
            pass  # who only calls it so: 白宫所说的「X」
        elif pending == "agent":
            made.by = heads
        elif pending == "with":
            made.partners = (*made.partners, *heads)
        elif pending == "about":
            made.about = heads
        elif pending in {"at", "other", "patient"}:
            made.origin = heads if heads[0].start == made.origin_at else made.origin
            made.places += [item for item in items[:after] if pending == "at" and item.end == heads[-1].end]
        elif possessive:
            made.owner = heads
        elif not verb and self._words.paper.search(self._text, heads[-1].end, items[after - 1].end):
            made.subject, made.blocked = (), True  # a paper of somebody does not do what it tells
        elif not verb or (len(heads) > 1 and self._begins_clause(items, after)):
            made.subject, made.blocked = heads[-1:] if verb else heads, False
            made.subject_end = items[after - 1].end
        made.nearest = heads if pending in {"", "agent", "at"} else ()
        return after

    def _begins_clause(self, items: Sequence[Item], after: int) -> bool:
        """The last of several joined actors has a verb of its own: A进攻B以及C + 接连 + 发射."""
        rest = items[after:]
        alone = bool(rest) and all(item.kind in {"word", "date", "number"} for item in rest)
        return alone and not self._words.same_subject.search(self._text, rest[0].start, rest[-1].end)

    @staticmethod
    def _first(items: Sequence[Item]) -> int:
        """Where the words behind the preposition begin that opens the clause, past adverbs; -1 without one."""
        at = next((n for n, item in enumerate(items) if item.kind not in {"word", "number", "date"}), len(items))
        return items[at + 1].start if len(items) > at + 1 and items[at].kind == "at" else -1

    def is_time(self, offset: int) -> bool:
        """The clause gives a time, its preposition governs all of it: 在印度进行核试验后."""
        start, end = self.bounds(offset)
        return self._words.time.search(self._text, start, end) is not None

    def group_at(self, start: int, end: int) -> tuple[Mention, ...]:
        """The heads of the noun phrase of actors that begins here; none where none does."""
        items = self.items(start, end)
        at = next((n for n, item in enumerate(items) if item.kind not in {"noun", "number", "word"}), len(items))
        return self._group(items, at)[0] if at < len(items) and items[at].kind == "actor" else ()

    def _group(self, items: Sequence[Item], at: int, *, placed: bool = False) -> tuple[tuple[Mention, ...], int]:
        """The heads of a noun phrase that begins with an actor, and the index of the item behind it.

        A, B and C are three heads; the state, title and name of one person are one, the last. ``placed``: behind a
        preposition of place, where a person is no second place: 在新加坡与A会面.
        """
        heads = [items[at].mentions[0]]
        last, at = items[at], at + 1
        while at < len(items):
            item = items[at]
            if item.kind == "actor":
                if at + 1 < len(items) and self._words.told_by.match(self._text, items[at + 1].start):
                    break
                beside = item.start == last.end and item.end - item.start == 1 == last.end - last.start
                if not beside:
                    heads.pop()
                heads.append(item.mentions[0])
                last = item
            elif item.kind in {"with", "join"}:
                partner = joined_actor(items, at + 1)
                if partner < 0 or (placed and items[partner].mentions[0].type == "Person"):
                    break
                if self._is_apposition(items, last, at, partner):
                    heads.pop()
                heads.append(items[partner].mentions[0])
                last, at = items[partner], partner
            elif self._words.inside.fullmatch(self._text, item.start, item.end) and leads_on(items, at):
                pass
            elif item.kind != "noun" or self._words.localizer.match(self._text, item.start):
                break
            at += 1
        return tuple(dict.fromkeys(heads)), at

    def _is_apposition(self, items: Sequence[Item], last: Item, at: int, partner: int) -> bool:
        """A post of a body before a mark, and behind it another post of the same person: 政治局委员、外长王毅."""
        first, second = last.mentions[0].type, items[partner].mentions[0].type
        titled = items[at - 1].kind == "noun" and items[at - 1].start >= last.end
        if (
            first == "Person"
            or not titled
            or not self._words.apposed.fullmatch(self._text, items[at].start, items[at].end)
        ):
            return False
        if second == "Person":
            return partner > at + 1
        person = joined_actor(items, partner + 1)
        named = person > partner + 1 and items[person].mentions[0].type == "Person"
        return named and first == second == "Organization"

    def region(self, start: int, end: int) -> int:
        """Where the relative clause begins whose verb stands at ``end``: behind the last verb with a complement."""
        items = self.items(start, end)
        content = False
        for item in reversed(items):
            if item.kind in {"verb", "pivot", "patient"} and content:
                return item.end
            if item.kind == "other":
                return item.end
            content = content or bool(self._words.one_of.match(self._text, item.start, item.end))
            content = content or item.kind in {"actor", "date", "agent", "noun", "treaty", "weapon", "de", "at"}
        return start
