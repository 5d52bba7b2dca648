"""Component ``kg_authority``: which known entity each known name means here, if any."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import LOOK_UP, Entity, Mention
from kg.nlp.context import Around
from kg.nlp.document import View, scratch, set_mentions
from kg.nlp.folding import fold
from kg.nlp.gazetteer import Candidate, Sense
from kg.nlp.metonyms import Metonyms
from kg.nlp.trained import ENTITIES

NAME = LOOK_UP
_SHORT = 2
"""The characters of a place's name that may be a piece of a longer foreign name."""
_NEAR = 60
"""How far before a short name of a treaty one of its parties is named."""


class AuthorityLinker:
    """Turns the candidates of the tokenizer into mentions.

    A name with one safe reading is linked; an ambiguous one needs a second signal: the entity named without doubt
    elsewhere in the article, a fitting word beside it, or the year. Classes of weapon count only where something is
    done with them.
    """

    def __init__(
        self, records: dict[str, Record], table: dict[str, Any], labels: dict[str, list[str]] | None = None
    ) -> None:
        """``labels``: the types that the labels of a trained pipeline mean, where the language has them."""
        self._records = records
        self._labels = labels or {}
        self._metonyms = Metonyms(records, table)
        ambiguous = table.get("ambiguous", {})
        self._quoted = (
            (
                Around(before=f"{ambiguous['open']}$"),
                Around(after=ambiguous["close"]),
            )
            if ambiguous
            else (Around(), Around())
        )
        self._weapon = Around(before=ambiguous.get("weapon_before", ""), after=ambiguous.get("weapon_after", ""))
        self._treaty_year = re.compile(ambiguous["treaty_year"]) if "treaty_year" in ambiguous else None
        self._recalled = Around(before=ambiguous.get("treaty_recalled", ""))
        self._treaty = Around(before=ambiguous.get("treaty_before", ""), after=ambiguous.get("treaty_after", ""))
        city_state = table.get("city_state", {})
        self._city_states = frozenset(city_state.get("names", "").split("|"))
        self._there = Around(before=city_state.get("before", ""), after=city_state.get("after", ""))
        self._acts = Around(after=city_state.get("not_after", ""))
        classes = table.get("classes", {})
        self._class = Around(before=classes.get("before", ""), after=classes.get("after", ""))
        self._never = frozenset(classes.get("never", "").split("|"))
        self._never_keys = frozenset(classes.get("never_keys", "").split("|"))
        self._generic = frozenset(classes.get("generic", "").split("|"))
        trim = table.get("trim", {})
        self._trim_before = re.compile(trim["before"]) if trim else None
        self._article = re.compile(trim["article"]) if trim else None
        self._trim_after = re.compile(trim["after"]) if trim else None

    def __call__(self, doc: Doc) -> Doc:
        view = View.of(doc)
        candidates = scratch(doc).candidates
        sure = {
            senses[0].key
            for candidate in candidates
            if len(senses := _names(candidate.senses)) == 1 and not senses[0].name.ambiguous
        }
        found: dict[Mention, Entity] = {}
        ends = {c.end: s.key for c in candidates for s in c.senses if _is_full_state(s)}
        for candidate in candidates:
            for mention, entity in self._decide(view, candidate, sure, ends):
                found[mention] = entity
        doc._.entities = {entity.id: entity for entity in found.values()}
        set_mentions(doc, found)
        return doc

    def _decide(
        self, view: View, candidate: Candidate, sure: set[str], ends: dict[int, str]
    ) -> Iterable[tuple[Mention, Entity]]:
        if view.folded[candidate.start : candidate.end] in self._never or _is_inside_name(view, candidate):
            return
        surface = view.text[candidate.start : candidate.end]
        metonyms = [sense for sense in candidate.senses if sense.name.kind == "metonym"]
        if metonyms:
            first = min(metonyms, key=lambda sense: (sense.type != "State", sense.key))
            reading = self._metonyms.read(view.folded, candidate, first, surface, behind_state=candidate.start in ends)
            if reading is not None:
                yield self._mention(candidate, reading.entity, "metonym" if not reading.is_place else "name")
                return
        senses = _names(candidate.senses)
        safe = [sense for sense in senses if not sense.name.ambiguous]
        chosen = safe[0] if len(safe) == 1 else self._ambiguous(view, candidate, senses, sure, ends)
        if (
            chosen is None
            or chosen.key in self._never_keys
            or (chosen.type == "WeaponClass" and not self._class_counts(view, candidate))
        ):
            return
        if self._is_city(view.folded, candidate):
            yield self._mention(candidate, self._metonyms.place(surface, chosen), "name")
            return
        kind = "abbreviation" if chosen.name.kind == "abbreviation" else "name"
        yield self._mention(self._trimmed(view, candidate, chosen), self._records[chosen.key].entity, kind)

    def _trimmed(self, view: View, candidate: Candidate, sense: Sense) -> Candidate:
        """Without the words that the language counts to no name: deployed warheads, Oreshnik missile."""
        start, end = candidate.start, candidate.end
        article = self._article.match(view.folded, start, end) if self._article and sense.type != "State" else None
        if article:
            return Candidate(article.end(), end, candidate.senses)
        if self._trim_before is None or self._trim_after is None or sense.type not in {"WeaponSystem", "WeaponClass"}:
            return candidate
        lead = self._trim_before.match(view.folded, start, end) if sense.type == "WeaponClass" else None
        tail = self._trim_after.search(view.folded, start, end) if sense.type == "WeaponSystem" else None
        start = lead.end() if lead else start
        return Candidate(start, tail.start() if tail and tail.start() > start else end, candidate.senses)

    def _is_city(self, folded: str, candidate: Candidate) -> bool:
        """A city-state where something happens: the place and not the actor."""
        start, end = candidate.start, candidate.end
        there = folded[start:end] in self._city_states and self._there.either(folded, start, end)
        return there and not self._acts.after(folded, end)

    @staticmethod
    def _mention(candidate: Candidate, entity: Entity, kind: Any) -> tuple[Mention, Entity]:
        return Mention(candidate.start, candidate.end, entity.type, entity.id, kind, NAME), entity

    def _class_counts(self, view: View, candidate: Candidate) -> bool:
        """A generic class only where it is counted, tested, limited, built …; a specific one wherever it stands."""
        if view.folded[candidate.start : candidate.end] not in self._generic:
            return True
        return self._class.either(view.folded, candidate.start, candidate.end)

    def _ambiguous(
        self, view: View, candidate: Candidate, senses: list[Sense], sure: set[str], ends: dict[int, str]
    ) -> Sense | None:
        beside = self._of_state_before(view, candidate, senses, ends)
        if beside is not None:
            return beside
        supported = [sense for sense in senses if sense.key in sure]
        if len(supported) == 1:
            return supported[0]
        senses = supported or senses
        labelled = [sense for sense in senses if self._is_label(view, candidate, sense)]
        if len(labelled) == 1 and not labelled[0].name.ambiguous:
            return labelled[0]
        fitting = [sense for sense in senses if self._fits(view, candidate, sense, sure, ends)]
        if len(fitting) > 1:
            fitting = self._operated(fitting, sure) or self._by_year(fitting, view) or fitting
        if senses and all(sense.type == "WeaponClass" for sense in senses):
            return senses[0]
        return fitting[0] if len(fitting) == 1 else None

    def _of_state_before(
        self, view: View, candidate: Candidate, senses: list[Sense], ends: dict[int, str]
    ) -> Sense | None:
        """The only reading that is of the state named right before, marks of a title between them or not."""
        at = candidate.start
        if at and not view.folded[at - 1].isalnum():
            at -= 1
        state = ends.get(at)
        own = [s for s in senses if f"state-{str(self._records[s.key].attributes.get('country')).lower()}" == state]
        return own[0] if state and len(own) == 1 else None

    def _is_label(self, view: View, candidate: Candidate, sense: Sense) -> bool:
        """True when the name is the preferred label of this reading, not only one of its aliases."""
        name = view.folded[candidate.start : candidate.end]
        return any(fold(label) == name for label in self._records[sense.key].entity.labels.values())

    def _fits(self, view: View, candidate: Candidate, sense: Sense, sure: set[str], ends: dict[int, str]) -> bool:
        """A second signal beside the name, by the type of the reading."""
        folded, start, end = view.folded, candidate.start, candidate.end
        if sense.type in {"WeaponSystem", "WeaponClass"}:
            quoted = self._quoted[0].before(folded, start) and self._quoted[1].after(folded, end)
            return self._weapon.either(folded, start, end) or (quoted and bool(self._operated([sense], sure)))
        if sense.type == "Treaty":
            if self._treaty.either(folded, start, end) or view.text[start:end].isascii():
                return True
            return self._is_recalled(view, candidate, sense, ends)
        if self._labels and sense.type in {"Person", "Organization", "State", "Place"}:
            if sense.type == "Organization" and folded[start:end].isupper():
                return True
            acts = sense.type == "State" and self._metonyms.acts(folded, start, end)
            return acts or self._labelled(view, candidate, sense)
        token = view.token_at(start)
        tag = view.tags[token] if token < len(view.tags) else ""
        if sense.type == "Person":
            return tag in {"PER", "nr"} and view.starts[token] == start and self._may_act(sense, view, sure)
        if sense.type == "Organization":
            return tag in {"ORG", "nt", "nz"} or view.text[start:end].isascii()
        return sense.type in {"Place", "State"} and tag in {"LOC", "ns"}

    def _is_recalled(self, view: View, candidate: Candidate, sense: Sense, ends: dict[int, str]) -> bool:
        """2015年核协议, 废除停战协定: the year of its signing or what is done to it, and a party of it close before."""
        attributes = self._records[sense.key].attributes
        parties, signed = attributes.get("parties") or [], str(attributes.get("signed", ""))[:4]
        own = {f"state-{str(code).lower()}" for code in (parties if len(parties) == 2 else parties[:1])}
        start = candidate.start
        if not signed or not any(ends.get(at) in own for at in range(max(0, start - _NEAR), start + 1)):
            return False
        year = self._treaty_year.search(view.folded[max(0, start - 16) : start]) if self._treaty_year else None
        if year:
            return year[1] == signed
        published = view.article.date[:4] if view.article and view.article.date else signed
        return published >= signed and self._recalled.before(view.folded, start)

    def _labelled(self, view: View, candidate: Candidate, sense: Sense) -> bool:
        """A trained pipeline calls this very stretch what the reading is."""
        for start, end, label in view.doc.user_data.get(ENTITIES, ()):
            if (start, end) == (candidate.start, candidate.end):
                return sense.type in self._labels.get(label, ())
        return False

    def _operated(self, senses: list[Sense], sure: set[str]) -> list[Sense]:
        """The readings whose operator or country, or the state on whose coast they are, is named in the article."""
        kept = []
        for sense in senses:
            attributes = self._records[sense.key].attributes
            states = attributes.get("operator") or attributes.get("country") or attributes.get("coast_of") or []
            codes = [states] if isinstance(states, str) else states
            if any(f"state-{str(code).lower()}" in sure for code in codes):
                kept.append(sense)
        return kept

    def _may_act(self, sense: Sense, view: View, sure: set[str]) -> bool:
        """Whether a person may be the one: not before the first post, and outside of its years only where the state or
        the body is named."""
        record = self._records[sense.key]
        posts = record.attributes.get("positions", ())
        starts = [post["start"] for post in posts if isinstance(post.get("start"), int)]
        year = int(view.article.date[:4]) if view.article and view.article.date else None
        if not starts or (year and in_office(record, year)):
            return True
        if year and year < min(starts) - 1:
            return False
        return bool(self._operated([sense], sure)) or any(post.get("of") in sure for post in posts)

    def _by_year(self, senses: list[Sense], view: View) -> list[Sense]:
        """The persons who hold a post in the article's year."""
        article = view.article
        if article is None or not article.date:
            return []
        year = int(article.date[:4])
        kept = [sense for sense in senses if in_office(self._records[sense.key], year)]
        return kept if len(kept) < len(senses) else []


