"""What the readers of events share: the patterns of the table, one Doc seen as clauses, and where a trigger stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.authority import MEDIA_KINDS, Record
from kg.model import DateMention, Entity, Mention, Statement
from kg.nlp.clauses import Clauses, ClauseWords, Reading
from kg.nlp.document import View, mention_order
from kg.nlp.frames import Trigger

#: Acts that do what they say: whoever announces or promises is the one who will do it, at that time.
PERFORMING = frozenset({"announce", "pledge", "propose"})
#: Acts that ask for something that has not happened.
WISHING = frozenset({"demand", "call_for", "propose"})
_NEAR = 60
_SEMICOLON = ";"
_NEUTRAL = "○"
_TREATY = "◇"
_FORCES = frozenset({"armed forces", "armed service", "military command", "ministry", "agency"})
_BODIES = _FORCES | {
    "legislature",
    "military body",
    "military formation",
    "government",
    "government office",
    "government body",
    "court",
}


class Known:
    """What the authority file says about who belongs to whom.

    ``forces``: the state of each body whose tests and deployments are those of the state; ``bodies``: the state of each
    that speaks for one; ``media``: who
    reports the news and is no party to it; ``operators``: the states that have a weapon system.
    """

    def __init__(self, records: Mapping[str, Record]) -> None:
        states = {str(r.attributes.get("iso_alpha2")): r.entity for r in records.values() if r.entity.type == "State"}
        kinds = {key: str(record.attributes.get("kind")) for key, record in records.items()}
        lands = {key: states.get(str(record.attributes.get("country"))) for key, record in records.items()}
        self.states = frozenset(entity.id for entity in states.values())
        self.forces = {key: state for key, state in lands.items() if state and kinds[key] in _FORCES}
        self.bodies = {key: state for key, state in lands.items() if state and kinds[key] in _BODIES}
        self.media = frozenset(key for key, kind in kinds.items() if kind in MEDIA_KINDS)
        self.operators = {
            key: {states[code].id for code in record.attributes.get("operator", ()) if code in states}
            for key, record in records.items()
            if isinstance(record.attributes.get("operator"), list)
        }


class EventWords:
    """The parts ``[words]`` and ``[patterns]`` of a table of events, compiled once."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        patterns = table["patterns"]
        self.clauses = ClauseWords(table)
        self.apposition = re.compile(patterns["apposition"])
        self.relative = re.compile(f"(?:{patterns['aspect']}){{0,2}}(?:{patterns['relative']})")
        self.light = re.compile(f"{patterns['light']}[^,。;:]{{0,12}}$")
        self.ordinal = re.compile(patterns["ordinal"])
        self.until = re.compile(patterns["until"])
        self.attitude = re.compile(patterns["attitude"])
        self.bare_passive = re.compile(f"(?:{patterns['bare_passive']})$")
        self.accused = re.compile(patterns["accused"])
        self.such_as = re.compile(patterns["such_as"])
        self.instance = re.compile(patterns["instance"])
        self.eve = re.compile(patterns["eve"])
        self.over = re.compile(patterns["over"])
        self.topical = re.compile(patterns["topical"])
        self.again = re.compile(patterns["again"])
        self.future = re.compile(patterns["future"])
        self.namely = re.compile(patterns["namely"])
        self.later = re.compile(patterns["later"])
        self.perfect = re.compile(patterns["perfect"])
        self.series = re.compile(patterns["series"])
        self.joined = re.compile(patterns["joined"])
        self.order = re.compile(patterns["order"])
        self.coordinate = re.compile(patterns["coordinate"])
        self.term = re.compile(patterns["term"])
        self.negotiators = re.compile(patterns["negotiators"])
        self.role = re.compile(patterns["role"])
        self.carried_out = re.compile(patterns["carried_out"])
        self.due = re.compile(patterns["due"])
        self.anniversary = re.compile(patterns["anniversary"])
        self.treaty_noun = re.compile(patterns["treaty_noun"])
        self.duration = re.compile(patterns["duration"])
        self.numbers: dict[str, int] = patterns["numbers"]


@dataclass(frozen=True, slots=True)
class Site:
    """Where a trigger stands: its clause, its sentence, the statement around it, and what precedes it in the clause."""

    trigger: Trigger
    start: int
    end: int
    sentence: int
    story: int
    """Where the sentences begin that go on with the same subject, parted by semicolons."""
    statement: Statement | None
    relative: bool
    """The trigger describes the noun behind it."""
    reading: Reading

    @property
    def floor(self) -> int:
        """Nothing before this belongs to the event: the sentence, or what was said, begins here."""
        return max(self.sentence, self.statement.start if self.statement else 0)


