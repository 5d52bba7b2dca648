"""Component ``kg_coreference``: what pronouns, 该国, 该条约, 双方 and titles alone stand for; no guesses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import Entity, EntityType, Mention
from kg.nlp.discourse import Discourse, quotations
from kg.nlp.document import View, mention_order, set_spans
from kg.nlp.quotes import Marks
from kg.nlp.referents import Referents
from kg.nlp.scanning import Scanner
from kg.nlp.spaced.reference import ReferenceWords, SpacedCoreference
from kg.nlp.titles import TitleFinder

NAME = "kg_coreference"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A stretch that may be an anaphor. ``noun``: the noun or title in it; ``pointing``: a title behind 该 or 这位."""

    start: int
    end: int
    kind: str
    noun: str = ""
    pointing: bool = False


class Coreference:
    """Goes once over the anaphors of an article in text order; each that is resolved counts as named for the next.

    An anaphor for several (双方) gives one mention for each, with the same offsets.
    """

    def __init__(self, records: Mapping[str, Record], tables: Mapping[str, dict[str, Any]]) -> None:
        table = tables["coreference"]
        self._records = records
        self._active = bool(table)
        self._titles = TitleFinder(tables["titles"])
        if not self._active:
            return
        self._opening, self._closing = table["speech"]["open"], table["speech"]["close"]
        self._referents = Referents(records, table)
        self._anaphor = Scanner([re.compile(_pattern(table))])
        self._skip_before = re.compile(table["plural"]["skip_before"])
        self._bare_tags = frozenset(table["treaty"]["bare_tags"].split("|"))
        self._bare_verb = re.compile(table["treaty"]["bare_before"])
        self._bare_not = re.compile(table["treaty"]["bare_not_before"])
        title = table["title"]
        self._title_before = re.compile(title["before"])
        self._bare_kinds = frozenset(title["bare_kinds"].split("|"))
        self._bare_before = re.compile(title["bare_before"])
        self._speaks = re.compile(table["pronoun"]["speaks"])

    def __call__(self, doc: Doc) -> Doc:
        if not self._active:
            return doc
        view = View.of(doc)
        discourse = Discourse.of(view, quotations(view.folded, self._opening, self._closing))
        taken = bytearray(len(view.folded))
        for mention in doc._.mentions:
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found: list[Mention] = []
        states = self._referents.states_of(doc._.positions, doc._.entities)
        genders: dict[str, str] = {}
        for candidate in self._candidates(view):
            start, end = candidate.start, candidate.end
            if any(taken[start:end]):
                continue
            entities = self._resolve(discourse, candidate, genders, states)
            made = [self._mention(doc, start, end, entity) for entity in dict.fromkeys(entities)]
            found.extend(made)
            if len(made) == 1 and not discourse.quoted(start):
                discourse.add(made[0])
        for mention in found:  # the parties of a treaty may be named nowhere in the article
            if mention.entity not in doc._.entities:
                doc._.entities[mention.entity] = self._records[mention.entity].entity
        doc._.anaphors = tuple(sorted(found, key=mention_order))
        set_spans(doc, "anaphors", ((m.start, m.end, m.type, m.entity) for m in doc._.anaphors))
        return doc

    def _candidates(self, view: View) -> list[_Candidate]:
        """All that may be an anaphor, in text order."""
        found = []
        for _, match in self._anaphor.finditer(view.folded):
            kind = str(match.lastgroup)
            noun = next((value for name, value in match.groupdict().items() if value and name.endswith("_noun")), "")
            found.append(_Candidate(*match.span(), kind, noun))
        return sorted([*found, *self._title_candidates(view)], key=lambda c: (c.start, -c.end))

    def _title_candidates(self, view: View) -> Iterator[_Candidate]:
        """该发言人, and 发言人 alone as the subject of a verb of saying."""
        persons = {m.start for m in view.doc._.mentions if m.type == "Person"}
        for title in self._titles.of(view):
            if title.end in persons:
                continue
            pointing = self._title_before.search(view.folded[max(0, title.begin - 3) : title.begin])
            if pointing:
                yield _Candidate(title.begin - len(pointing[0]), title.end, "title", title.base, True)
            elif title.kind in self._bare_kinds and title.begin == title.start:
                bare = self._bare_before.search(view.folded[max(0, title.start - 1) : title.start])
                if bare and self._speaks.match(view.folded, title.end):
                    yield _Candidate(title.start, title.end, "title", title.base)

    def _resolve(
        self, discourse: Discourse, found: _Candidate, genders: dict[str, str], states: Mapping[str, str]
    ) -> list[str]:
        """The entities that an anaphor stands for; none while it is unsure."""
        refer, start, kind, doc = self._referents, found.start, found.kind, discourse.view.doc
        if kind in {"pair", "trio", "pair_persons", "they"}:
            return self._several(discourse, start, kind, states)
        one: str | None = None
        if kind in {"he", "she"}:
            one = self._person(discourse, start, found.end, "f" if kind == "she" else "m", genders)
        elif kind == "its" and not discourse.quoted(start):
            one = refer.owner(discourse, start)
        elif kind == "state":
            one = refer.state(discourse, start)
        elif kind == "treaty":
            one = refer.treaty(discourse, start, found.noun)
        elif kind == "bare" and self._is_bare(discourse.view, start):
            one = refer.only_treaty(discourse, start)
        elif kind == "organization":
            one = refer.organization(discourse, start, found.noun, doc._.entities)
        elif kind == "weapon":
            one = refer.weapon(discourse, start)
        elif kind == "title":
            one = refer.holder(discourse, start, found.noun, doc._.positions, found.pointing)
        elif kind in {"former", "latter"}:
            both = refer.of_pair(discourse, start)
            one = both[kind == "latter"] if both else None
        return [one] if one is not None else []

    def _person(self, discourse: Discourse, start: int, end: int, gender: str, genders: dict[str, str]) -> str | None:
        """A pronoun inside quoted speech may be anybody; outside of it, it is the subject of before."""
        if discourse.quoted(start):
            return None
        person = self._referents.person(discourse, start, end, genders, gender)
        if person is not None:
            genders.setdefault(person, gender)
        return person

    def _several(self, discourse: Discourse, start: int, kind: str, states: Mapping[str, str]) -> list[str]:
        view = discourse.view
        if self._skip_before.search(view.folded[max(0, start - 3) : start]):
            return []
        if any(m.end == start for m in discourse.between(max(0, start - 12), start)):
            return []
        if kind == "trio":
            return self._referents.group(discourse, start, 3, states)
        if kind == "pair":
            return self._referents.group(discourse, start, 2, states) or self._referents.met(discourse, start)
        return self._referents.two_persons(discourse, start)

    def _is_bare(self, view: View, start: int) -> bool:
        """条约 as a word of its own that nothing modifies."""
        number = view.token_at(start)
        if self._bare_verb.search(view.folded[max(0, start - 4) : start]):
            return True
        if view.starts[number] != start or self._bare_not.search(view.folded[max(0, start - 8) : start]):
            return False
        return number == 0 or view.ends[number - 1] < start or view.tags[number - 1] in self._bare_tags

    def _mention(self, doc: Doc, start: int, end: int, entity: str) -> Mention:
        type_: EntityType
        known: Entity | None = doc._.entities.get(entity)
        type_ = known.type if known is not None else self._records[entity].entity.type
        return Mention(start, end, type_, entity, "anaphor", NAME)


