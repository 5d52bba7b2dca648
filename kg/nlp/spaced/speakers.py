"""Who speaks, in a language with spaces: the noun phrase before a cue, behind it, or of the cue before."""

from __future__ import annotations

from dataclasses import dataclass

from kg.model import ACTOR_TYPES, Mention
from kg.nlp.document import View, within
from kg.nlp.quotes import Quote
from kg.nlp.spaced.cuewords import Cue, CueWords
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.reference import Reference

_INVERTED = frozenset({"clause", "clause_to", "that"})
"""Frames of cues that can stand before their subject."""
_REACH = 600
"""Characters before a cue in which its subject is looked for."""
_NEAR = 60
"""Characters behind what a body said in which "it" is that body."""
_JOINT = 45
"""Characters between two who speak together, titles included."""


@dataclass(slots=True)
class Voice:
    """Who speaks: the mentions, from where on their noun phrase stands."""

    start: int
    end: int
    speakers: list[str | None]
    at: tuple[int, int] | None = None


@dataclass(slots=True)
class Memory:
    """What the sentence before leaves: who spoke, when and where, in which paragraph."""

    voice: Voice | None = None
    date: str | None = None
    place: str | None = None
    paragraph: int = -1
    end: int = -1
    """Where the statement ends that was read last."""


