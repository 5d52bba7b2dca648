"""What pronouns, nouns with an article and titles alone stand for, in a language with spaces; no guesses.

``Reference`` answers for one Doc who or what has been named before an offset; the component puts what it is sure of
into ``doc._.anaphors``. Pronouns of things are left to who knows what they can be: the readers of
statements and events.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from spacy.tokens import Doc

from kg.authority import Record
from kg.model import Mention, Position
from kg.nlp.document import View, set_spans
from kg.nlp.quotes import Marks
from kg.nlp.spaced.bodies import outermost
from kg.nlp.spaced.mask import NEVER, Texts, spoken
from kg.nlp.spaced.posts import PostWords

NAME = "kg_coreference"
_REACH = 4
"""How many sentences back a pronoun reaches."""
_TITLED = 40
"""Characters between a comma and a name, a title included."""
_FAR = 12
"""How many sentences back a noun with an article reaches."""


class ReferenceWords:
    """The tables ``coreference``, ``posts`` and ``demonyms``, compiled once."""

    def __init__(self, table: Mapping[str, Any], posts: Mapping[str, Any], demonyms: Mapping[str, str]) -> None:
        pronoun, title, subject = (Texts(table.get(name, {})) for name in ("pronoun", "title", "subject"))
        noun, short = table.get("noun", {}), table.get("short", {})
        self.demonyms = demonyms
        adjectives = "|".join(sorted(map(re.escape, demonyms), key=lambda a: (-len(a), a))) or NEVER
        self.national = re.compile(rf"(?<![\w-])(?P<adjective>{adjectives})(?![\w-])")
        self.he, self.she = re.compile(pronoun["he"]), re.compile(pronoun["she"])
        self.female_before, self.male_before = re.compile(pronoun["female_before"]), re.compile(pronoun["male_before"])
        self.opening = re.compile(pronoun["opening"])
        self.collective = re.compile(subject["collective"])
        self.female_names = frozenset(pronoun["female_names"].split("|"))
        self.oblique, self.modifier = re.compile(subject["oblique"]), re.compile(subject["modifier_behind"])
        self.byline = re.compile(subject["byline_behind"])
        self.nouns: dict[str, tuple[str, re.Pattern[str]]] = {
            word: (type_, re.compile(names)) for type_, words in noun.items()
            if isinstance(words, dict) and type_ != "others" for word, names in words.items()
        }  # fmt: skip
        self.others = {type_: re.compile(pattern) for type_, pattern in noun.get("others", {}).items()}
        every = "|".join(sorted(map(re.escape, self.nouns), key=lambda w: (-len(w), w))) or NEVER
        nouns = Texts(noun)
        self.noun = re.compile(rf"(?:{nouns['before']})(?P<noun>(?i:{every}))(?!\w)(?!{nouns['not_behind']})")
        self.short = re.compile(Texts(short)["pattern"])
        self.short_states: dict[str, str] = short.get("states", {})
        self.posts = PostWords(posts)
        self.title = re.compile(
            rf"(?:{title['before']})(?P<adjective>{title['adjectives']})(?P<post>{self.posts.pattern})(?!{title['not_behind']})"
        )
        self.not_title = re.compile(rf"(?i:{title['not_words']})")


class Reference:
    """What has been named before, by sentences; made once for each Doc."""

    def __init__(self, view: View, words: ReferenceWords, quoted: bytearray, extra: Iterable[Mention] = ()) -> None:
        """``quoted``: a byte for each character, non-zero in a quotation; ``extra``: anaphors that are resolved."""
        self._view, self._words, self.words = view, words, words
        self._quoted = quoted
        named = [m for m in outermost([*view.doc._.mentions, *extra]) if not quoted[m.start]]
        self._named = [m for m in named if not words.byline.match(view.folded, m.end)]
        self._starts = [m.start for m in self._named]
        self._sentences = [start for start, _ in view.sentences]
        self.genders: dict[str, str] = {}

    def add(self, mention: Mention) -> None:
        """A pronoun that has been resolved counts as named for what follows."""
        at = bisect_left(self._starts, mention.start)
        self._named.insert(at, mention)
        self._starts.insert(at, mention.start)

    def back(self, offset: int, limit: int) -> Iterator[list[Mention]]:
        """The mentions of this sentence before an offset, then those of earlier sentences, nearest first."""
        number = max(0, bisect_left(self._sentences, offset + 1) - 1)
        end = offset
        for at in range(number, max(-1, number - limit - 1), -1):
            start = self._sentences[at]
            yield self._named[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
            end = start

    def is_possessor(self, mention: Mention) -> bool:
        return self._words.modifier.match(self._view.folded, mention.end) is not None

    def is_subject(self, mention: Mention) -> bool:
        """Neither behind a preposition or a verb nor a possessor."""
        folded = self._view.folded
        if self._words.modifier.match(folded, mention.end):
            return False
        before = folded[max(0, mention.start - 50) : mention.start]
        return self._words.oblique.search(before) is None or self._words.collective.search(before) is not None

    def person(self, offset: int, gender: str) -> str | None:
        """Who "he" or "she" is: the subject among the persons of the nearest sentence that names any."""
        for here in self.back(offset, _REACH):
            persons = [
                m for m in here if m.type == "Person" and m.end + 2 < offset and self.gender(m) in {gender, ""}
            ]  # a name right before is described by what follows: X, her boss
            if not persons:
                continue
            subjects = [m for m in persons if self.is_subject(m)]
            chosen = (subjects or persons[-1:])[0]
            self.genders.setdefault(chosen.entity, gender)
            return chosen.entity
        return None

    def ahead(self, offset: int) -> str | None:
        """In her first speech, X …: the subject behind the comma, for a pronoun in the words that open a sentence."""
        sentence, stop = self._view.sentence_at(offset)
        folded = self._view.folded
        if not self._words.opening.fullmatch(folded, sentence, offset):
            return None
        comma = folded.find(", ", offset, stop)
        at = bisect_left(self._starts, comma + 2)
        if comma < 0 or at == len(self._named) or self._named[at].start - comma > _TITLED:
            return None
        return self._named[at].entity if self._named[at].type == "Person" else None

    def gender(self, mention: Mention) -> str:
        """ "f", "m", or nothing when no word says it."""
        known = self.genders.get(mention.entity)
        if known:
            return known
        before = self._view.folded[max(0, mention.start - 24) : mention.start]
        first = self._view.folded[mention.start : mention.end].split()[0]
        found = ""
        if self._words.female_before.search(before) or first in self._words.female_names:
            found = "f"
        elif self._words.male_before.search(before):
            found = "m"
        if found:
            self.genders[mention.entity] = found
        return found

    def latest(self, offset: int, types: frozenset[str], limit: int = _REACH) -> Mention | None:
        """The subject of these types in the nearest sentence that names one; else the last one that it names."""
        for here in self.back(offset, limit):
            fitting = [m for m in here if m.type in types]
            subjects = [m for m in fitting if self.is_subject(m)]
            if fitting:
                return (subjects or fitting[-1:])[0]
        return None

    def noun(self, offset: int, type_: str, names: re.Pattern[str]) -> str | None:
        """The last entity of a type whose name has what the noun asks for."""
        types = {"WeaponSystem", "WeaponClass"} if type_ == "WeaponSystem" else {type_}
        for here in self.back(offset, _FAR):
            fitting = [m for m in here if m.type in types and self._is_called(m, names)]
            if fitting:
                subjects = [m for m in fitting if self.is_subject(m)] if type_ == "State" else []
                chosen = (subjects or fitting)[-1]
                other = self._words.others.get(type_)
                hidden = other is not None and other.search(self._view.folded, chosen.end, offset) is not None
                return None if hidden else chosen.entity
        return None

    def _is_called(self, mention: Mention, names: re.Pattern[str]) -> bool:
        entity = self._view.doc._.entities[mention.entity]
        surface = self._view.folded[mention.start : mention.end]
        return not names.pattern or any(names.search(text) for text in [surface, *entity.labels.values()])


class SpacedCoreference:
    """Pipeline component ``kg_coreference`` for a language with a table ``posts``."""

    def __init__(self, words: ReferenceWords, records: Mapping[str, Record], marks: Marks) -> None:
        self._words, self._records, self._marks = words, records, marks

    def __call__(self, doc: Doc) -> Doc:
        view = View.of(doc)
        _, quoted = spoken(self._marks, view)
        reference = Reference(view, self._words, quoted)
        taken = bytearray(len(view.folded))
        for mention in doc._.mentions:
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        found: list[Mention] = []
        for start, end, kind, match in sorted(self._candidates(view.folded), key=lambda c: (c[0], -c[1])):
            if any(taken[start:end]) or quoted[start]:
                continue
            entity = self._resolve(reference, doc, kind, match)
            if entity is None or entity not in doc._.entities:
                continue
            taken[start:end] = b"\1" * (end - start)
            made = Mention(start, end, doc._.entities[entity].type, entity, "anaphor", NAME)
            found.append(made)
            reference.add(made)
        doc._.anaphors = tuple(sorted(found))
        set_spans(doc, "anaphors", ((m.start, m.end, m.type, m.entity) for m in doc._.anaphors))
        return doc

    def _candidates(self, folded: str) -> Iterator[tuple[int, int, str, re.Match[str]]]:
        for kind, pattern in (("he", self._words.he), ("she", self._words.she)):
            for match in pattern.finditer(folded):
                yield *match.span(), kind, match
        for match in self._words.noun.finditer(folded):
            yield *match.span(), "noun", match
        for match in self._words.short.finditer(folded):
            yield *match.span(), "short", match
        for match in self._words.title.finditer(folded):
            yield *match.span(), "title", match

    def _resolve(self, reference: Reference, doc: Doc, kind: str, match: re.Match[str]) -> str | None:
        if kind in {"he", "she"}:
            ahead = reference.ahead(match.start())
            if ahead is not None:
                return ahead
            return reference.person(match.start(), "m" if kind == "he" else "f")
        if kind == "short":
            return self._words.short_states[match["short"]]
        if kind == "noun":
            type_, names = self._words.nouns[match["noun"].lower()]
            return reference.noun(match.start(), type_, names)
        return self._holder(reference, doc, match)

    def _holder(self, reference: Reference, doc: Doc, match: re.Match[str]) -> str | None:
        """Who a title alone is: the person of the article who has such a post, of the state of an adjective."""
        title = match["post"].lower()
        if self._words.not_title.fullmatch(title):
            return None
        state = self._words.demonyms.get(match["adjective"].strip())
        if match["adjective"].strip()[:1].isupper() and state is None:
            return None
        told: tuple[Position, ...] = doc._.positions
        text = View.of(doc).text
        near = [m.entity for here in reference.back(match.start(), _FAR) for m in reversed(here) if m.type == "Person"]
        holders = [p for p in told if title in text[p.start : p.end].lower() and (state is None or p.of == state)]
        before = [p for p in holders if p.start < match.start() and p.person in near]
        if before:
            return min((p.person for p in before), key=near.index)
        known = [person for person in dict.fromkeys(near) if self._has_post(person, title, state, doc)]
        return known[0] if known else None

    def _has_post(self, person: str, title: str, state: str | None, doc: Doc) -> bool:
        record = self._records.get(person)
        if record is None:
            return False
        if state is not None and f"state-{str(record.attributes.get('country', '')).lower()}" != state:
            return False
        article = doc._.article
        year = int(article.date[:4]) if article is not None and article.date else None
        for post in record.attributes.get("positions", ()):
            begin, end = post.get("start"), post.get("end")
            if title != str(post.get("title", "")).lower():
                continue
            if year is None or (isinstance(begin, int) and begin <= year and (not isinstance(end, int) or year <= end)):
                return True
        return False
