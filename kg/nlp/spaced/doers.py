"""Who did it, in a language with spaces: the actors of an event, by the form of its trigger."""

from __future__ import annotations

from itertools import pairwise

from kg.model import ACTOR_TYPES, Mention
from kg.nlp.document import View, within
from kg.nlp.event_scene import Known
from kg.nlp.spaced.eventwords import EventWords, Site
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.reference import Reference

_FIRST = 4
"""A name that begins so many characters behind the begin of a clause is its subject."""


_NEAR = 60
"""Characters before an actor in which the one that is joined to it begins."""
_FAR = 300
"""Characters before a sentence in which the two are named that "both" stands for."""


class Doers:
    """Finds the agents of the events of one Doc."""

    def __init__(
        self, view: View, words: EventWords, known: Known, reference: Reference, masked: Masked, mentions: list[Mention]
    ) -> None:
        self._view, self._words, self._known, self._reference = view, words, known, reference
        self._masked, self._mentions = masked, mentions

    def of(self, site: Site, objects: list[Mention]) -> list[str]:
        """Who did it."""
        if site.row.agents == "none":
            return []
        if site.form == "passive":
            by = self._words.by.match(self._masked.text, site.end, site.stop)
            if by is not None:
                return self._group(self._masked.at[by.start("who")], site.stop)
            operators = self._known.operators.get(objects[0].entity, set()) if objects else set()
            return sorted(operators & set(self._view.doc._.entities)) if len(operators) == 1 else []
        if site.form == "noun":
            return self._owners(site)
        both = self._both(site)
        subject = None if both else self._subject(site)
        agents = both or (self._list(subject, site) if subject else [])
        if site.row.agents == "pair" or site.row.object == "treaty":
            pattern = self._words.partner if site.row.agents == "pair" else self._words.cosigner
            partner = pattern.match(self._masked.text[site.end : site.stop]) if agents else None
            if partner is not None:
                other = self._masked.at[site.end + partner.start("who")]
                agents += [a for a in self._group(other, site.stop) if a not in agents]
        return agents

    def _owners(self, site: Site) -> list[str]:
        text = self._masked.text
        owner = self._words.owner.search(text[site.sentence : site.start])
        if owner is not None:
            group_ = "who" if owner["who"] else "state"
            first = self._masked.at[site.sentence + owner.start(group_)].entity
            other = self._words.between.match(text[site.end : site.stop]) if site.row.agents == "pair" else None
            group = self._group(self._masked.at[site.end + other.start("who")], site.stop) if other else []
            return [first, *(agent for agent in group if agent != first)]
        between = self._words.between.match(text[site.end : site.stop])
        if site.row.agents == "pair" and between is not None:
            group = self._group(self._masked.at[site.end + between.start("who")], site.stop)
            main = self._words.main_subject.search(text, site.end, site.stop) if len(group) == 1 else None
            return [*group, self._masked.at[main.start("who")].entity] if main else group
        by = self._words.by.match(text, site.end, site.stop)
        if by is not None and not self._words.verb_between.search(text[site.end : by.start("who")]):
            return self._group(self._masked.at[by.start("who")], site.stop)
        own = self._words.its_own if site.row.dated else self._words.own
        if own.search(text[site.sentence : site.start]):
            subject = self._subject(site)
            return self._list(subject, site) if subject else []
        return []

    def _subject(self, site: Site) -> Mention | None:
        """The actor before the verb: of its relative clause, of its clause, else the subject of the sentence."""
        text = self._masked.text
        lead = text[site.sentence : site.start]
        for pattern in (self._words.accused, self._words.among, self._words.relative_subject):
            match = pattern.search(lead)
            named = match.start("who") if match else -1
            if match and named < 0:
                named = match.start("body")  # a statement issued by the Council after a meeting
            who = self._masked.at.get(site.sentence + named) if match else None
            if who is not None and who.type in ACTOR_TYPES:
                return who
        if self._words.relative_any.search(lead):
            return None
        if self._words.opening.match(lead):
            main = self._words.main_subject.search(text, site.end, site.stop)
            return self._masked.at.get(main.start("who")) if main else None
        pronoun = self._words.it.search(lead)
        if pronoun is not None and site.clause <= site.sentence + pronoun.start("it") + 8:
            return self._reference.latest(site.sentence + pronoun.start("it"), frozenset({"State", "Organization"}), 2)
        for start in (max(site.clause, site.floor), site.floor):
            here = [m for m in self._within_text(start, site.start) if m.type in ACTOR_TYPES and self._acts(m, start)]
            if here:
                return here[-1] if start == max(site.clause, site.floor) else here[0]
        return None

    def _both(self, site: Site) -> list[str]:
        """Both countries, they: the last two of one type that an "and" joined before; else nobody."""
        text, clause = self._masked.text, max(site.clause, site.floor)
        they = self._words.they.match(text[clause : site.start]) is not None
        if not they and self._words.both.match(text[clause : site.start]) is None:
            return []
        before = self._within_text(max(0, site.sentence - (0 if they else _FAR)), clause)
        actors = [m for m in before if m.type in ACTOR_TYPES]
        for first, second in reversed([*pairwise(actors)]):
            subject = not they or self._reference.is_subject(first)
            if (
                subject
                and first.type == second.type
                and self._words.joint_last.fullmatch(text[first.end : second.start])
            ):
                return [first.entity, second.entity]
        return []

    def _acts(self, mention: Mention, clause: int) -> bool:
        """In the position of a subject: no possessor, behind no preposition, unless that opens the clause."""
        if self._reference.is_possessor(mention):
            return False
        before = self._joined_to(mention)
        if before is not None and self._words.ends_list.match(self._masked.text, mention.end):
            return self._acts(before, clause)  # in both Iran and Iraq, …
        return mention.start - clause <= _FIRST or self._reference.is_subject(mention)

    def _joined_to(self, mention: Mention) -> Mention | None:
        """The actor that an "and" joins to this one, before it."""
        here = [m for m in self._within_text(max(0, mention.start - _NEAR), mention.start) if m.type in ACTOR_TYPES]
        joined = bool(here) and self._words.joint.fullmatch(self._masked.text[here[-1].end : mention.start])
        return here[-1] if joined else None

    def _list(self, subject: Mention, site: Site) -> list[str]:
        """A subject with those joined to it before: A and B."""
        found = [subject.entity]
        first = subject
        for mention in reversed(self._within_text(site.sentence, subject.start)):
            joint = self._words.joint if len(found) > 1 else self._words.joint_last
            if mention.type not in ACTOR_TYPES or not joint.fullmatch(self._masked.text[mention.end : first.start]):
                break
            found.insert(0, mention.entity)
            first = mention
        return list(dict.fromkeys(found))

    def _group(self, first: Mention, stop: int) -> list[str]:
        """An actor with those joined to it behind."""
        found, last = [first.entity], first
        for mention in self._within_text(first.end, stop):
            if mention.type not in ACTOR_TYPES or not self._words.joint.fullmatch(
                self._masked.text[last.end : mention.start]
            ):
                break
            found.append(mention.entity)
            last = mention
        return list(dict.fromkeys(found))

    def _within_text(self, start: int, end: int) -> list[Mention]:
        return [m for m in within(self._mentions, start, end) if self._masked.shows(m)]
