"""Statements: who said what, in stages: marks, cues, attributions, contents, acts, and then date, place and topic.

An attribution (:class:`Attribution`) is a cue with its subject, or an "according to". Each utterance is read from left
to right: an attribution opens a content, and the next one that is not itself part of that content closes it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from spacy.language import Language
from spacy.tokens import Doc

from kg import lang
from kg.model import Mention, Statement
from kg.nlp.attribution import Actors, Patterns, Speaker, Subject, SubjectFinder
from kg.nlp.contents import Contents
from kg.nlp.cues import Cue, CueFinder, Word
from kg.nlp.document import View, span_of, within
from kg.nlp.issuers import Issuers, PaperWords
from kg.nlp.occasions import Occasions, OccasionWords
from kg.nlp.quotes import Marks, Quote

_ACCORDING = Word("say", "clause")
_MOST_ABOUT = 6
_LONGEST_ACCORDING = 45
_ENDS = re.compile(r"[;。!?]|\s*$")
_CLAUSE_END = re.compile("[,;:]|[\u2014\u2015]+")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A cue in its clause. ``start``: where the clause begins; ``content``: where what was said may begin."""

    start: int
    cue: Cue
    subject: Subject
    content: int
    according: bool = False


@dataclass(slots=True)
class Voice:
    """Who spoke last, and when and where: what a following cue without a subject goes on with."""

    speakers: tuple[Speaker, ...]
    utterance: int
    date: str | None = None
    place: str | None = None
    at: int = -1
    """Where its cue stands."""


@dataclass(slots=True)
class _Open:
    """A content that has begun."""

    attribution: Attribution
    voice: Voice
    start: int
    emit: bool = True


