"""Which new persons of different articles are one: by the full name, or by a post and a name that sounds alike.

An article alone gives each of its new persons an entity by the name that it has for them, in Latin letters where it
gives them. Two such entities are one person when they share a full name, or a short one and a state or body that they
have a post of; or when both hold the same post at the same state or body within TERM_YEARS and the names are spellings
of one name. Where that would make two persons of one article one, or join two different names in Latin letters,
everything stays as it is.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kg.model import PostKind
from kg.nlp.folding import fold
from kg.nlp.transliteration import SAME, Transliterations

Reason: TypeAlias = Literal["name", "post"]

#: How many years lie at most between two articles that give one post to two spellings of a name.
TERM_YEARS = 8
_HELD_BY_FEW: frozenset[PostKind] = frozenset(
    {"head_of_state", "head_of_government", "foreign_minister", "defence_minister", "spokesperson", "chief"}
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+(?:[ .'’-]+[A-Za-z\u00c0-\u024f]+)+")
"""A full name in Latin letters has two parts at least."""
_PART = re.compile(r"[ .]+")
_CHARACTERS = re.compile(r"[\u3400-\u9fff]+·[\u3400-\u9fff·]+|[\u3400-\u9fff]{5,}")
"""A full name in characters: given name and surname, or a surname that nobody else is likely to have."""
_SHORT = re.compile(r"[\u3400-\u9fff]{3,4}")
"""Many have a surname such as 史密斯."""


@dataclass(frozen=True, slots=True, order=True)
class Post:
    """A post that an article gives to a person. ``of`` is the IRI of the state or body."""

    of: str
    kind: PostKind
    title: str
    year: int
    """Of the article."""

    @property
    def office(self) -> tuple[str, str, str]:
        """What two articles must agree on: the kind where few hold one at a time, the words of the title otherwise."""
        return (self.of, self.kind, "" if self.kind in _HELD_BY_FEW else fold(self.title).lower())


@dataclass(slots=True)
class NewPerson:
    """What all articles say of an entity that one name gave. ``iri`` is that of the name alone."""

    iri: str
    names: set[str] = field(default_factory=set)
    """The labels: the longest name in characters and the full Latin one, as far as the articles have them."""
    posts: set[Post] = field(default_factory=set)
    articles: set[str] = field(default_factory=set)

    @property
    def keys(self) -> Iterator[tuple[str, str]]:
        """What nobody else is likely to have: a folded full name, or a short one with the owner of a post."""
        for name in map(fold, self.names):
            if _LATIN.fullmatch(name) or _CHARACTERS.fullmatch(name):
                yield name, ""
            elif _SHORT.fullmatch(name):
                yield from ((name, owner) for owner in {post.of for post in self.posts})

    @property
    def latin(self) -> set[str]:
        """The full names in Latin letters."""
        return {name for name in map(fold, self.names) if _LATIN.fullmatch(name)}


@dataclass(frozen=True, slots=True)
class Link:
    """``iri`` is the person whose entity is ``target``."""

    iri: str
    target: str
    reason: Reason


def same_persons(
    people: Iterable[NewPerson], transliterations: Transliterations, in_characters: frozenset[str] = frozenset()
) -> list[Link]:
    """The links, sorted; the same for the same persons in whatever order.

    ``in_characters``: IRIs of states whose names are written in characters: a post there links nobody, because a name
    that is another by one character is another name.
    """
    known = {person.iri: person for person in sorted(people, key=lambda one: one.iri)}
    by_name = list(_by_name(known.values()))
    by_post = list(_by_post(known.values(), transliterations, in_characters))
    named = {one for pair in by_name for one in pair}
    links: list[Link] = []
    for group in _groups([*by_name, *by_post]):
        members = [known[one] for one in group]
        if _agree(members, transliterations):
            target = min(group, key=lambda one: (not known[one].latin, one))
            links += [Link(one, target, "name" if one in named else "post") for one in group if one != target]
    return sorted(links, key=lambda link: link.iri)


def _by_name(people: Iterable[NewPerson]) -> Iterator[tuple[str, str]]:
    by_key: dict[tuple[str, str], list[str]] = defaultdict(list)
    for person in people:
        for key in sorted(set(person.keys)):
            by_key[key].append(person.iri)
    for alike in by_key.values():
        yield from itertools.pairwise(alike)


def _by_post(
    people: Iterable[NewPerson], transliterations: Transliterations, in_characters: frozenset[str]
) -> Iterator[tuple[str, str]]:
    by_office: dict[tuple[str, str, str], list[tuple[Post, NewPerson]]] = defaultdict(list)
    for person in people:
        for post in sorted(person.posts):
            if post.of not in in_characters:
                by_office[post.office].append((post, person))
    for holders in by_office.values():
        for (post, one), (other_post, other) in itertools.combinations(holders, 2):
            near = one.iri != other.iri and abs(post.year - other_post.year) <= TERM_YEARS
            if near and _sound_alike(one, other, transliterations):
                yield min(one.iri, other.iri), max(one.iri, other.iri)


def _sound_alike(one: NewPerson, other: NewPerson, transliterations: Transliterations) -> bool:
    return any(transliterations.same(fold(a), fold(b)) for a in one.names for b in other.names)


def _groups(pairs: Iterable[tuple[str, str]]) -> list[list[str]]:
    """The connected ones, sorted."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent.setdefault(one, one) != one:
            one = parent[one]
        return one

    for one, other in pairs:
        first, second = sorted((root(one), root(other)))
        parent[second] = first
    groups: dict[str, list[str]] = defaultdict(list)
    for one in sorted(parent):
        groups[root(one)].append(one)
    return [groups[key] for key in sorted(groups)]


def _agree(members: list[NewPerson], transliterations: Transliterations) -> bool:
    """False when an article has two of them, or when their names in Latin letters are different names."""
    articles = [article for member in members for article in member.articles]
    if len(articles) != len(set(articles)):
        return False
    latin = sorted({name for member in members for name in member.latin})
    return all(_one_name(one, other, transliterations) for one, other in itertools.combinations(latin, 2))


def _one_name(one: str, other: str, transliterations: Transliterations) -> bool:
    """Two full names in Latin letters are spellings of one: the first parts sound alike, and the last ones."""
    first, second = _PART.split(one), _PART.split(other)
    return all(transliterations.alike(first[at], second[at]) >= SAME for at in (0, -1))
