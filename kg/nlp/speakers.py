"""Who is the subject of a cue: reads the clause before it word by word, by the table ``attribution``."""

from __future__ import annotations

from kg.nlp.attribution import Phrase, Speaker, Subject
from kg.nlp.phrases import NOUN_TAGS, PHRASE_TAGS, PhraseReader
from kg.nlp.quotes import REMARK

_DESCRIBING = frozenset({"a", "ad", "an", "v", "vn", "vd"})
_LOOSE_TAGS = PHRASE_TAGS | {"d", "b", "t", "c", "TIME"}


class SubjectFinder(PhraseReader):
    """Reads the subject out of stretches of one Doc."""

    def find(self, start: int, end: int, *, source: bool = False) -> Subject:
        """The subject of a cue that begins at ``end``, in the clause that begins at ``start``.

        ``source``: the stretch is what follows an "according to", so that whoever is named in it speaks.
        """
        at, verb, noun, de = start, False, -1, False
        fronted = bool(self._word(self._p.topic, start, end))
        while at < end:
            following = self._skipped(at, end)
            if following > at:
                at = following
                continue
            if at in self._actors:
                phrase = self._phrase(at, end, object_of_verb=verb)
                described = not phrase.tail and self._text.startswith(self._p.attributive, phrase.end)  # 美国支持的…
                fronted = fronted and not self._only_beside(phrase.end, end)  # 就美国退约一事指出
                if not verb and not fronted and (source or not described):
                    return self._named(self._held(phrase, end), at, end)
                at, noun = phrase.end, -1
                continue
            if at in self._titles and self._titles[at] <= end:
                noun = at if noun < 0 and not verb else noun
                at = self._titles[at]
                continue
            agent = self._word(self._p.agent, at, end)
            if agent and agent in self._actors:
                return self._passive(agent, end) or Subject("other")
            preposition = self._past_causal(at, end) or self._past_preposition(at, end, in_description=verb)
            if preposition > at:
                at = preposition
                continue
            if at in self._others:
                noun = at if noun < 0 and not verb else noun
                at = self._others[at]
                continue
            if honoured := self._honoured(at, end):
                at = honoured
                continue
            token = self._view.token_at(at)
            tag, next_at = self._view.tags[token], self._next(at)
            if self._text[at:next_at] == self._p.attributive or (
                tag in _DESCRIBING and self._text.endswith(self._p.attributive, at, next_at)
            ):
                verb, noun = False, -1
                de = True
            elif tag == "v" and not self._is_no_verb(at, next_at):
                verb = True
            elif not verb and (tag in NOUN_TAGS or tag in {"r", "v"}) and noun < 0:
                noun = at
            at = next_at
        return self._nameless(start, end, noun, de)

    def _honoured(self, at: int, end: int) -> int:
        """Past a form of address right before a name, however it was cut into words: 拿督斯里; 0 elsewhere."""
        match = self._p.phrase.match(self._text, at, end)
        return match.end() if match and match.end() in self._actors else 0

    def _is_no_verb(self, at: int, end: int) -> bool:
        """A paper, or a word inside of noun phrases (在野), that a tagger calls a verb."""
        return any(p.fullmatch(self._text, at, end) for p in (self._p.document, self._p.phrase))

    def _past_causal(self, at: int, end: int) -> int:
        """Past a word of cause with a subject right behind it, which it does not govern; 0 elsewhere."""
        causal = self._word(self._p.causal, at, end)
        return causal if causal and causal in self._actors else 0

    def _past_preposition(self, at: int, end: int, *, in_description: bool = False) -> int:
        progressive = self._word(self._p.progressive, at, end)
        if progressive and (progressive in self._actors or progressive in self._others):
            return self._past_nouns(progressive, end, in_description)
        place = self._word(self._p.place, at, end)
        if place:
            localizer = self._localizer(place, end)
            return localizer if localizer else self._past_nouns(place, end, in_description)
        other = self._word(self._p.other, at, end)
        if not other:
            return at
        after = self._past_nouns(other, end, in_description)
        return self._past_topic(after, end) if self._word(self._p.topic, at, end) else after

    def _localizer(self, at: int, end: int) -> int:
        for match in self._p.localizer.finditer(self._text, at, end):
            after = match.end()
            if self._view.is_edge(after) and not self._text.startswith(self._p.attributive, after):
                return after
        return 0

    def _past_topic(self, at: int, end: int) -> int:
        """Past a clause that a preposition makes a topic of: 对 + 中国增加活动的做法."""
        token = self._view.token_at(at) if at < end else -1
        of = self._text.find(self._p.attributive, at, end) if token >= 0 and self._view.tags[token] == "v" else -1
        return self._past_nouns(of + len(self._p.attributive), end) if of >= 0 else at

    def _past_nouns(self, at: int, end: int, in_description: bool = False) -> int:
        """Past the noun phrase that a preposition governs.

        ``in_description``: a verb stands before it, so that an actor behind 的 is what verb and phrase describe.
        """
        while at < end:
            if in_description and self._text.startswith(self._p.attributive, at):
                return at
            if self._depth[at] == REMARK or not self._text[at].isalnum():
                at += 1
                continue
            if at in self._actors:
                at = self._actors[at][0].end
                continue
            if at in self._others:
                at = self._others[at]
                continue
            token = self._view.token_at(at)
            if self._view.tags[token] not in PHRASE_TAGS or at in self._dates:
                return at
            at = self._next(at)
        return min(at, end)

    def _held(self, phrase: Phrase, end: int) -> Phrase:
        """The person right before the cue whose state or body the phrase is, or the phrase itself.

        What stands between them describes the person: 北约即将卸任的秘书长X, 法国极右翼领袖X, 美国军备控制负责人X.
        """
        outside = (at for at in range(phrase.end, end) if at in self._actors and self._depth[at] != REMARK)
        behind = [self._actors[at][0] for at in outside]
        if phrase.heads[-1].type == "Person" or not behind or behind[-1].type != "Person":
            return phrase
        person = behind[-1]
        if not self._only_beside(person.end, end):
            return phrase
        tokens = range(self._view.token_at(phrase.end), self._view.token_at(person.start))
        words = [(self._text[self._view.starts[n] : self._view.ends[n]], self._view.tags[n]) for n in tokens]
        of = max((n for n, (word, _) in enumerate(words) if word == self._p.attributive), default=-1)
        words = words[of + 1 :]
        titled = person.start in self._title_ends
        allowed = PHRASE_TAGS if of >= 0 else _LOOSE_TAGS
        if titled and len(behind) == 1:
            allowed = _LOOSE_TAGS | {"v", "vd"}  # verbs inside of a title: 军备控制
        nouns = bool(words) and (titled or words[-1][1] in NOUN_TAGS)
        plain = all(
            (tag in allowed or self._p.join.fullmatch(word)) and not self._p.on_persons.fullmatch(word)
            for word, tag in words
        )
        return Phrase([person], person.end) if nouns and plain else phrase

    def _only_beside(self, at: int, end: int) -> bool:
        """Nothing but adverbs, dates, remarks and what prepositions govern."""
        while at < end:
            following = self._skipped(at, end)
            following = following if following > at else self._past_preposition(at, end)
            if following <= at:
                return False
            at = following
        return True

    def _named(self, phrase: Phrase, start: int, end: int) -> Subject:
        tail = phrase.tail
        unnamed = self._p.unnamed.search(tail) or (tail and self._is_former(phrase, start))
        if unnamed and not self._p.document.search(tail):
            return Subject("unnamed", (Speaker(None, start, phrase.end),), start)
        if phrase.person and not self._p.body.search(tail):
            return Subject("other", start=start)
        speakers = tuple(Speaker(m.entity, m.start, m.end, m.type) for m in phrase.heads)
        met = tuple(Speaker(m.entity, m.start, m.end, m.type) for m in phrase.met)
        relayed, cites = self._relayed(phrase.end, end), self._cited(phrase.end, end)
        return Subject("named", speakers, start, relayed=relayed, cites=cites, met=met)

    def _is_former(self, phrase: Phrase, start: int) -> bool:
        """前白宫顾问, nobody by name: speaks no longer for the body."""
        token = self._view.token_at(start - 1) if start else -1
        before = self._text[self._view.starts[token] : start] if token >= 0 else ""
        return phrase.heads[-1].type != "Person" and self._p.former.fullmatch(before) is not None

    def _passive(self, at: int, end: int) -> Subject | None:
        """遭美国批评: the agent speaks, when nothing but adverbs stands between it and the cue."""
        phrase = self._phrase(at, end)
        rest = phrase.end
        while rest < end and self._skipped(rest, end) > rest:
            rest = self._skipped(rest, end)
        if rest < end:
            return None
        named = self._named(phrase, at, end)
        return Subject(named.kind, named.speakers, at, passive=True)

    def _relayed(self, at: int, end: int) -> tuple[Speaker, ...]:
        for match in self._p.relay.finditer(self._text, at, end):
            here = match.end()
            while here < end and here not in self._actors:
                here += 1
            if here < end:
                phrase = self._phrase(here, end)
                if not self._p.unnamed.search(phrase.tail):
                    return tuple(Speaker(m.entity, m.start, m.end, m.type) for m in phrase.heads)
        return ()

    def _cited(self, at: int, end: int) -> tuple[int, int] | None:
        """The words behind one that passes on another's, when nobody is named there."""
        match = self._p.relay.search(self._text, at, end)
        if match is None or any(here in self._actors for here in range(match.end(), end)):
            return None
        return match.end(), end

    def _nameless(self, start: int, end: int, noun: int, described: bool) -> Subject:
        """No actor is the subject: which kind of other subject, if any, there is."""
        text = self._text[start:end]
        relayed = self._relayed(start, end)
        if noun >= 0 and not self.is_topic(start, end):
            head = self._text[noun:end]
            if self._p.pronoun.match(head):
                return Subject("pronoun", start=noun, relayed=relayed)
            stripped = self._before_adverbs(noun, end)
            if self._p.document.search(stripped):
                return Subject("document", start=noun)
            if self._p.unnamed.search(stripped):
                return Subject("unnamed", (Speaker(None, noun, noun + len(stripped)),), noun)
            return Subject("other", start=noun)
        unnamed = self._p.unnamed.search(text)
        to = self._p.hearer.match(self._text, self.past_adverbs(start, end), end)
        heard = unnamed is not None and to is not None and to.end() == start + unnamed.start()
        if unnamed and not relayed and not heard:  # 对记者说: to nobody in particular
            return Subject("unnamed", (Speaker(None, start + unnamed.start(), start + unnamed.end()),), start)
        return Subject("none", start=start, relayed=relayed)

    def _before_adverbs(self, noun: int, end: int) -> str:
        """The noun phrase without what stands between it and the cue."""
        at = noun
        while at < end:
            if at > noun and (self._skipped(at, end) > at or self._past_preposition(at, end) > at):
                break
            at = self._next(at)
        return self._text[noun : min(at, end)]

    # for others

    def begins_with_verb(self, start: int, end: int) -> bool:
        """The clause has no subject of its own: it goes on with that of the clause before."""
        at = self.past_adverbs(start, end)
        while at < end and not self._is_verb(at, end):
            following = self._past_preposition(at, end)
            if following == at:
                return False
            at = self.past_adverbs(following, end)  # 在推特上晒出…
        return at < end

    def _is_verb(self, at: int, end: int) -> bool:
        if at in self._actors or at in self._others:
            return False
        token = self._view.token_at(at)
        return self._view.starts[token] == at and (
            self._view.tags[token] == "v" or self._p.begins.match(self._text, at, end) is not None
        )

    def is_apposition(self, start: int, end: int) -> bool:
        """The clause only says who those before it are: 这两名强硬派高官."""
        return self._p.apposition.fullmatch(self._text, start, end) is not None

    def past_spaces(self, at: int, end: int) -> int:
        """Past white space."""
        while at < end and self._text[at].isspace():
            at += 1
        return at

    def opens_anew(self, at: int, end: int) -> bool:
        """A date, an adverb or an actor as the subject begins here: not what was being said before."""
        if at in self._dates or self._skipped(at, end) > at:
            return self._p.to_come.match(self._text, at, end) is None
        return at in self._actors and not self._text.startswith(self._p.attributive, self._actors[at][0].end)

    def is_cause(self, start: int, end: int) -> bool:
        """The clause only gives the cause of the next: 因美国指控…,谈判中断."""
        return self._past_causal(self.past_adverbs(start, end), end) > 0

    def is_hypothetical(self, start: int, end: int) -> bool:
        """The clause is a condition: 如果朝鲜宣布…"""
        if self._p.asked.match(self._text, start):
            return True
        match = self._p.hypothetical.match(self._text, start, end)
        return bool(match) and start not in self._actors and self._view.is_edge(match.end() if match else start)

    def is_topic(self, start: int, end: int) -> bool:
        """The clause begins with what it is about: 对于…的说法则表示."""
        topic = self._p.topic.match(self._text, self.past_adverbs(start, end), end)
        return bool(topic or self._word(self._p.topic, start, end))

    def is_joint(self, start: int, end: int) -> bool:
        """Both who met say the same: 一致认为."""
        return self._p.jointly.search(self._text, start, end) is not None

    def is_side(self, speaker: Speaker) -> bool:
        """中方, 俄方: perhaps the side of who is speaking."""
        return (
            bool(self._p.side.search(self._text, speaker.start, speaker.end))
            or self._p.side.match(self._text, speaker.end) is not None
        )

    def is_person(self, at: int) -> bool:
        """The pronoun at an offset can only stand for a person."""
        return bool(self._p.person.match(self._text, at))

    def is_plural(self, at: int) -> bool:
        """The pronoun at an offset stands for several."""
        return bool(self._p.plural.match(self._text, at))

    def word_end(self, at: int) -> int:
        """The end of the word at an offset."""
        return self._view.ends[self._view.token_at(at)]
