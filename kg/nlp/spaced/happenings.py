"""Events in a language with spaces: a trigger, its object and agents in the clause, how sure the text is of it."""

from __future__ import annotations

import re

from kg.model import ACTOR_TYPES, DateMention, Event, Mention, Statement
from kg.nlp.document import View, covering, within
from kg.nlp.event_scene import Known
from kg.nlp.spaced.doers import Doers
from kg.nlp.spaced.eventwords import EventRow, EventWords, Form, Site
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.reference import Reference
from kg.nlp.spaced.retold import TREATY

_OBJECTS = {"treaty": frozenset({"Treaty"}), "weapon": frozenset({"WeaponSystem", "WeaponClass"}), "": frozenset[str]()}
_NEAR = 90
"""How many characters behind a verb its object may begin."""
_CLOSE = 12
"""Characters between a thing that is described and its name."""
_APPOSED = 3
"""Characters between a class of weapon and the name of one."""
_LEAST = 3
"""Characters of the shortest subject of what somebody says."""
_ACCUSING = frozenset({"accuse", "claim"})
_KEPT_SECRET = frozenset({"develop", "deploy", "possess", "violate"})
"""What one state knows of another by its intelligence."""
_SURE = frozenset({"confirm", "announce"})
_WHOLE = TREATY - {"suspend"}
"""What happens to a treaty as a whole."""
_WISHING = frozenset({"demand", "call_for", "propose"})
_PERFORMING = frozenset({"announce", "pledge"})


