"""Noun phrases of a clause that may speak: 克里姆林宫发言人佩斯科夫 is one, and its head is the last name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.model import DateMention, Mention
from kg.nlp.attribution import Actors, Patterns, Phrase
from kg.nlp.document import View
from kg.nlp.quotes import REMARK
from kg.nlp.titles import Title

NOUN_TAGS = frozenset({"n", "nr", "ns", "nt", "nw", "nz", "PER", "LOC", "ORG", "s", "vn", "an"})
PHRASE_TAGS = NOUN_TAGS | {"u", "m", "q", "a", "f"}


class PhraseReader:
    """Reads words, adverbs and noun phrases of one Doc."""

    def __init__(
        self,
        view: View,
        patterns: Patterns,
        actors: Actors,
        depth: bytearray,
        dates: Iterable[DateMention],
        titles: Iterable[Title],
    ) -> None:
        """``titles``: those of posts, whoever holds them, so that no part of one is taken for a verb."""
        self._view = view
        self._text = view.folded
        self._p = patterns
        self._actors = actors.at
        self._depth = depth
        self._others = actors.others
        self._dates = {date.start: date.end for date in dates}
        self._titles = {title.start: title.end for title in titles if title.is_post}
        self._titles |= {position.start: position.end for position in view.doc._.positions}
        self._title_ends = frozenset(self._titles.values())

    def _skipped(self, at: int, end: int) -> int:
        """Past a remark in parentheses, a date, an adverb or a connective."""
        while at < end and self._depth[at] == REMARK:
            at += 1
        if at in self._dates:
            return min(end, self._dates[at])
        if at in self._actors:
            return at
        match = self._p.skip.match(self._text, at, end)
        if match and (self._view.is_edge(match.end()) or match.end() - match.start() > 1):
            return match.end()
        return at

    def _next(self, at: int) -> int:
        """The end of the word at an offset, or the beginning of a name inside of it."""
        end = max(at + 1, self._view.ends[self._view.token_at(at)])
        return next((i for i in range(at + 1, end) if i in self._actors or i in self._others), end)

    def _word(self, pattern: re.Pattern[str], at: int, end: int) -> int:
        """The end of a word of ``pattern`` that begins a token here; 0 when there is none."""
        match = pattern.match(self._text, at, end)
        return match.end() if match and match.end() > at and self._view.is_edge(match.end()) else 0

    def past_adverbs(self, at: int, end: int) -> int:
        """Past all adverbs, dates and remarks from ``at`` on."""
        while at < end and (following := self._skipped(at, end)) > at:
            at = following
        return at

    def only_adverbs(self, start: int, end: int) -> bool:
        """Nothing but adverbs, dates and remarks."""
        return self.past_adverbs(start, end) >= end

    def _phrase(self, at: int, end: int, *, object_of_verb: bool = False) -> Phrase:
        """The noun phrase from an actor on: 克里姆林宫发言人佩斯科夫 is one, and its head is the last."""
        heads = list(self._actors[at])
        at = heads[0].end
        phrase = Phrase(heads, at)
        tail_start = at
        while at < end:
            if self._depth[at] == REMARK:
                at += 1
                if phrase.end == at - 1 and not phrase.tail:
                    tail_start = at
                    phrase.end = at
                continue
            title = self._titles.get(at, end + 1)
            described = object_of_verb and self._p.attributive in self._text[at:title]
            if title <= end and at not in self._actors and not described:
                at = phrase.end = title
                phrase.tail = self._text[tail_start:at]
                continue
            if at in self._actors:
                here = self._actors[at]
                if self._coordinated(phrase.heads, here, tail_start, at):
                    phrase.heads.extend(here)
                elif not (here[0].type != "Person" and self._p.posted.search(self._text, tail_start, at)):
                    phrase.heads = list(here)
                at = tail_start = here[0].end
                phrase.end, phrase.tail, phrase.person = at, "", False
                continue
            join = self._word(self._p.join, at, end)
            if join:
                partner = self._partner(phrase, at, join, end, object_of_verb)
                if partner is None:
                    if met := self._joined(join, end, object_of_verb):
                        phrase.met = [*met.heads, *met.met]
                    break
                if phrase.tail and phrase.heads[-1].type != "Person" and partner.heads[-1].type == "Person":
                    phrase.heads, phrase.met = partner.heads, partner.met  # 机构总干事、阿根廷外交官格罗西
                else:
                    phrase.heads.extend(partner.heads)
                phrase.end, phrase.tail = partner.end, partner.tail
                break
            token = self._view.token_at(at)
            word_end = self._word(self._p.phrase, at, end)
            if at in self._others:
                at = self._others[at]
            elif word_end:
                at = word_end
            elif object_of_verb and self._text.startswith(self._p.attributive, at):
                break
            elif self._view.tags[token] in PHRASE_TAGS and at not in self._dates and not self._time(at, end):
                rest = phrase.heads[-1].type == "Person" and phrase.heads[-1].end == at == self._view.ends[token] - 1
                phrase.person = phrase.person or (self._view.tags[token] in {"PER", "nr"} and not rest)  # 马克龙 + 站
                at = self._next(at)
            elif self._view.tags[token] == "w" and self._text[at] not in ",:;":
                at += 1
            else:
                break
            phrase.end = min(at, end)
            phrase.tail = self._text[tail_start : phrase.end]
        return phrase

    def _time(self, at: int, end: int) -> bool:
        match = self._p.skip.match(self._text, at, end)
        return bool(match) and self._view.is_edge(match.end() if match else at)

    def _coordinated(self, heads: list[Mention], here: list[Mention], tail_start: int, at: int) -> bool:
        """美俄: abbreviations side by side are two speakers, anything else side by side is one in apposition."""
        return tail_start == at and here[0].end - here[0].start == 1 and heads[-1].end - heads[-1].start == 1

    def _partner(self, phrase: Phrase, at: int, join: int, end: int, object_of_verb: bool) -> Phrase | None:
        """Who is joined at ``at``; None for one whom the first only met, or where none is named.

        ``object_of_verb``: a possessive mark ends the pair, and what follows it is what the verb describes.
        """
        found = self._joined(join, end, object_of_verb)
        if found is None or not self._p.together.search(self._text, join, end):
            return found
        posts = phrase.tail and phrase.heads[-1].type != "Person" and self._p.apposed.fullmatch(self._text, at, join)
        return found if posts and found.heads[-1].type == "Person" else None  # 政治局委员、外长王毅与X通电话

    def _joined(self, at: int, end: int, object_of_verb: bool) -> Phrase | None:
        """The noun phrase behind a joint; None where no actor is its head."""
        while at < end and at not in self._actors:
            if at in self._titles:
                at = self._titles[at]
                at = self._word(self._p.apposed, at, end) or at  # 总书记、国家主席、军委主席X
                continue
            if inside := self._word(self._p.phrase, at, end):
                at = inside  # 战略教师、退役少将X
                continue
            token = self._view.token_at(at)
            if self._view.tags[token] not in PHRASE_TAGS:
                return None
            if object_of_verb and self._text.startswith(self._p.attributive, at):
                return None
            at = self._next(at)
        return self._phrase(at, end, object_of_verb=object_of_verb) if at < end else None
