"""The names of an article in a language with capitals: what each finder adds, in its order."""

from __future__ import annotations

import re

from kg import lang
from kg.authority import Record
from kg.nlp.draft import Draft, Names
from kg.nlp.spaced.bodies import BodyFinder, PlaceFinder, ThingFinder
from kg.nlp.spaced.capitals import Labels, PersonFinder
from kg.nlp.spaced.posts import PostWords


class CapitalFinder:
    """Works by the tables ``names``, ``demonyms``, ``posts`` and ``tags`` of a language."""

    def __init__(self, records: dict[str, Record], language: str) -> None:
        names, table = Names(records), lang.table(language, "names")
        demonyms: dict[str, str] = lang.table(language, "demonyms").get("states", {})
        posts = lang.table(language, "posts")
        self._labels: dict[str, list[str]] = lang.table(language, "tags").get("entities", {})
        self._nationalities = frozenset(word for adjective in demonyms for word in adjective.split())
        title = re.compile(f"(?:{PostWords(posts).pattern})\\s$") if posts else None
        self._things = ThingFinder(table, names)
        self._persons = PersonFinder(table, names, title)
        self._bodies = BodyFinder(table, demonyms, names)
        self._places = PlaceFinder(table, names)

    def find(self, draft: Draft) -> None:
        """Add the names of an article."""
        labels = Labels(draft, self._labels)
        self._things.find(draft)
        self._persons.find(draft, labels, self._nationalities)
        self._bodies.find(draft, labels)
        self._places.find(draft, labels, self._nationalities)