@dataclass(slots=True)
class _Reader:
    """Reads one Doc. All offsets are characters."""

    component: Statements
    view: View
    actors: Actors
    quotes: tuple[Quote, ...]
    depth: bytearray
    utterances: tuple[tuple[int, int], ...]
    finder: SubjectFinder
    occasions: Occasions
    issuers: Issuers
    bounds: list[int] = field(default_factory=list)
    voice: Voice | None = None
    topic: Voice | None = None
    person: Speaker | None = None
    taken: set[int] = field(default_factory=set)
    found: list[Statement] = field(default_factory=list)

    # the order of work

    def read(self, cues: Sequence[Cue]) -> list[Statement]:
        self.bounds = self._clause_starts()
        at = 0
        for number, (start, end) in enumerate(self.utterances):
            here: list[Cue] = []
            while at < len(cues) and cues[at].start < end:
                if cues[at].start >= start:
                    here.append(cues[at])
                at += 1
            self._utterance(number, start, end, here)
        return sorted(self.found, key=lambda s: (s.start, s.end, s.speaker_start or 0, s.speaker or ""))

    def _utterance(self, number: int, start: int, end: int, cues: list[Cue]) -> None:
        attributions = self._attributions(start, end, cues)
        current: _Open | None = None
        opened = False
        for item in attributions:
            if current and not self._cuts(current, item):
                continue
            if current:
                self._close(current, item.start, number)
            current = self._open(item, number, start, end, opened)
            opened = opened or current is not None
        if current:
            self._close(current, end, number)
        if not opened:
            self._standing_alone(number, start, end)
        self._note_topic(number, start, end, opened)

    def _note_topic(self, number: int, start: int, end: int, spoke: bool) -> None:
        """Who the utterance begins with: for the pronoun of the next. ``spoke``: something was said in it."""
        subject, at = Subject("none"), start
        while at < end and subject.kind == "none":
            clause_end = self._clause_end(at, end)
            subject = self.finder.find(at, clause_end)
            at = clause_end + 1
        if subject.kind == "named" and not subject.passive:
            occasion = self.occasions.explicit(start, min(at - 1, end))
            if not spoke:
                present = [m.entity for m in within(self.view.doc._.mentions, start, at) if m.type == "Person"]
                self.occasions.meet([*(s.entity for s in subject.speakers), *present], occasion)
            self.topic = Voice(subject.speakers, number, occasion.date, occasion.place)
            self.person = next((s for s in subject.speakers if s.type == "Person"), self.person)

    # clauses and attributions

    def _clause_starts(self) -> list[int]:
        """Where clauses begin: behind commas, and behind a quotation that is a clause of its own."""
        starts = {start for start, _ in self.utterances}
        folded = self.view.folded
        starts.update(m.end() for m in _CLAUSE_END.finditer(folded) if not self.depth[m.start()])
        for start, end in self.utterances:
            dateline = self.component.patterns.dateline.match(folded, start, end)
            if dateline and (start == 0 or folded[:start].rstrip(" ").endswith("\n")):
                starts.add(dateline.end())
        for quote in self.quotes:
            inner = folded[quote.inner_start : quote.inner_end]
            if (inner and not inner[-1].isalnum()) or (
                quote.start in starts and len(inner) > 8 and not within(self.view.doc._.mentions, *_inside(quote))
            ):
                starts.add(quote.end)
        return sorted(starts)

    def _clause_start(self, at: int) -> int:
        return self.bounds[max(0, bisect_right(self.bounds, at) - 1)]

    def _clause_end(self, at: int, end: int) -> int:
        """The comma that ends the clause of ``at``, or ``end``."""
        after = bisect_right(self.bounds, at)
        return min(self.bounds[after] - 1, end) if after < len(self.bounds) else end

    def _attributions(self, start: int, end: int, cues: list[Cue]) -> list[Attribution]:
        according = self._according(start, end)
        found = list(according)
        for number, cue in enumerate(cues):
            if any(a.start <= cue.start < a.content for a in according):
                continue
            clause = self._clause_start(cue.start)
            following = cues[number + 1] if number + 1 < len(cues) else None
            if following and self._clause_start(following.start) == clause and self._leads_to(cue, following):
                continue
            if found and found[-1].start == clause and not found[-1].according:
                continue
            content = self.component.contents.begin(self.view.folded, cue, end)
            if self.finder.is_hypothetical(clause, cue.start):
                continue
            if cue.word.complement == "order" and self.component.patterns.provision.fullmatch(
                self.view.folded, start, clause
            ):
                continue  # 根据协议,伊朗承诺…
            subject = self.finder.find(self._past_according(clause, cue.start), cue.start)
            if cue.word.complement == "quote" and content >= end:
                continue
            if cue.word.weak and subject.kind != "named" and self.finder.is_topic(clause, cue.start):
                continue  # 面对外界担忧,…
            if cue.word.noun and subject.kind == "none" and (cue.word.relay or cue.start == start):
                if not self._is_document(cue):
                    continue
                subject = Subject("document", start=cue.start)
            found.append(Attribution(clause, cue, subject, content))
        return sorted(found, key=lambda a: a.cue.start)

    def _is_document(self, cue: Cue) -> bool:
        """报告称: the first word of the cue is a paper, which speaks for whoever published it."""
        token = self.view.token_at(cue.start)
        word = self.view.folded[cue.start : self.view.ends[token]]
        return self.view.ends[token] < cue.end and self.component.patterns.document.fullmatch(word) is not None

    def _leads_to(self, cue: Cue, following: Cue) -> bool:
        """The first only says on what occasion the second was: 回应提问时说, 告诉路透社说."""
        if cue.word.complement in {"tell", "quote"}:
            return True
        paper = cue.word.noun and self.component.patterns.document.fullmatch(cue.text) is not None
        if paper and self.finder.only_adverbs(cue.end, following.start):
            return True  # 报告预计,…
        opens = self.component.cues.opens
        if opens(following, self.view.folded) and not opens(cue, self.view.folded) and not following.word.noun:
            between = range(cue.end, following.start)
            if cue.word.noun or not any(at in self.actors.at for at in between):
                return True  # 回应提问表示,…
        clause = self._clause_start(cue.start)
        subjectless = cue.word.noun and self.finder.only_adverbs(clause, cue.start)
        if subjectless and self.finder.only_adverbs(cue.end, following.start):
            return True  # 报告还说: a noun, the subject of the next
        if cue.word.noun and not following.word.noun and self.view.tags[self.view.token_at(cue.start)] == "n":
            return True
        for match in self.component.patterns.localizer.finditer(self.view.folded, cue.end, following.start):
            if self.finder.only_adverbs(match.end(), following.start):
                return True
        return False

    def _past_according(self, clause: int, end: int) -> int:
        match = self.component.patterns.according[0][0].match(self.view.folded, clause, end)
        return match.end() if match and self.view.is_edge(match.end()) else clause

    def _according(self, start: int, end: int) -> list[Attribution]:
        """根据X的统计,… 在X看来,…"""
        found: list[Attribution] = []
        for at in self.bounds[bisect_right(self.bounds, start - 1) : bisect_right(self.bounds, end - 1)]:
            begin = self.finder.past_adverbs(at, end)
            stop = self._clause_end(begin, end)
            if stop >= end or stop - begin > _LONGEST_ACCORDING:
                continue
            for opening, closing in self.component.patterns.according:
                match = opening.match(self.view.folded, begin, stop)
                if not match or not closing.search(self.view.folded, match.end(), stop):
                    continue
                subject = self.finder.find(match.end(), stop, source=True)
                if subject.kind in {"named", "document", "pronoun"}:
                    cue = Cue(match.start(), match.end(), match[0], self._according_word(match.end(), stop))
                    found.append(Attribution(at, cue, subject, stop + 1, True))
                break
        return found

    def _according_word(self, start: int, stop: int) -> Word:
        relay = any(row.relay for row in self.component.cues.words_in(self.view.folded[start:stop]))
        return replace(_ACCORDING, relay=relay)

    # opening and closing contents

    def _cuts(self, current: _Open, item: Attribution) -> bool:
        """Whether an attribution ends the content before it, or is part of it."""
        patterns, folded, word = self.component.patterns, self.view.folded, item.cue.word
        bare = item.subject.kind == "none" and not word.weak
        outer = current.attribution
        passed_on = item.according or outer.according or outer.cue.word.relay
        if item.start <= current.start and not (bare or passed_on):
            return False
        if patterns.conditional.match(folded, item.start, item.cue.start):
            return False
        if word.complement == "object" and _ENDS.match(folded, item.cue.end):
            return False
        lead = folded[item.start : item.cue.start]
        if item.according:
            return not current.attribution.according
        if item.subject.kind in {"none", "document"} and not item.subject.speakers:
            return not word.weak or (
                not word.inner and bool(patterns.connector.match(folded, item.start, item.cue.start))
            )
        if item.subject.kind == "other":
            return False
        if {s.entity for s in item.subject.speakers} <= {s.entity for s in current.voice.speakers} and not all(
            self.finder.is_side(s) for s in item.subject.speakers
        ):
            return True  # 中国指责…,中国坚决反对…
        own_side = word.complement != "clause" and all(self.finder.is_side(s) for s in item.subject.speakers)
        order = word.complement == "order" and not any(s.type == "Person" for s in item.subject.speakers)
        if word.weak or own_side or order or (word.noun and not folded[item.cue.end : item.cue.end + 1].isalnum()):
            return (
                folded[item.start - 1] == ";"
                or bool(patterns.contrast.match(lead))
                or bool(patterns.contrast.search(folded, item.subject.start, item.cue.start))
                or current.attribution.cue.word.relay
            )
        return True

    def _open(self, item: Attribution, number: int, start: int, end: int, opened: bool) -> _Open | None:
        speakers = self._speakers(item, number, start)
        trailing = None if opened and self.voice is None else self._quote_before(item, start)
        if speakers is None:
            if item.subject.kind == "other":
                self.voice = None
            return None
        voice = self._voice(item, speakers, number, start)
        self.voice = voice
        self.person = next((s for s in speakers if s.type == "Person"), self.person)
        if trailing:
            self._emit(trailing.inner_start, trailing.inner_end, item.cue, voice, True, colon=False)
            self.taken.add(trailing.start)
        elif not opened and self._trails(item, start, end):
            self._emit(start, item.start - 1, item.cue, voice, False, colon=False)
        return _Open(item, voice, item.content)

    def _is_sentence(self, quote: Quote) -> bool:
        return self.view.folded[quote.inner_end - 1] in self.component.marks.hard

    def _ends_here(self, at: int) -> bool:
        """Nothing but the end of a sentence follows."""
        return bool(_ENDS.match(self.view.folded, at))

    def _trails(self, item: Attribution, start: int, end: int) -> bool:
        """俄方不会先动手,佩斯科夫说。"""
        folded = self.view.folded
        if item.subject.kind != "named" or item.according or item.start <= start + 4 or folded[item.start - 1] != ",":
            return False
        ends = not any(c.isalnum() for c in folded[item.cue.end : end])
        return ends and bool(self.component.contents.trailing.search(folded, item.cue.start, item.cue.end))

    def _quote_before(self, item: Attribution, start: int) -> Quote | None:
        """The quotation that a trailing attribution belongs to: 「…,」佩斯科夫说."""
        if item.subject.kind in {"other", "none"} or item.according:
            return None
        for quote in self.quotes:
            if quote.end > item.start:
                return None
            between = self.view.folded[quote.end : item.start]
            if quote.start not in self.taken and not between.strip(" ,"):
                before = self.view.folded[max(0, quote.start - 1) : quote.start]
                alone = quote.start <= start or not before.strip() or not before.isalnum()
                if self._is_sentence(quote) and self.voice and not self._ends_here(item.cue.end):
                    alone = False  # 「…。」 of who spoke before; this one has a content of his own
                if alone and quote.inner_end - quote.inner_start > 2:
                    return quote
        return None

    def _close(self, current: _Open, end: int, number: int) -> None:
        item = current.attribution
        if not (item.according or item.subject.kind == "document"):
            end = self._semicolon(item.cue, current.start, end)
        stop = self.component.contents.end(self.view.folded, item.cue, current.start, end, self.depth)
        colon = ":" in self.view.folded[item.cue.end : current.start + 1]
        self._emit(current.start, stop, item.cue, current.voice, None, colon=colon)

    def _semicolon(self, cue: Cue, start: int, end: int) -> int:
        """The first semicolon behind which the article goes on: with a date, or with a subject of its own."""
        folded = self.view.folded
        for at in (at for at in range(start, end) if folded[at] == ";" and not self.depth[at]):
            begin = self.finder.past_spaces(at + 1, end)
            if self.component.contents.is_aimed(cue) or self.finder.opens_anew(begin, end):
                return at
        return end

    def _standing_alone(self, number: int, start: int, end: int) -> None:
        """A quotation that is an utterance of its own goes on with who spoke last."""
        begin = self.component.patterns.goes_on.match(self.view.folded, start, end)
        starts = {start, begin.end() if begin else start}
        quote = next((q for q in self.quotes if q.start in starts and q.start not in self.taken), None)
        if quote is None or self.voice is None or self.voice.utterance < number - 2:
            return
        following = self.utterances[number + 1] if number + 1 < len(self.utterances) else (end, end)
        if any(c.isalnum() for c in self.view.folded[quote.end : end]) or quote.inner_end - quote.inner_start < 8:
            return
        if self._attributed_after(following):
            return
        self.taken.add(quote.start)
        self.voice = replace(self.voice, utterance=number)
        self._emit(quote.inner_start, quote.inner_end, None, self.voice, True, colon=False)

    def _attributed_after(self, following: tuple[int, int]) -> bool:
        """The next utterance begins with a subject and a cue: the quotation before it is its own."""
        start, end = following
        first = next((c for c in self.component.last_cues if start <= c.start < self._clause_end(start, end)), None)
        return first is not None and (self._ends_here(first.end) or self.voice is None)

    # who

    def _speakers(self, item: Attribution, number: int, start: int) -> tuple[Speaker, ...] | None:
        """The speakers of an attribution; None when they cannot be told."""
        subject = item.subject
        if subject.kind in {"named", "unnamed"}:
            return subject.speakers + subject.relayed
        if subject.kind == "pronoun":
            here = (subject.start, self.finder.word_end(subject.start))
            stands_for = self.person if self.finder.is_person(subject.start) else self._body(number)
            if stands_for and stands_for.entity:
                return (Speaker(stands_for.entity, *here, stands_for.type), *subject.relayed)
            return None
        if subject.kind == "other":
            return None
        if subject.kind == "document":
            makers = self.issuers.of(self.view.folded[subject.start : item.cue.end], subject.start)
            if makers:
                return (*(Speaker(m.entity, m.start, m.end, m.type) for m in makers), *subject.relayed)
        inherited = self._inherited(item, number, start)
        if inherited is None:
            return subject.relayed or None
        return inherited + subject.relayed

    def _body(self, number: int) -> Speaker | None:
        """The state or organization that spoke last, for 该机构."""
        recent = [v for v in (self.voice, self.topic) if v and v.utterance >= number - 3]
        bodies = [(v.utterance, s) for v in recent for s in v.speakers if s.type not in {"", "Person"}]
        return max(bodies, key=lambda pair: pair[0])[1] if bodies else None

    def _inherited(self, item: Attribution, number: int, start: int) -> tuple[Speaker, ...] | None:
        at = item.start
        spoken = bool(self.voice and self.voice.utterance == number)
        floor = max(start, self.view.folded.rfind(";", start, at) + 1) if spoken else start
        if spoken and self.voice and (floor == start or self.voice.at >= floor):
            return self.voice.speakers
        while at > floor:
            before = self._clause_start(at - 1)
            subject = self.finder.find(before, at - 1)
            if subject.kind == "other" and self.finder.begins_with_verb(before, at - 1):
                at = before
                continue
            if subject.kind == "named" and not subject.passive:
                return subject.relayed or subject.speakers
            if subject.kind == "pronoun":
                return (self.person,) if self.person else None
            if subject.kind in {"other", "unnamed"}:
                return None
            at = before
        if spoken and self.voice:
            return self.voice.speakers
        recent = [v for v in (self.voice, self.topic) if v and v.utterance >= number - 2]
        if item.subject.kind == "none":
            recent = [v for v in recent if v.utterance == number - 1]
        return max(recent, key=lambda v: v.utterance).speakers if recent else None

    # when, where, about what

    def _voice(self, item: Attribution, speakers: tuple[Speaker, ...], number: int, start: int) -> Voice:
        begin = start if not (self.voice and self.voice.utterance == number) else item.start
        entities = [speaker.entity for speaker in speakers]
        occasion = self.occasions.of(entities, begin, item.cue.start, item.content)
        return Voice(speakers, number, occasion.date, occasion.place, item.cue.start)

    def _about(self, start: int, end: int, speaker: str | None) -> tuple[str, ...]:
        seen: dict[str, None] = {}
        reach = start
        for mention in sorted(self._mentions(start, end), key=lambda m: (m.start, -m.end)):
            if mention.end <= reach or mention.type == "Place" or mention.entity == speaker:
                continue
            reach = mention.end
            seen.setdefault(mention.entity)
        return tuple(seen)[:_MOST_ABOUT]

    def _mentions(self, start: int, end: int) -> list[Mention]:
        return within(self.view.doc._.mentions, start, end) + within(self.view.doc._.anaphors, start, end)

    def _emit(self, start: int, end: int, cue: Cue | None, voice: Voice, quoted: bool | None, *, colon: bool) -> None:
        contents, folded = self.component.contents, self.view.folded
        describing = bool(cue and contents.describing.search(folded, cue.start, cue.end))
        span = contents.trimmed(folded, start, end, self.quotes, colon, describing)
        if span is None:
            return
        for quote in self.quotes:
            if quote.start >= span[0] - 1 and quote.end <= span[1] + 2:
                self.taken.add(quote.start)
        if contents.attitude.fullmatch(folded, span[0], span[1]):
            return  # 阐明了严正立场: what it is, is not said
        for begin, stop in contents.split(folded, span, self.quotes):
            self._record(begin, stop, cue, voice, bool(quoted) or span[2])

    def _record(self, start: int, end: int, cue: Cue | None, voice: Voice, quoted: bool) -> None:
        """One statement for each speaker."""
        span = (start, end)
        contents, folded = self.component.contents, self.view.folded
        mentions = self._mentions(span[0], span[1])
        if any(m.start == span[0] and m.end == span[1] for m in mentions) and cue and cue.word.complement == "object":
            return
        for speaker in voice.speakers:
            act = contents.act(cue, folded[span[0] : span[1]], mentions, speaker.entity)
            self.found.append(
                Statement(
                    span[0], span[1], speaker.entity, act, speaker.start, speaker.end,
                    cue.start if cue else None, cue.end if cue else None, quoted,
                    voice.date, voice.place, self._about(span[0], span[1], speaker.entity),
                )
            )  # fmt: skip


