"""Component ``kg_names``: names that the authority file does not know, longer and shorter forms, second names.

Runs after ``kg_authority`` and adds to its mentions. A new entity gets an id from its type and folded name, so that
the same new name in two articles meets; one whose second name is known is the known entity.
"""

from __future__ import annotations

import re
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import Entity, EntityType, Mention
from kg.nlp.addressed import AddressFinder
from kg.nlp.artefacts import ArtefactFinder
from kg.nlp.bodies import BodyFinder
from kg.nlp.designations import DesignationFinder
from kg.nlp.document import View, set_mentions
from kg.nlp.draft import Draft, Names, new_id
from kg.nlp.employers import EmployerFinder
from kg.nlp.folding import fold
from kg.nlp.localities import PlaceFinder
from kg.nlp.namesakes import NamesakeFinder
from kg.nlp.persons import PersonFinder
from kg.nlp.shortforms import ShortFormFinder
from kg.nlp.spaced.finder import CapitalFinder
from kg.nlp.spellings import SpellingFinder
from kg.nlp.titles import TitleFinder
from kg.nlp.trained import COMPONENT, ENTITIES
from kg.nlp.transliteration import transliterations

NAME = "kg_names"


class NameFinder:
    """Runs the finders one after the other over one draft; an earlier one's mentions stand."""

    def __init__(
        self,
        records: dict[str, Record],
        table: dict[str, Any],
        titles: dict[str, Any],
        capitals: CapitalFinder | None = None,
        labels: dict[str, list[EntityType]] | None = None,
    ) -> None:
        """``labels``: the types that the labels of a trained pipeline mean, for a language without capitals."""
        self._labels = labels or {}
        names = Names(records)
        self._capitals = capitals
        self._names = names
        self._titles = TitleFinder(titles)
        self._namesakes = NamesakeFinder(table, records)
        self._addressed = AddressFinder(table, titles, names)
        self._designations = DesignationFinder(table, names)
        self._persons = PersonFinder(table, names)
        self._spellings = SpellingFinder(table, titles, records, transliterations())
        self._bodies = BodyFinder(table, names)
        self._employers = EmployerFinder(records)
        self._places = PlaceFinder(table, names)
        self._artefacts = ArtefactFinder(table, names)
        self._short = ShortFormFinder(table)
        alias = table.get("alias", {})
        self._bracket = re.compile(alias["bracket"]) if alias else None
        self._no_name = re.compile(alias["no_name"]) if "no_name" in alias else None
        self._honorific = re.compile(f"(?:{alias['latin_honorific']})+") if alias else None
        self._called = re.compile(alias["called"]) if alias else None
        self._named_so = frozenset(alias["types"]) if "types" in alias else None

    def __call__(self, doc: Doc) -> Doc:
        view = View.of(doc)
        draft = Draft.of(view, NAME)
        titles = self._titles.of(view)
        if self._capitals is not None:
            self._capitals.find(draft)
        self._designations.find(draft)
        self._artefacts.find(draft)
        self._namesakes.find(draft, titles)
        self._persons.find(draft, titles)
        self._spellings.find(draft, titles)
        self._addressed.find(draft, titles)
        self._second_names(draft)
        self._short.find(draft)
        self._bodies.find(draft)
        self._employers.find(draft, titles)
        self._places.find(draft)
        self._second_names(draft)
        self._labelled(draft)
        doc._.entities = {m.entity: draft.entities[m.entity] for m in draft.mentions}
        set_mentions(doc, draft.mentions)
        return doc

    def _labelled(self, draft: Draft) -> None:
        """What a trained pipeline found where nothing else did; what the authority file says stands."""
        for start, end, label in draft.view.doc.user_data.get(ENTITIES, ()):
            types = self._labels.get(label, [])
            if not types or end - start < 2 or not draft.free(start, end):
                continue
            known = next((e for kind in types if (e := self._names.find(draft.view.folded[start:end], kind))), None)
            draft.add(start, end, known or draft.new(types[0], start, end), component=COMPONENT)

    def _second_names(self, draft: Draft) -> None:
        """X(Y) and X, for short Y: Y names X as well, here and further on."""
        folded = draft.view.folded
        for mention in sorted(draft.mentions, key=lambda m: (m.start, -m.end)):
            if self._named_so is not None and mention.type not in self._named_so:
                continue
            for pattern in (self._bracket, self._called):
                match = pattern.match(folded, mention.end) if pattern else None
                if match and self._fits(draft, mention, match[1]):
                    start, end = match.start(1), match.start(1) + len(match[1].rstrip())
                    if mention.type == "Person" and self._honorific:
                        title = self._honorific.match(folded, start, end)
                        start = title.end() if title else start
                    self._alias(draft, mention, start, end)
                    self._acronym(draft, mention, match)
                    break

    def _acronym(self, draft: Draft, mention: Mention, match: re.Match[str]) -> None:
        """The short name behind the long one in the same brackets: X (Full Name, FN)."""
        second = match.re.groupindex.get("second")
        if second and match[second] and mention.type != "Person" and match[second].isupper():
            now = [m for m in draft.at(mention.start, mention.end) if (m.start, m.end) == (mention.start, mention.end)]
            self._alias(draft, now[0] if now else mention, *match.span(second))

    def _fits(self, draft: Draft, mention: Mention, name: str) -> bool:
        """A second name is Latin with a capital, or as long as a name of its type can be."""
        if self._no_name is not None and self._no_name.fullmatch(name):
            return False
        if name.isascii():
            return bool(re.match(r"[A-Z]", name)) and not name.isdigit() and len(name) >= 2
        if mention.type in {"Treaty", "WeaponSystem"}:
            return not any(character.isdigit() for character in name)
        return False

    def _alias(self, draft: Draft, mention: Mention, start: int, end: int) -> None:
        entity = draft.entities[mention.entity]
        standing = [m for m in draft.at(start, end) if m.start == start and m.end == end]
        known = self._names.find(draft.view.folded[start:end], mention.type)
        other = draft.entities[standing[0].entity] if standing else known
        if other is not None and self._of_another_state(entity, other):
            for mention_ in standing:
                draft.remove(mention_)
            standing, other = [], None
        if not entity.known and other is not None and other.type == mention.type:
            draft.rename(entity, other)
            entity = other
        if not entity.known and other is None:
            entity = self._latin(draft, entity, start, end)
        if not standing:
            for inner in draft.at(start, end):
                if inner.start >= start and inner.end <= end and inner.type not in {"Place", "State"}:
                    draft.remove(inner)
            if draft.free(start, end):
                draft.add(start, end, entity)
        self._later(draft, entity, start, end)

    def _of_another_state(self, entity: Entity, other: Entity) -> bool:
        """A name that bodies of many states have, in brackets behind the full one: Joint Chiefs of Staff, say."""
        one, two = self._names.records.get(entity.id), self._names.records.get(other.id)
        if one is None or two is None or entity.type != "Organization" or entity.id == other.id:
            return False
        countries = [record.attributes.get("country") for record in (one, two)]
        return all(isinstance(country, str) for country in countries) and countries[0] != countries[1]

    @staticmethod
    def _latin(draft: Draft, entity: Entity, start: int, end: int) -> Entity:
        """A new person is known by the full name in Latin letters, where it is told, so that languages meet there."""
        name = draft.view.folded[start:end]
        old = draft.entities[entity.id]
        if entity.type != "Person" or not name.isascii() or " " not in name or old.id == new_id("Person", name):
            return entity
        made = Entity(new_id("Person", fold(name)), "Person", {**old.labels, "en": name}, known=False)
        draft.rename(old, made)
        draft.last_names.update({short: made.id for short, key in draft.last_names.items() if key == old.id})
        return made

    @staticmethod
    def _later(draft: Draft, entity: Entity, start: int, end: int) -> None:
        """The second name wherever it stands alone further on; a person's Latin surname too."""
        name = draft.view.folded[start:end]
        forms = [name]
        if entity.type == "Person" and " " in name:
            forms.append(name.rsplit(" ", 1)[1])
        for form in forms:
            if (entity.id, form) in draft.searched:
                continue
            draft.searched.add((entity.id, form))
            alone = re.compile(rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])")
            for match in alone.finditer(draft.view.folded, end):
                if draft.free(*match.span()):
                    draft.add(*match.span(), entity)


@Language.factory(NAME, default_config={"language": "zh"}, requires=["doc._.mentions"], assigns=["doc._.mentions"])
def create(nlp: Language, name: str, language: str) -> NameFinder:
    """The records are those that the tokenizer looks up."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    table = lang.table(language, "names")
    capitals = CapitalFinder(records, language) if "capitals" in table else None
    labels = None if capitals else lang.table(language, "tags").get("entities")
    return NameFinder(records, table, lang.table(language, "titles"), capitals, labels)
