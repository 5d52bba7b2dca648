"""Who speaks: the speakers of an attribution, by its subject or by who spoke before."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kg.nlp.attribution import Speaker, Subject
from kg.nlp.attributions import Attribution, AttributionFinder
from kg.nlp.document import View, within
from kg.nlp.issuers import Issuers
from kg.nlp.occasions import Occasions
from kg.nlp.speakers import SubjectFinder

_RECENT = 2
"""How many utterances before those are named whom a pronoun of several stands for."""


@dataclass(slots=True)
class Voice:
    """Who spoke last, and when and where: what a following cue without a subject goes on with."""

    speakers: tuple[Speaker, ...]
    utterance: int
    date: str | None = None
    place: str | None = None
    at: int = -1
    """Where its cue stands."""


class Voices:
    """Keeps who spoke and who was spoken of, as one Doc is read from left to right."""

    def __init__(
        self, view: View, subjects: SubjectFinder, clauses: AttributionFinder, occasions: Occasions, issuers: Issuers
    ) -> None:
        self._view = view
        self._subjects = subjects
        self._clauses = clauses
        self._occasions = occasions
        self._issuers = issuers
        self.last: Voice | None = None
        self._topic: Voice | None = None
        self._person: Speaker | None = None
        self._met: tuple[Speaker, ...] = ()
        """Whom the last subject met."""

    def speak(self, item: Attribution, number: int, start: int) -> Voice | None:
        """The voice of an attribution, which is the last one from now on; None when it cannot be told.

        ``number`` and ``start``: those of the utterance.
        """
        self._met = item.subject.met or (self._met if item.subject.kind == "none" else ())
        speakers = self._speakers(item, number, start)
        if speakers and self._met and self._subjects.is_joint(item.start, item.cue.start):
            speakers = tuple(dict.fromkeys((*speakers, *self._met)))
        if speakers is None:
            if item.subject.kind == "other":
                self.last = None
            return None
        begin = start if not (self.last and self.last.utterance == number) else item.start
        occasion = self._occasions.of([s.entity for s in speakers], begin, item.cue.start, item.content)
        voice = Voice(speakers, number, occasion.date, occasion.place, item.cue.start)
        if item.subject.passive:
            return voice  # who is only named as the agent is not the subject that goes on
        self.last = voice
        self._person = next((s for s in speakers if s.type == "Person"), self._person)
        return self.last

    def go_on(self, number: int) -> Voice | None:
        """The last voice goes on in this utterance."""
        if self.last is not None:
            self.last = replace(self.last, utterance=number)
        return self.last

    def note_topic(self, number: int, start: int, end: int, *, spoke: bool) -> None:
        """Who the utterance begins with: for the pronoun of the next. ``spoke``: something was said in it."""
        subject, at = Subject("none"), start
        while at < end and subject.kind == "none":
            clause_end = self._clauses.clause_end(at, end)
            subject = self._subjects.find(at, clause_end)
            at = clause_end + 1
        if subject.kind == "named" and not subject.passive:
            occasion = self._occasions.explicit(start, min(at - 1, end))
            if not spoke:
                present = [m.entity for m in within(self._view.doc._.mentions, start, at) if m.type == "Person"]
                self._occasions.meet([*(s.entity for s in subject.speakers), *present], occasion)
            self._topic = Voice(subject.speakers, number, occasion.date, occasion.place)
            self._person = next((s for s in subject.speakers if s.type == "Person"), self._person)

    def _speakers(self, item: Attribution, number: int, start: int) -> tuple[Speaker, ...] | None:
        """The speakers of an attribution; None when they cannot be told."""
        subject = item.subject
        if subject.kind in {"named", "unnamed"}:
            return subject.relayed or self._cited(subject) or subject.speakers
        if subject.kind == "pronoun":
            if self._subjects.is_plural(subject.start):
                return self._several(number)
            here = (subject.start, self._subjects.word_end(subject.start))
            stands_for = self._person if self._subjects.is_person(subject.start) else self._body(number)
            if stands_for and stands_for.entity:
                return (Speaker(stands_for.entity, *here, stands_for.type), *subject.relayed)
            return None
        if subject.kind == "other":
            return None
        if subject.kind == "document":
            end = item.content if item.according else item.cue.end
            makers = self._makers(subject.start, end)
            if makers:
                return (*makers, *subject.relayed)
        inherited = self._inherited(item, number, start)
        if inherited is None:
            return subject.relayed or None
        return inherited + subject.relayed

    def _several(self, number: int) -> tuple[Speaker, ...] | None:
        """Those who last spoke together, or of whom a sentence shortly before was; None when there are none."""
        recent = [v for v in (self._topic, self.last) if v and len(v.speakers) > 1 and v.utterance >= number - _RECENT]
        return max(recent, key=lambda voice: voice.utterance).speakers if recent else None

    def _makers(self, start: int, end: int) -> tuple[Speaker, ...]:
        """Who made the paper that is named between two offsets."""
        makers = self._issuers.of(self._view.folded[start:end], start)
        return tuple(Speaker(m.entity, m.start, m.end, m.type) for m in makers)

    def _cited(self, subject: Subject) -> tuple[Speaker, ...]:
        """Who made the paper that the subject only passes on."""
        return self._makers(*subject.cites) if subject.cites else ()

    def _body(self, number: int) -> Speaker | None:
        """The state or organization that spoke last, for 该机构."""
        recent = [v for v in (self.last, self._topic) if v and v.utterance >= number - 3]
        bodies = [(v.utterance, s) for v in recent for s in v.speakers if s.type not in {"", "Person"}]
        return max(bodies, key=lambda pair: pair[0])[1] if bodies else None

    def _inherited(self, item: Attribution, number: int, start: int) -> tuple[Speaker, ...] | None:
        at = item.start
        spoken = bool(self.last and self.last.utterance == number)
        floor = max(start, self._view.folded.rfind(";", start, at) + 1) if spoken else start
        if spoken and self.last and (floor == start or self.last.at >= floor):
            return self.last.speakers
        while at > floor:
            before = self._clauses.clause_start(at - 1)
            subject = self._subjects.find(before, at - 1)
            goes_on = subject.kind == "other" and self._subjects.begins_with_verb(before, at - 1)
            if goes_on or self._subjects.is_apposition(before, at - 1):
                at = before
                continue
            if subject.kind == "named" and not subject.passive:
                self._met = subject.met
                return subject.relayed or self._cited(subject) or subject.speakers
            if subject.kind == "pronoun":
                return (self._person,) if self._person else None
            if subject.kind in {"other", "unnamed"}:
                return None
            at = before
        if spoken and self.last:
            return self.last.speakers
        recent = [v for v in (self.last, self._topic) if v and v.utterance >= number - 2]
        if item.subject.kind == "none":
            recent = [v for v in recent if v.utterance == number - 1]
        return max(recent, key=lambda v: v.utterance).speakers if recent else None