def _is_inside_name(view: View, candidate: Candidate) -> bool:
    """A short name of a place in the middle of what the segmenter calls a person: 里加 in 阿里加特."""
    number = view.token_at(candidate.start)
    if candidate.end - candidate.start != _SHORT or not 0 < number < len(view.tags) - 1:
        return False
    if any(sense.type not in {"Place", "State"} for sense in candidate.senses):
        return False
    around = (number - 1, number, number + 1)
    whole = view.ends[number - 1] == candidate.start and view.starts[number + 1] == candidate.end
    return whole and all(view.tags[token] in {"PER", "nr"} for token in around)


def _is_full_state(sense: Sense) -> bool:
    return sense.type == "State" and sense.name.kind == "name"


def _names(senses: Iterable[Sense]) -> list[Sense]:
    """The readings as a name, one for each entity."""
    by_key = {sense.key: sense for sense in reversed(list(senses)) if sense.name.kind != "metonym"}
    return [by_key[key] for key in sorted(by_key)]


def in_office(record: Record, year: int) -> bool:
    """True when the authority file has a post of this person in this year."""
    for position in record.attributes.get("positions", ()):
        start, end = position.get("start"), position.get("end")
        if isinstance(start, int) and start <= year and (end is None or not isinstance(end, int) or year <= end):
            return True
    return False


@Language.factory(NAME, default_config={"language": "zh"}, assigns=["doc._.mentions", "doc.ents"])
def create(nlp: Language, name: str, language: str) -> AuthorityLinker:
    """The records are those that the tokenizer looks up, so that both know the user's own names."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    spaces = lang.table(language, "language").get("spaces", False)
    labels = lang.table(language, "tags").get("entities") if spaces else None
    return AuthorityLinker(records, lang.table(language, "authority"), labels)