class EventReader:
    """Reads one Doc."""

    def __init__(self, view: View, words: EventWords, known: Known, reference: Reference) -> None:
        self._view, self._words, self._known, self._reference = view, words, known, reference
        doc = view.doc
        named = [*doc._.mentions, *doc._.anaphors, *self._nationals(view)]
        self._mentions = sorted(named, key=lambda m: (m.start, -m.end))
        self._dates: list[DateMention] = list(doc._.dates)
        self._statements: list[Statement] = sorted(doc._.statements, key=lambda s: s.start)
        self._masked = Masked.of(view.folded, self._mentions, self._dates)
        self._doers = Doers(view, words, known, reference, self._masked, self._mentions)
        self._posts = {p.person: p.of for p in doc._.positions if p.of and p.of.startswith("state-")}

    def _nationals(self, view: View) -> list[Mention]:
        """Ukrainian officials: the state acts, where the article names it."""
        found = []
        for match in self._reference.words.national.finditer(view.folded):
            state = self._reference.words.demonyms[match["adjective"]]
            if self._words.acting.match(view.folded, match.end()) and state in view.doc._.entities:
                found.append(Mention(*match.span(), "State", state, "anaphor"))
        return found

    def acts_for(self, entity: str) -> str:
        """The state that a person or body acts for; else the entity itself."""
        return self._state(entity)

    def read(self) -> list[Event]:
        """The events in text order, before what is told twice is merged."""
        found: list[Event] = []
        taken: set[tuple[str, int]] = set()
        for row in self._words.rows:
            for match, form in self._triggers(row):
                if (row.type, match.start()) in taken:
                    continue
                events = self._events(self._site(row, match, form))
                if events:
                    taken.add((row.type, match.start()))
                    found += events
        return sorted(found, key=lambda e: (e.start, e.end))

    def _triggers(self, row: EventRow) -> list[tuple[re.Match[str], Form]]:
        text = self._masked.text
        found: list[tuple[re.Match[str], Form]] = []
        for match in row.verb.finditer(text):
            before = text[max(0, match.start() - 60) : match.start()]
            alone = row.passive is not None and row.passive.fullmatch(match[0]) is not None
            part = alone or (row.participle is not None and row.participle.fullmatch(match[0]) is not None)
            describes = self._words.attributive.search(before) and not self._words.distributed.search(before)
            if describes and not self._words.gerund.match(match[0]):
                continue
            suffered = self._words.passive.search(before) or self._words.by.match(text, match.end())
            if not part and row.agents != "pair" and suffered and self._words.past.match(match[0]):
                continue  # the dinner that was hosted by X
            led = part and (self._words.passive.search(before) or self._words.reduced.search(before))
            passive = alone or led
            found.append((match, "passive" if passive else "active"))
        opened = {start for start, _ in self._view.sentences}
        for match in row.opening.finditer(text) if row.opening else ():
            if match.start() in opened:
                found.append((match, "passive"))
        for match in row.noun.finditer(text) if row.noun else ():
            found.append((match, "noun"))
        return found

    def _site(self, row: EventRow, match: re.Match[str], form: Form) -> Site:
        sentence, stop = self._view.sentence_at(match.start())
        clause = sentence
        for opened in self._words.clause.finditer(self._masked.text, sentence, match.start()):
            clause = opened.end()
        said = min(covering(self._statements, *match.span()), key=lambda s: s.end - s.start, default=None)
        floor = sentence
        if said is not None and match.start() - said.start > _LEAST:
            own = self._words.no_subject.match(self._masked.text, said.start) is None
            floor = max(said.start, sentence) if own else sentence
        return Site(row, match.start(), match.end(), sentence, stop, clause, form, floor)

    def _events(self, site: Site) -> list[Event]:
        row, text, words = site.row, self._masked.text, self._words
        if row.reject_after is not None and row.reject_after.match(text, site.end, site.stop):
            return []
        if row.reject_before is not None and row.reject_before.search(text, site.sentence, site.start):
            return []
        objects = self._objects(site)
        described = row.described.match(text, site.end, site.stop) if row.described and site.form == "active" else None
        if described is not None:  # a treaty that replaces the INF Treaty is another one
            near = [m for m in objects if m.start <= described.end() + _CLOSE]
            objects = [m for m in near if not words.replaces.search(text, described.end(), m.start)]
        generic = row.generic is not None and row.generic.match(text, site.end, site.stop) is not None
        if row.need == "object" and not objects and described is None:
            return []
        generic = generic or described is not None
        if (row.need == "generic" and not objects and not generic) or (row.need == "must" and not generic):
            return []
        agents = self._doers.of(site, objects)
        if not self._is_told(site, agents, objects):
            return []
        return self._made(site, agents, [*dict.fromkeys(m.entity for m in objects)] or [None])

    def _is_told(self, site: Site, agents: list[str], objects: list[Mention]) -> bool:
        """Enough is known of who did it, or of when, for an event of this row and form."""
        row, text = site.row, self._masked.text
        if row.agents == "pair":
            alone = (row.solo is not None and row.solo.match(text, site.end, site.stop) is not None) or (
                row.solo_before is not None and row.solo_before.search(text, site.clause, site.start) is not None
            )
            sure = site.form != "noun" or not row.dated or self._is_dated(site)
            held = self._words.held.match(text, site.end, site.stop) or self._words.going_on.search(
                text[site.sentence : site.start]
            )
            return len(agents) >= (1 if alone else 2) and (sure or held is not None)
        if site.form == "noun" and self._words.noun_unsure.match(text, site.end) and not self._is_dated(site):
            return False  # U.S. ratification of the treaty will help
        if site.form == "noun" and row.dated and not self._words.ordinal.search(text[site.start : site.end]):
            return (bool(agents) or row.agents == "none") and self._is_dated(site)
        if agents or row.agents == "none":
            return True
        if site.form == "noun":
            lead = text[site.sentence : site.start]
            return bool(objects) and self._words.definite.search(lead) is not None and self._is_dated(site)
        if site.form == "passive":
            return row.agents == "optional" or any(m.type == "WeaponSystem" for m in objects)
        return row.agents == "optional" and row.side == "before"

    def _is_dated(self, site: Site) -> bool:
        """A date stands behind the trigger in its clause."""
        behind = within(self._dates, site.end, min(site.stop, site.end + 2 * _NEAR))
        if not behind:
            return any(d.end + 1 == site.start for d in self._dates)  # its 1998 tests
        between = (self._masked.text, site.end, behind[0].start)
        if self._words.leads_to.search(*between):
            return False
        return self._words.clause.search(*between) is None and self._words.main_subject.search(*between) is None

    def _made(self, site: Site, agents: list[str], objects: list[str | None]) -> list[Event]:
        row, words = site.row, self._words
        lead = self._masked.text[max(site.clause, site.start - 90) : site.start]
        negated = words.negated.search(lead) is not None
        statement = self._statement(site)
        planned = words.planned.search(lead) is not None
        condition = words.condition.search(self._masked.text[site.sentence : site.clause]) is not None
        hypothetical = condition or (not planned and not negated and words.hypothetical.search(lead) is not None)
        wished = statement is not None and statement.act in _WISHING
        if hypothetical or (wished and row.type != "propose_treaty" and not negated):
            return []
        if statement is not None and statement.act == "deny" and statement.speaker in agents:
            negated = True
        date = self._date(site, statement, negated=negated)
        performing = statement is not None and statement.act in _PERFORMING
        vague = objects == [None] and row.described is not None and row.type not in TREATY
        if vague and (planned or negated):
            return []  # it has no intention of placing missiles in Europe
        if planned and not (row.planned == "keep" or (row.planned == "dated" and (date or performing))):
            return []
        alleged = self._alleged(site, statement, agents)
        until = self._until(site) if row.type == "extend" else None
        where = self._place(site)
        return [
            Event(site.start, site.end, row.type, tuple(agents), one, date, until, where, alleged, negated, planned)
            for one in objects
        ]

    # --- objects

    def _objects(self, site: Site) -> list[Mention]:
        """What it happened to: behind an active verb or a noun, before a passive one."""
        types = _OBJECTS[site.row.object]
        if not types:
            return []
        of = site.form == "noun" and self._words.noun_of.match(self._masked.text, site.end)
        if (site.form == "passive" or site.row.side == "before") and not of:
            found = self._before(site, types)
        else:
            found = self._relative_object(site, types) or self._pronoun(site, types) or self._behind(site, types)
        return found

    def _pronoun(self, site: Site, types: frozenset[str]) -> list[Mention]:
        """Never ratified it; signed in 1996: the last thing named before."""
        text = self._masked.text
        alone = site.row.carry and self._words.no_object.match(text, site.end)
        noun = self._words.relative_noun.search(text[site.sentence : site.start]) if "Treaty" in types else None
        if self._words.it_behind.match(text, site.end) or noun or (alone and not self._behind(site, types)):
            at = site.sentence + noun.start() if noun else site.start
            last = self._reference.latest(at, types, 2)
            return [last] if last is not None else []
        return []

    def _behind(self, site: Site, types: frozenset[str]) -> list[Mention]:
        """The nearest thing behind the verb in its clause, with those joined to it."""
        text = self._masked.text
        stop = min(site.stop, site.end + _NEAR)
        clause = self._words.clause.search(text, site.end, stop)
        stop = clause.start() if clause else stop
        found: list[Mention] = []
        for mention in within(self._mentions, site.end, site.stop):
            if not self._masked.shows(mention):
                continue
            if not found:
                if mention.start >= stop:
                    break
                part = site.row.type in _WHOLE and self._reference.is_possessor(mention)
                if mention.type in types and not part:  # left the treaty's commission
                    found.append(mention)
                continue
            named = mention.type == "WeaponSystem" and found[-1].type == "WeaponClass"
            if named and mention.start - found[-1].end <= _APPOSED:
                found[-1] = mention  # the ballistic missile Agni-III
                continue
            gap = text[found[-1].end : mention.start]
            if len(gap) > _NEAR // 2:
                break
            if mention.type in types and (self._words.joint.fullmatch(gap) or self._words.joined_thing.search(gap)):
                found.append(mention)
        return found

    def _before(self, site: Site, types: frozenset[str]) -> list[Mention]:
        """The subject of a passive verb, or of what things do themselves."""
        text = self._masked.text
        relative = self._words.relative_subject.search(text[site.sentence : site.start])
        if relative is not None:
            who = self._masked.at.get(site.sentence + relative.start("who"))
            if who is not None and who.type in types:
                return [who]
        pronoun = self._words.it.search(text[site.sentence : site.start])
        if pronoun is not None:
            at = site.sentence + pronoun.start("it")
            last = self._reference.latest(at, types)
            return [last] if last is not None else []
        if site.start == site.sentence:  # signed in 1987 by X, the treaty …
            comma = text.find(", ", site.end, site.stop)
            behind = [m for m in self._within_text(comma, site.stop) if m.type in types] if comma > 0 else []
            return behind[:1]
        if self._words.other_thing.search(text[site.sentence : site.start]):
            return []
        here = [m for m in within(self._mentions, site.clause, site.start) if self._masked.shows(m)]
        if not any(m.type in types for m in here):
            here = [m for m in within(self._mentions, site.sentence, site.start) if self._masked.shows(m)]
        fitting = [m for m in here if m.type in types]
        subjects = [m for m in fitting if not self._words.oblique.search(text[site.sentence : m.start])]
        return (subjects or fitting)[-1:]

    def _relative_object(self, site: Site, types: frozenset[str]) -> list[Mention]:
        """The accord that X signed: what the clause describes."""
        text = self._masked.text[max(site.sentence, site.start - 120) : site.start]
        match = self._words.relative_object.search(text)
        if match is None:
            return []
        mention = self._masked.at.get(max(site.sentence, site.start - 120) + match.start("object"))
        if mention is None or mention.type not in types:
            return []
        inside = text[match.end("object") :]
        return (
            [mention]
            if any(m.type in ACTOR_TYPES for m in self._within_text(mention.end, site.start)) and inside
            else []
        )

    def _within_text(self, start: int, end: int) -> list[Mention]:
        return [m for m in within(self._mentions, start, end) if self._masked.shows(m)]

    # --- how sure, when and where

    def _statement(self, site: Site) -> Statement | None:
        around = covering(self._statements, site.start, site.end)
        return min(around, key=lambda s: s.end - s.start, default=None)

    def _alleged(self, site: Site, statement: Statement | None, agents: list[str]) -> bool:
        """Another party accuses, or a word of allegation stands before."""
        lead = self._masked.text[site.clause : site.start].rsplit(",", 1)[-1]
        if statement is not None and statement.speaker is not None:
            own = {self._state(agent) for agent in agents}
            if self._state(statement.speaker) in own:
                return False
            secret = site.row.type in _KEPT_SECRET or (site.row.type == "test" and site.row.object == "")
            if statement.act in _ACCUSING or (
                secret and statement.act not in _SURE and self._speaks_for_state(statement.speaker)
            ):
                return True
        return self._words.alleged.search(lead) is not None

    def _speaks_for_state(self, speaker: str) -> bool:
        return self._state(speaker) in self._known.states

    def _state(self, entity: str) -> str:
        body = self._known.bodies.get(entity)
        return self._posts.get(entity) or (body.id if body else entity)

    def _date(self, site: Site, statement: Statement | None, *, negated: bool) -> str | None:
        """The date behind the trigger in its clause, else the one before it in the clause, else that of the sentence.

        What somebody says is dated by his own words only, and what did not happen by a date right behind it.
        """
        text = self._masked.text
        floor = max(site.sentence, statement.start) if statement is not None else site.sentence
        here = [
            d
            for d in within(self._dates, floor, min(site.stop, statement.end) if statement else site.stop)
            if d.relation in {"on", "since"} or site.row.side == "before"
        ]
        if site.row.type == "extend":
            here = [d for d in here if d.relation == "on"]
        if not here:
            return None
        inside = [d for d in here if site.start <= d.start < site.end]
        if inside:
            return inside[0].value  # withdrew on a day from …
        behind = [d for d in here if d.start >= site.end]
        if behind:
            gap = self._words.clause.search(text, site.end, behind[0].start)
            gap = gap or self._words.described_by.search(text, site.end, behind[0].start)
            if site.form == "noun":  # after talks with X, Y said on Friday
                gap = gap or self._words.main_subject.search(text, site.end, behind[0].start)
                gap = gap or self._words.leads_to.search(text, site.end, behind[0].start)
            if gap is None and behind[0].start - site.end < 120:
                return behind[0].value
        if negated:
            return None
        before = [d for d in here if site.clause <= d.start < site.start and not self._is_aside(d, site)]
        if before:
            return before[-1].value
        earlier = [d for d in here if d.end <= site.start and not self._is_aside(d, site)]
        if not earlier or self._words.other_time.search(text[earlier[-1].end : site.start]):
            return None
        return earlier[-1].value

    def _is_aside(self, date: DateMention, site: Site) -> bool:
        """The date belongs to a clause between commas before the trigger."""
        text = self._masked.text
        inside = self._words.aside.search(text[site.sentence : date.start]) is not None
        return inside and "," in text[date.end : site.start]

    def _until(self, site: Site) -> str | None:
        behind = [d for d in within(self._dates, site.end, site.stop) if d.relation in {"until", "before"}]
        return behind[0].value if behind else None

    def _place(self, site: Site) -> str | None:
        """The place behind the trigger in the same clause."""
        for mention in self._within_text(site.end, min(site.stop, site.end + 2 * _NEAR)):
            if mention.type == "Place":
                clause = self._words.clause.search(self._masked.text, site.end, mention.start)
                return mention.entity if clause is None else None
        return None