def _pattern(table: dict[str, Any]) -> str:
    """One pattern for all anaphors but titles: a named group for each kind."""
    pronoun, plural, treaty, body, weapon = (
        table[k] for k in ("pronoun", "plural", "treaty", "organization", "weapon")
    )
    nouns = "|".join(sorted(map(re.escape, body["nouns"]), key=lambda n: (-len(n), n)))
    words = body["words"]
    parts = [
        f"(?P<pair_persons>{plural['pair_persons']})",
        f"(?P<they>{pronoun['they']})",
        f"(?P<he>{pronoun['he']})",
        f"(?P<she>{pronoun['she']})",
        f"(?P<its>{pronoun['its']})",
        f"(?P<pair>{plural['pair']})",
        f"(?P<trio>{plural['trio']})",
        f"(?P<state>{table['state']['words']})",
        f"(?P<treaty>{treaty['demonstrative']})",
        f"(?P<organization>(?:{words['before']})(?P<organization_noun>{nouns})(?!{words['not_after']}))",
        f"(?P<weapon>(?:{weapon['before']})(?:{weapon['nouns']}))",
        f"(?P<bare>{treaty['bare']})",
        f"(?P<former>{table['pair']['former']})",
        f"(?P<latter>{table['pair']['latter']})",
    ]
    return "|".join(parts)


@Language.factory(
    NAME,
    default_config={"language": "zh"},
    requires=["doc._.mentions", "doc._.positions"],
    assigns=["doc._.anaphors"],
)
def create(nlp: Language, name: str, language: str) -> Coreference | SpacedCoreference:
    """The records are those that the tokenizer looks up."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    posts, table = lang.table(language, "posts"), lang.table(language, "coreference")
    if table and lang.table(language, "language").get("spaces"):
        words = ReferenceWords(table, posts, lang.table(language, "demonyms").get("states", {}))
        return SpacedCoreference(
            words, records, Marks(lang.table(language, "quotes"), lang.table(language, "language"))
        )
    return Coreference(records, {table: lang.table(language, table) for table in ("coreference", "titles")})