class Speakers:
    """Finds the speakers of the cues of one Doc. ``memory``: what the sentence before left."""

    def __init__(
        self, view: View, words: CueWords, reference: Reference, masked: Masked, mentions: list[Mention],
        quotes: dict[int, Quote],
    ) -> None:  # fmt: skip
        self._view, self._words, self._reference, self._masked = view, words, reference, masked
        self._mentions, self._quotes = mentions, quotes
        self.memory = Memory()

    def voice(self, cue: Cue, start: int, end: int, previous: Voice | None) -> tuple[Voice, str] | None:
        """Who speaks, and how it is told: before the cue, behind it, joined to the cue before, going on with it."""
        words, masked = self._words, self._masked.text
        start = max(start, cue.start - _REACH)
        lead = masked[start : cue.start]
        other = words.quotes_as.search(lead)
        if other is not None:  # the agency quoted X as saying
            who = self._masked.at[start + other.start("who")]
            return Voice(who.start, cue.start, [who.entity], (who.start, who.end)), "before"
        quoted = words.quoted_as.search(lead)
        if quoted is not None:
            pre = words.pre.search(lead[: quoted.start()])
            named = self._before(start, start + (pre.start() if pre else quoted.start()))
            return (named, "before") if named else None
        if words.goes_on(cue, lead) or (words.is_participle(cue) and previous is None and not lead.strip()):
            voice = previous or self._sentence_subject(start, cue.start)
            if voice is None:
                voice = self._subordinate(start, cue.start) if lead.strip() else self._next_subject(cue, end)
            return (voice, "going_on") if voice else None
        if words.is_participle(cue):
            return None
        inverted = self._inverted(cue, start, end)
        if inverted is not None:
            return inverted, "inverted"
        if words.joined.search(lead):
            voice = previous or self._sentence_subject(start, cue.start)
            return (voice, "joined") if voice else None
        pre = words.pre.search(lead)
        subject_end = start + (pre.start() if pre else len(lead))
        voice = self._before(start, subject_end)
        related = words.relative.search(masked[start:subject_end].rstrip(" ")) is not None
        return (voice, "relative" if related else "before") if voice else None

    def _before(self, start: int, end: int) -> Voice | None:
        """The subject that ends at an offset."""
        words, lead = self._words, self._masked.text[start:end].rstrip(" ")
        others = words.and_others.search(lead)
        lead = lead[: others.start()] if others else lead
        end = start + len(lead)
        if words.placed.search(lead):
            return None  # officials in Moscow and Minsk
        for pattern in (
            words.spokesman_of,
            words.affiliated,
            words.direct,
            words.papers,
            words.officials,
            words.relative,
        ):
            match = pattern.search(lead)
            if match is not None:
                who = self._masked.at[start + match.start("who")]
                return self._joint(start, who, end)
        if words.pronoun.search(lead):
            return self._it(start + words.pronoun.search(lead).start(), end)  # type: ignore[union-attr]
        if words.paper_alone.search(lead):
            return self._paper(start + words.paper_alone.search(lead).start(), end)  # type: ignore[union-attr]
        if words.unnamed.search(lead):
            return None
        if lead.endswith((",", ")", "–", "—", "-")):
            return self._apposed(start, end)
        setting = words.setting.search(lead)
        if setting is not None:
            who = self._masked.at[start + setting.start("who")]
            if self._reference.is_subject(who):
                return self._joint(start, who, end)
        return None

    def _apposed(self, start: int, end: int) -> Voice | None:
        """Bonnie Jenkins, the under secretary of state, said: the name before the words between commas."""
        lead = self._masked.text[start:end]
        named = self._masked.to.get(end - 1)
        address = self._words.address.search(lead[: named.start - start]) if named else None
        if named is not None and named.type == "Person" and address is not None:
            if self._words.aide_of.search(lead[: address.start()]):
                return None  # an aide to the agency's head, X, said
            voice = self._joint(start, named, end)  # Iran's foreign minister, X, said
            comma = lead.rfind(", ", 0, address.start())
            quoted = max(
                (
                    q.end - start
                    for at in range(start, named.start)
                    if (q := self._quotes.get(at)) and q.end <= named.start
                ),
                default=0,
            )
            voice.start = start + max(comma + 2 if comma > 0 else 0, quoted)
            return voice
        at = len(lead) - 1
        marks: tuple[str, ...] = (", ", " (") if lead[-1] in ",)" else (" – ", " — ", " - ")
        found: Mention | None = None
        for _ in range(4):
            at = max(lead.rfind(mark, 0, at) for mark in marks)
            if at <= 0:
                break
            who = self._masked.to.get(start + at)
            if who is not None and who.type in ACTOR_TYPES and (found is None or who.type == "Person"):
                if found is not None and not self._words.describes.match(lead, who.end - start):
                    break
                found = who  # X, head of the agency (A), said
                if who.type == "Person":
                    break
                marks = (", ",)
        if found is not None and found.type != "Person":
            of = self._words.affiliated.search(lead[: found.end - start])
            found = self._masked.at[start + of.start("who")] if of else found  # X of Australia, the president, said
        return self._joint(start, found, end) if found is not None else None

    def _joint(self, start: int, who: Mention, end: int) -> Voice:
        """All who speak together: A, B and C said."""
        speakers: list[str | None] = [who.entity]
        first = who
        while True:
            before = next(
                (
                    m
                    for gap in range(1, _JOINT)
                    if (m := self._masked.to.get(first.start - gap)) and first.start - gap > start
                ),
                None,
            )
            if before is None or before.type not in ACTOR_TYPES:
                break
            between = self._masked.text[before.end : first.start]
            last = len(speakers) == 1
            if not (self._words.joint_last if last else self._words.joint).fullmatch(between):
                break
            speakers.insert(0, before.entity)
            first = before
        return Voice(first.start, end, list(dict.fromkeys(speakers)), (who.start, who.end))

    def _paper(self, start: int, end: int) -> Voice | None:
        """The report, the statement: who spoke last in the paragraph, else the body whose paper was named last."""
        voice = self.memory.voice
        same = self.memory.end > self._view.folded.rfind("\n", 0, start)
        named = list(self._words.paper_of.finditer(self._masked.text, max(0, start - 2 * _REACH), start))
        newer = bool(named) and (named[-1].start() > self.memory.end or (voice and self._type(voice) == "State"))
        if not newer and voice is not None and (same or self._type(voice) == "Organization"):
            return Voice(start, end, list(voice.speakers))
        if named:
            who = self._masked.at[named[-1].start("who" if named[-1]["who"] else "by")]
            return Voice(start, end, [who.entity])
        return Voice(start, end, list(voice.speakers)) if voice is not None and not self._is_person(voice) else None

    def _type(self, voice: Voice) -> str | None:
        entity = self._view.doc._.entities.get(voice.speakers[0]) if voice.speakers[0] else None
        return entity.type if entity is not None else None

    def _is_person(self, voice: Voice) -> bool:
        return self._type(voice) == "Person"

    def _it(self, start: int, end: int) -> Voice | None:
        """It or they: who spoke last when that is no person, else the body or state that is the subject of before."""
        voice = self.memory.voice
        masked, sentence = self._masked.text, self._view.sentence_at(start)[0]
        trails = self._words.trailing.search(masked[max(0, start - 4) : start]) is not None  # …, it added
        trails = trails and self._words.lead_setting.match(masked, sentence) is None
        near = trails and sentence - self.memory.end < _NEAR
        if voice is not None and (len(voice.speakers) > 1 or (near and not self._is_person(voice))):
            return Voice(start, end, list(voice.speakers))
        if self._words.plural.match(self._masked.text, start):
            return None  # they: several persons, or nobody that is known
        last = self._reference.latest(start, frozenset({"Organization", "State"}), 2)
        if last is not None:
            return Voice(start, end, [last.entity])
        if voice is not None and not self._is_person(voice):
            return Voice(start, end, list(voice.speakers))
        return None

    def _inverted(self, cue: Cue, start: int, end: int) -> Voice | None:
        """ "…," said X: what was said is before the cue and the name behind it."""
        masked = self._masked.text
        if cue.word.frame not in _INVERTED:
            return None
        if not self._words.inverted_before.search(masked[start : cue.start]):
            return None
        match = self._words.inverted.match(masked, cue.end, end)
        if match is None:
            paper = self._words.inverted_paper.match(masked, cue.end, end)
            return self._paper(paper.end(), paper.end()) if paper else None
        who = self._masked.at[match.start("who")]
        between = masked[cue.end : match.start("who")]
        if self._words.find(masked, cue.end, match.start("who")) or "," in between:
            return None
        if self._words.not_inverted.search(between) or not self._words.inverted_end.match(masked, who.end):
            return None
        voice = self._joint(cue.end, who, who.end)
        return Voice(voice.start, who.end, voice.speakers, (who.start, who.end))

    def _sentence_subject(self, start: int, end: int) -> Voice | None:
        """The first actor of the last clause in the position of a subject, else of the sentence."""
        opened = [m.end() for m in self._words.new_clause.finditer(self._masked.text, start, end)]
        if opened and opened[-1] > start:
            voice = self._sentence_subject(opened[-1], end)
            if voice is not None:
                return voice
        for mention in within(self._mentions, start, end):
            shown = self._masked.at.get(mention.start)
            if self._words.inner_clause.search(self._masked.text, start, mention.start):
                return None  # said that X …
            if shown is mention and mention.type in ACTOR_TYPES and self._reference.is_subject(mention):
                return self._joint(start, mention, mention.end)
        return None

    def _subordinate(self, start: int, end: int) -> Voice | None:
        """It came after X had acted while warning …: the last subject of a clause behind a conjunction."""
        masked = self._masked.text
        for mention in reversed(within(self._mentions, start, end)):
            if self._masked.at.get(mention.start) is not mention or mention.type not in ACTOR_TYPES:
                continue
            if self._words.subordinate.search(masked, start, mention.start) and self._words.verb_behind.match(
                masked, mention.end
            ):
                return self._joint(start, mention, mention.end)
        return None

    def _next_subject(self, cue: Cue, end: int) -> Voice | None:
        """Announcing the withdrawal, X called …: the first actor behind a comma."""
        comma = self._masked.text.find(", ", cue.end, end)
        return self._sentence_subject(comma + 1, end) if comma > 0 else None