def _inside(quote: Quote) -> tuple[int, int]:
    return quote.start, quote.end


class Statements:
    """Pipeline component: fills ``doc._.statements`` and ``doc.spans["statements"]``."""

    def __init__(self, language: str) -> None:
        table = lang.table(language, "cues")
        self.ready = bool(table)
        if self.ready:
            self.marks = Marks(lang.table(language, "quotes"), lang.table(language, "language"))
            self.cues = CueFinder(table, self.marks.opening)
            self.contents = Contents(table, self.marks.opening, self.marks.closing)
            attribution = lang.table(language, "attribution")
            self.patterns = Patterns(attribution)
            self.papers = PaperWords(attribution)
            self.occasions = OccasionWords(attribution, self.patterns.at_place)
            self.last_cues: list[Cue] = []

    def __call__(self, doc: Doc) -> Doc:
        statements = self.find(doc) if self.ready and len(doc) else []
        doc._.statements = tuple(statements)
        doc.spans["statements"] = [span_of(doc, s.start, s.end, s.act, s.speaker or "") for s in statements]
        return doc

    def find(self, doc: Doc) -> list[Statement]:
        """The statements of a Doc whose mentions are set, in text order."""
        view = View.of(doc)
        layout = self.marks.read(view.folded)
        actors = Actors.of([*doc._.mentions, *doc._.anaphors])
        finder = SubjectFinder(view, self.patterns, actors, layout.depth, doc._.dates)
        occasions = Occasions(view, self.occasions, layout.depth)
        issuers = Issuers(view, self.papers, layout.depth)
        reader = _Reader(self, view, actors, layout.quotes, layout.depth, layout.utterances, finder, occasions, issuers)
        self.last_cues = self.cues.find(view, layout.depth)
        return reader.read(self.last_cues)


@Language.factory("kg_statements", default_config={"language": "zh"})
def create(nlp: Language, name: str, language: str) -> Statements:
    """The component for the tables of ``language``; without a table it finds nothing."""
    return Statements(language)
