"""Component ``kg_events``: what happened to treaties and weapons, by frames of the language's table ``events``.

A trigger names the event; its frame says where object and agents stand. What is negated, planned or only alleged is
marked by the words of the clause (table ``modality``) and by the statement that the trigger stands in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import Event, EventType, Mention
from kg.nlp.document import View
from kg.nlp.event_agents import AgentFinder
from kg.nlp.event_merge import merged
from kg.nlp.event_objects import ObjectFinder
from kg.nlp.event_scene import WISHING, EventWords, Known, Scene, Site
from kg.nlp.event_times import TimeFinder
from kg.nlp.frames import TriggerFinder
from kg.nlp.modality import Modality, ModalityCues
from kg.nlp.spaced.components import SpacedEvents
from kg.nlp.spaced.eventwords import EventWords as EventWordTable
from kg.nlp.spaced.reference import ReferenceWords

NAME = "kg_events"
_COVERED = frozenset({"Treaty", "Organization", "WeaponSystem", "WeaponClass", "Person", "Place"})
_KEPT_SECRET = frozenset({"develop", "deploy", "possess", "violate"})
"""What one state knows of another by its intelligence."""
_ANONYMOUS = frozenset({"date", "number", "word", "noun", "verb", "at", "place", "weapon", "treaty"})
"""What a line of a chronology may begin with that goes on with the subject of the line before."""
_ACCUSING = frozenset({"accuse", "claim"})


class EventFinder:
    """Works by the tables ``events`` and ``modality``; without them, it finds none."""

    def __init__(
        self, table: Mapping[str, Any], modality: Mapping[str, str], records: Mapping[str, Record] | None = None
    ) -> None:
        self.known = Known(records or {})
        self.active = bool(table and modality)
        if not self.active:
            return
        self.words = EventWords(table)
        self.triggers = TriggerFinder(table["event"])
        self.modality = ModalityCues(modality)

    def __call__(self, doc: Doc) -> Doc:
        if self.active:
            reader = _Reader(self, View.of(doc))
            found = reader.read()
            types = {entity.id: entity.type for entity in doc._.entities.values()}
            doc._.events = tuple(merged(found, types, reader.acts_for))
        return doc


class _Reader:
    """Reads one Doc."""

    def __init__(self, component: EventFinder, view: View) -> None:
        self._of = component
        self._scene = Scene(view, component.words, component.known)
        self.acts_for = self._scene.acts_for
        self._objects = ObjectFinder(self._scene)
        self._agents = AgentFinder(self._scene, component.known)
        self._times = TimeFinder(self._scene)
        self._last: tuple[str, ...] = ()
        """The agents of the last event."""

    def read(self) -> list[Event]:
        """The events in text order, before what is told twice is merged."""
        covered = bytearray(len(self._scene.text))
        for mention in self._scene.mentions:
            if mention.type in _COVERED and mention.kind != "anaphor":
                covered[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found: list[Event] = []
        triggers = list(self._of.triggers.find(self._scene.text, covered))
        self._scene.trigger_ends = {trigger.start: trigger.end for trigger in triggers}
        self._scene.triggers = [trigger.start for trigger in triggers]
        for trigger in triggers:
            if not self._scene.clauses.in_remark(trigger.start):
                found += self._events(self._scene.site(trigger))
        return found

    def _events(self, site: Site) -> list[Event]:
        """The event of a trigger; one for each thing of a row, or on each day where a clause tells of several tests."""
        object_ = self._objects.find(site)
        event = self._event(site, object_)
        if event is None:
            return []
        dates = self._times.series(site) if site.trigger.frame.type == "test" and not event.negated else ()
        others = self._objects.joined(site, object_) if object_ and not dates else ()
        events = [replace(event, date=date) for date in dates] or [event]
        return events + [replace(event, object=other.entity) for other in others]

    def _event(self, site: Site, object_: Mention | None) -> Event | None:
        trigger, frame = site.trigger, site.trigger.frame
        if not self._objects.has_need(site, object_):
            return None
        agents = self._agents.find(site)
        if not agents and frame.agents == "required":
            agents = self._chronicled(site)
        if agents is None:
            return None
        modality = self._modality(site)
        if modality.refuted:
            return None
        own = self._says_itself(site, agents)
        willing = own and modality.planned and not modality.hypothetical
        date = self._times.date(site, denied=modality.negated, nobody=not agents, willing=willing)
        if not self._kept(site, modality, date, own=own):
            return None
        if site.relative and frame.strict and not self._times.dated_inside(site):
            return None  # a description of a noun (部署的弹头) tells an event only when it gives its date itself
        if frame.form == "noun" and not self._happened(site, date, negated=modality.negated):
            return None
        until = self._times.until(site, date) if frame.type == "extend" else None
        told = agents or date or until or modality.negated or (frame.type == "extend" and self._times.years(site))
        if frame.agents == "optional" and not told:
            return None  # by nobody, at no time: only mentioned (签署近三十年)
        alone = frame.agents == "pair" and len(agents) < 2
        if alone and (modality.negated or not (date or self._times.where(site))):
            return None
        self._last = agents or self._last
        return Event(
            trigger.start,
            trigger.end,
            self._type(site),
            agents,
            object_.entity if object_ else None,
            date,
            until,
            self._times.where(site),
            self._alleged(site, agents, modality),
            modality.negated,
            modality.planned,
        )

    def _type(self, site: Site) -> EventType:
        """That of the frame; who meets to negotiate negotiates."""
        lead = self._scene.text[site.start : site.trigger.start]
        if site.trigger.frame.type == "meet" and self._of.words.negotiators.search(lead):
            return "negotiate"
        return site.trigger.frame.type

    def _chronicled(self, site: Site) -> tuple[str, ...] | None:
        """Who did what the line before tells, where a chronology names nobody anew: one line for each date."""
        text, clauses = self._scene.text, self._scene.clauses
        line = text.rfind("\n", 0, site.trigger.start) + 1
        if not line or not self._last or site.relative or site.statement is not None:
            return None
        items = clauses.items(line, site.trigger.start)
        dated = bool(items) and items[0].kind == "date"
        return self._last if dated and all(item.kind in _ANONYMOUS for item in items) else None

    def _modality(self, site: Site) -> Modality:
        """The modality of the words around a trigger; a description that dates itself has a modality of its own."""
        trigger, text = site.trigger, self._scene.plain
        own = site.relative and self._times.dated_inside(site)
        start = self._scene.region(site) if own else site.start
        before = None if own else self._scene.clauses.before(start)
        previous = text[max(before[0], site.floor) : before[1]] if before else ""
        things = [item.end for item, part in site.reading.named if part == "patient"]
        zone = text[max(site.reading.subject_end, start) : trigger.start]
        if things and site.reading.marked_at >= start:  # what describes the marked object is no mood of the verb
            zone = (
                text[max(site.reading.subject_end, start) : site.reading.marked_at] + text[things[-1] : trigger.start]
            )
        after = "" if own else text[trigger.end : site.end]
        rest = text[trigger.end : self._scene.view.sentence_at(trigger.start)[1]]
        read = self._of.modality.read(zone, text[start : trigger.start], after, previous, rest, marked=bool(things))
        if not own and self._wished(site):
            return replace(read, planned=True, hypothetical=True)
        leaked = self._of.modality.leaks(text[site.sentence : trigger.start])
        return replace(read, alleged=read.alleged or leaked)

    def _wished(self, site: Site) -> bool:
        """It stands in a demand or a proposal."""
        statement, frame = site.statement, site.trigger.frame
        if statement is None or statement.act not in WISHING or frame.type == "propose_treaty":
            return False
        return not self._here_done(site)

    def _here_done(self, site: Site) -> bool:
        lead = self._scene.text[max(site.start, site.floor) : site.trigger.end + 1]
        return self._of.words.perfect.search(lead) is not None

    def _says_itself(self, site: Site, agents: Sequence[str]) -> bool:
        """A party tells of its own act towards a treaty, and so performs it: 俄方表示,俄罗斯将暂停履行."""
        statement = site.statement
        if statement is None or statement.speaker is None or site.trigger.frame.said != "performed":
            return False
        acts_for = self._scene.acts_for
        return acts_for(statement.speaker) in {acts_for(agent) for agent in agents}

    def _kept(self, site: Site, modality: Modality, date: str | None, *, own: bool) -> bool:
        """Plans and possibilities are kept only where the frame says so: most are no events yet.

        ``own``: the party itself says so.
        """
        frame = site.trigger.frame
        if modality.hypothetical:
            return frame.dated_hypothesis and date is not None
        if modality.ordered and not frame.ordered:
            return False
        if modality.planned:
            announced = own or (site.statement is not None and site.statement.act == "announce")
            return frame.planned == "keep" or (frame.planned == "dated" and (date is not None or announced))
        return True

    def _happened(self, site: Site, date: str | None, *, negated: bool) -> bool:
        """A noun is an event only with a verb that carries it, an owner and a date, or a count of times."""
        lead = self._scene.text[site.start : site.trigger.start]
        view, reading, words = self._scene.view, site.reading, self._of.words
        verb = view.tags[view.token_at(site.trigger.start)] in {"v", "vd"}
        if negated or (verb and reading.subject):
            return True
        if words.light.search(lead) or words.ordinal.search(lead):
            return True
        if words.carried_out.match(self._scene.text, site.trigger.end, site.end):
            return True
        return date is not None and bool(reading.subject or reading.owner or reading.by)

    def _alleged(self, site: Site, agents: Sequence[str], modality: Modality) -> bool:
        """Another party says so: an accusing statement, or a word of allegation in the clause."""
        statement, acts_for = site.statement, self._scene.acts_for
        states = {acts_for(agent) for agent in agents} | set(agents)
        if statement is not None and statement.speaker is not None and acts_for(statement.speaker) not in states:
            if site.relative and self._times.dated_inside(site):
                return False
            if statement.act in _ACCUSING or modality.hedged:
                return True
            here = self._times.where(site) == acts_for(statement.speaker)  # who tells what others do at his place knows
            secret = site.trigger.frame.type in _KEPT_SECRET and not here
            if secret and self._scene.speaks_for_state(statement.speaker):
                return True
            if self._of.modality.alleges(self._scene.text[statement.start : site.trigger.start]):
                return True
        return modality.alleged and not self._own_claim(site, states)

    def _own_claim(self, site: Site, states: set[str]) -> bool:
        """The agent says so himself: 朝鲜宣称成功进行核试."""
        statement = site.statement
        if statement is not None and statement.speaker is not None:
            return self._scene.acts_for(statement.speaker) in states
        outer = {self._scene.acts_for(mention.entity) for mention in site.reading.outer}
        return bool(outer & states) and self._of.modality.claims(self._scene.text[site.start : site.trigger.start])


@Language.factory(NAME, default_config={"language": "zh"}, requires=["doc._.mentions"], assigns=["doc._.events"])
def create(nlp: Language, name: str, language: str) -> EventFinder | SpacedEvents:
    """The component of a language."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    posts, table = lang.table(language, "posts"), lang.table(language, "events")
    if table and lang.table(language, "language").get("spaces"):
        demonyms = lang.table(language, "demonyms").get("states", {})
        references = ReferenceWords(lang.table(language, "coreference"), posts, demonyms)
        return SpacedEvents(EventWordTable(table), records, references)
    return EventFinder(lang.table(language, "events"), lang.table(language, "modality"), records)