class Scene:
    """One Doc: its mentions, dates, statements and clauses. Offsets are characters of its text."""

    def __init__(self, view: View, words: EventWords, known: Known) -> None:
        self.view = view
        self.words = words
        self.text = view.folded
        self.dates: tuple[DateMention, ...] = view.doc._.dates
        self.statements: list[Statement] = sorted(view.doc._.statements, key=lambda s: (s.start, s.end))
        self.mentions: list[Mention] = sorted({*view.doc._.mentions, *view.doc._.anaphors}, key=mention_order)
        self.plain = _blanked(self.text, self.mentions)
        """The text with a neutral sign for each character of a name: no word of a title (禁止) tells of an event."""
        self.clauses = Clauses(view, words.clauses, self.mentions, self.dates)
        self.trigger_ends: dict[int, int] = {}
        """Where the triggers of the text begin and end."""
        self.triggers: list[int] = []
        """Where the triggers of the text begin."""
        self.known = known
        self._posts: dict[str, str] = {p.person: p.of for p in view.doc._.positions if p.of and not p.former}
        self._posts |= {p.person: p.of for p in view.doc._.positions if p.of and p.person not in self._posts}

    def acts_for(self, key: str) -> str:
        """The state for which a person, by the posts that the article names, or a body of state acts; else itself."""
        of = self._posts.get(key, key)
        country = self.known.bodies.get(of)
        return country.id if country else of

    def speaks_for_state(self, key: str) -> bool:
        """True of states, their bodies, and who holds a post of either."""
        entity: Entity | None = self.view.doc._.entities.get(self.acts_for(key))
        return self.acts_for(key) in self.known.states or (entity is not None and entity.type == "State")

    def state_entity(self, key: str) -> str:
        """The state that an actor acts for, known to the Doc from now on."""
        country = self.known.bodies.get(self._posts.get(key, key))
        if country is not None:
            self.view.doc._.entities.setdefault(country.id, country)
        return self.acts_for(key)

    def trigger_within(self, start: int, end: int) -> bool:
        at = bisect_left(self.triggers, start)
        return at < len(self.triggers) and self.triggers[at] < end

    def site(self, trigger: Trigger) -> Site:
        start, end = self.clauses.bounds(trigger.start)
        inside = [s for s in self.around(trigger.start) if trigger.end <= s.end and not self._ordered(s)]
        statement = min(inside, key=lambda s: s.end - s.start) if inside else None
        relative = self.words.relative.match(self.text, trigger.end) is not None
        left = self.clauses.region(start, trigger.start) if relative else start
        reading = self.clauses.reading(max(start, left), trigger.start)
        sentence = self.view.sentence_at(trigger.start)[0]
        return Site(trigger, start, end, sentence, self._story(sentence), statement, relative, reading)

    def _story(self, sentence: int) -> int:
        """Where the row of sentences begins that only semicolons part: they may share a subject."""
        while sentence and self.text[sentence - 1] == _SEMICOLON:
            sentence = self.view.sentence_at(sentence - 1)[0]
        return sentence

    def around(self, offset: int) -> list[Statement]:
        """The statements whose content covers a character."""
        stop = bisect_left(self.statements, offset + 1, key=lambda s: s.start)
        return [s for s in self.statements[max(0, stop - _NEAR) : stop] if offset < s.end]

    def _ordered(self, statement: Statement) -> bool:
        """An order says nothing: who gives it has it done."""
        if statement.cue_start is None or statement.cue_end is None:
            return False
        return self.words.order.fullmatch(self.text, statement.cue_start, statement.cue_end) is not None

    def region(self, site: Site) -> int:
        """Where the words begin that go with the trigger: its clause, or the description that it closes."""
        return self.clauses.region(site.start, site.trigger.start) if site.relative else site.start


def _blanked(text: str, mentions: Iterable[Mention]) -> str:
    parts: list[str] = []
    at = 0
    for mention in mentions:
        if mention.kind != "anaphor" and mention.start >= at:
            sign = _TREATY if mention.type == "Treaty" else _NEUTRAL
            parts += [text[at : mention.start], sign * (mention.end - mention.start)]
            at = mention.end
    return "".join([*parts, text[at:]])


def first(mentions: Iterable[Mention]) -> Mention | None:
    return next(iter(mentions), None)


def named(reading: Reading, types: frozenset[str], parts: set[str]) -> Mention | None:
    """The last treaty or weapon of the reading that plays one of these parts."""
    for item, part in reversed(reading.named):
        fitting = [m for m in item.mentions if m.type in types]
        if fitting and part in parts:
            return fitting[0]
    return None
