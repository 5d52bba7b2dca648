"""The items of a clause: names, dates and function words, and what can be told from their row alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from kg.model import ACTOR_TYPES, Mention

#: agent (by), with (and, with), patient (the marked object), at (in, to), other: prepositions; pivot: a verb whose
#: complement has a subject of its own; de: binds a description to its noun; join: joins nouns; end: closes a clause;
#: naming: only says what something is called.
Kind = Literal[
    "actor", "treaty", "weapon", "place", "date", "agent", "with", "patient", "at", "other", "pivot", "de", "join",
    "verb", "noun", "number", "word", "mark", "naming",
]  # fmt: skip

_RANK = {"State": 0, "Organization": 1, "Person": 2}


class Item(NamedTuple):
    """One piece of a clause; ``mentions``: what it names, all readings of the same characters."""

    kind: Kind
    start: int
    end: int
    mentions: tuple[Mention, ...] = ()


def joined_place(items: Sequence[Item], at: int) -> bool:
    """A further place follows: 在维也纳、罗马. Behind a word that also means "with", a state is none."""
    if at + 1 >= len(items) or items[at].kind not in {"join", "with"}:
        return False
    types = {"Place", "State"} if items[at].kind == "join" else {"Place"}
    return any(m.type in types for m in items[at + 1].mentions)


def leads_on(items: Sequence[Item], at: int) -> bool:
    """The noun only describes what follows it."""
    return at + 1 < len(items) and items[at + 1].kind in {"noun", "actor", "treaty", "weapon", "place", "de", "number"}


def joined_actor(items: Sequence[Item], at: int) -> int:
    """Index of the actor that is joined here, past titles; -1 when something else is."""
    while at < len(items) and items[at].kind in {"noun", "number", "date"}:
        at += 1
    return at if at < len(items) and items[at].kind == "actor" else -1


def outermost(mentions: Iterable[Mention]) -> dict[int, tuple[Mention, ...]]:
    """The mentions that lie in no longer one, by where they begin; states before organizations before persons."""
    found: dict[int, tuple[Mention, ...]] = {}
    end = 0
    for m in sorted(mentions, key=lambda m: (m.start, -m.end, _RANK.get(m.type, 3), m.type, m.entity)):
        if m.start in found and m.end == found[m.start][0].end:
            found[m.start] = (*found[m.start], m)
        elif m.start >= end:
            found[m.start] = (m,)
            end = m.end
    return found


def kind_of(group: Sequence[Mention]) -> Kind:
    types = {m.type for m in group}
    if types & ACTOR_TYPES:
        return "actor"
    if "Treaty" in types:
        return "treaty"
    return "weapon" if types & {"WeaponSystem", "WeaponClass"} else "place"
