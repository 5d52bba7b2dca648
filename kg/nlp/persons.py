"""Persons that the authority file does not know: transliterated names, title + name, names before a verb of saying."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kg.model import Entity
from kg.nlp.context import Around
from kg.nlp.document import mention_order
from kg.nlp.draft import Draft, Names
from kg.nlp.titles import Title

_CJK = re.compile(r"(?:[A-Z]{1,2}[·.])*[\u3400-\u9fff-]+(?:·[A-Z]{0,2}[\u3400-\u9fff-]*)*")
"""A name in Chinese letters, with Latin initials before or inside it."""
_LATIN = re.compile(r"\(([A-Z][A-Za-zÀ-ÿ'’.]*(?:[ -][A-Za-zÀ-ÿ'’.]+){1,4})\)")
_JOINT = re.compile("[·-]")
"""Between the parts of a foreign name."""


class PersonFinder:
    """Works by the language's table ``names``, section ``person``; without it, it finds nobody."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        person = table.get("person", {})
        self.active = bool(person)
        if not self.active:
            return
        self._names = names
        self._letters = frozenset(person["transliteration_characters"])
        letters = re.escape(person["transliteration_characters"])
        self._dotted = re.compile(
            rf"(?:[A-Z]{{1,2}}[·.])*[{letters}]{{1,7}}(?:(?:·[{letters}A-Z]{{1,8}})+|-[{letters}]{{2,8}})"
            rf"|(?:[A-Z][·.]){{1,3}}[{letters}]{{2,7}}"
        )
        self._before_latin = re.compile(rf"[{letters}·-]{{2,14}}$")
        self._numeral = re.compile(f"[{person['given_numeral']}](?={person['given_numeral_before']})")
        self._run = re.compile(rf"(?!{person['not_first']})[{letters}]{{2,7}}")
        self._speaks = Around(after=person["speaks"])
        self._other = Around(after=person["not_before"])
        self._place = Around(before=person["place_before"])
        self._surnames = frozenset(person["surnames_chinese"])
        self._japanese = re.compile(f"(?:{person['surnames_japanese']})")
        self._name_ends = re.compile(person["name_ends"])
        self._taken_in = re.compile(person["taken_in"])
        self._honorific = re.compile(f"(?:{person['honorifics']})+")
        self._glued = re.compile(person["glued"])
        self._given_with_adverb = re.compile(f"(?:{person['given_with_adverb']})$")
        self._behind_name: str = person["behind_name"]
        self._not = frozenset(person["not_names"].split("|"))
        self._no_latin = re.compile(person["latin_not_person"])
        self._no_name = re.compile(person["not_pattern"])

    def find(self, draft: Draft, titles: list[Title]) -> None:
        """Add the persons of an article; ``titles``: the posts named in it."""
        if not self.active:
            return
        addressed = {(title.start - length, title.end) for title in titles for length in (1, 2)}
        begins = {self._behind_honorific(draft.view.folded, title.end) for title in titles}
        ends = {title.start for title in titles}
        for start, end in sorted(set(self._spans(draft, begins)) - addressed, key=lambda span: (span[0], -span[1])):
            if (
                draft.free(start, end)
                and not draft.other(start, end, "Person")
                and self._is_person(draft, start, end, begins, ends)
            ):
                self._add(draft, start, end)
        self._repeated(draft)
        self._short_forms(draft)

    @staticmethod
    def _repeated(draft: Draft) -> None:
        """A new name of three characters or more again, where a shorter known name was seen in it: 德里 in 勒德里安."""
        folded = draft.view.folded
        for mention in [m for m in draft.of_type("Person") if m.end - m.start >= 3]:
            if draft.entities[mention.entity].known or (mention.entity, "") in draft.searched:
                continue
            draft.searched.add((mention.entity, ""))
            for match in re.finditer(re.escape(folded[mention.start : mention.end]), folded):
                start, end = match.span()
                inside = draft.at(start, end)
                if any(m.start < start or m.end > end or (m.start == start and m.end == end) for m in inside):
                    continue
                for other in inside:
                    draft.remove(other)
                tokens = range(draft.view.token_at(start), draft.view.token_at(end - 1) + 1)
                cut = len(tokens) > 1 and all(draft.view.tags[token] in {"PER", "nr"} for token in tokens)
                if inside or cut:  # 罗 + 德里 + 格斯
                    draft.add(start, end, draft.entities[mention.entity])

    def _behind_honorific(self, folded: str, at: int) -> int:
        match = self._honorific.match(folded, at)
        return match.end() if match else at

    def _spans(self, draft: Draft, begins: set[int]) -> Iterator[tuple[int, int]]:
        """Spans that may be a person: dotted names, what the segmenter calls one, runs behind a title."""
        view = draft.view
        for match in self._dotted.finditer(view.folded):
            start = match.start() if match.start() in begins else self._token_start(draft, match)
            end = self._token_end(draft, match)
            if self._taken_in.match(view.folded, end - 1):
                end -= 1  # 乔·拜登通 + 电话
            known = [
                m for m in draft.at(start, end) if m.type == "Person" and _JOINT.search(view.folded[m.start : m.end])
            ]
            if not known:
                self._swallow(draft, start, end)
                yield start, end
        tagged = [number for number, tag in enumerate(view.tags) if tag in {"PER", "nr"}]
        names = {view.folded[view.starts[number] : view.ends[number]] for number in tagged}
        for number in tagged:
            start, end = view.starts[number], view.ends[number]
            if view.folded[end - 1] in self._behind_name and view.folded[start : end - 1] in names:
                yield start, end - 1
            else:
                start = next((at for at in (start - 1, *range(start + 1, end - 1)) if at in begins), start)
                end = self._with_given(draft, number, start, end)
                end = self._titled_run(draft, number, start, end) if start in begins else end
                end = self._with_numeral(view.folded, start, end)
                end = self._with_third(draft, number, start, end) if start in begins else end
                if self._glued.match(view.folded[start:end]):
                    start += 1
                start = self._behind_honorific(view.folded, start)
                if end - start >= 3 and self._taken_in.match(view.folded, end - 1):
                    end -= 1  # 朴振通 + 电话
                yield start, self._with_adverb(draft, start, end, begins)
                bracket = view.folded.find("(", end, end + 3)
                behind = bracket > end and _CJK.fullmatch(view.folded, end, bracket)
                if behind and start in begins and self._latin_behind(view.folded, bracket):
                    yield start, bracket
        for begin in sorted(begins):
            self._initial(draft, begin)
            yield from self._japanese_behind(draft, begin)
            match_ = self._run.match(view.folded, begin)
            token = view.token_at(begin)
            is_tagged = token < len(view.tags) and view.tags[token] in {"PER", "nr"} and view.starts[token] == begin
            if (
                match_
                and self._room(draft, begin, match_.end())
                and draft.free(begin, match_.end())
                and (not is_tagged or self._latin_behind(view.folded, match_.end()))
            ):
                yield begin, self._token_end(draft, match_) if draft.view.is_edge(begin) else match_.end()
        yield from self._named_in_latin(draft, begins)

    def _japanese_behind(self, draft: Draft, begin: int) -> Iterator[tuple[int, int]]:
        """A Japanese name behind a title that the segmenter cut into other words: 局长船越健裕."""
        surname = self._japanese.match(draft.view.folded, begin)
        if surname is None or draft.view.tags[draft.view.token_at(begin)] in {"PER", "nr"}:
            return
        for end in (surname.end() + 2, surname.end() + 1):
            if self._name_ends.match(draft.view.folded, end) and _CJK.fullmatch(draft.view.folded, begin, end):
                if draft.free(begin, end) and draft.view.is_edge(end):
                    yield begin, end
                return

    def _initial(self, draft: Draft, begin: int) -> None:
        """A known surname behind a title takes the foreign letters in between: 发言人贝卡迈勒万迪 is one name."""
        for start in (begin + 1, begin + 2):
            for mention in draft.at(start, start + 1):
                between = draft.view.folded[begin:start]
                if (
                    mention.type == "Person"
                    and mention.start == start
                    and mention.end - start >= 3
                    and draft.free(begin, start)
                    and self._run.match(draft.view.folded, begin)
                    and self._letters.issuperset(between)
                ):
                    draft.remove(mention)
                    draft.add(begin, mention.end, draft.entities[mention.entity])
                    return

    @staticmethod
    def _room(draft: Draft, start: int, end: int) -> bool:
        """Take short names of places out of the middle of a name behind a title: 德里 in 外长勒德里安."""
        inside = draft.at(start, end)
        if any(m.start <= start or m.end > end or m.type not in {"Place", "State"} for m in inside):
            return False
        if any(m.end - m.start > 2 for m in inside):
            return False
        for mention in inside:
            draft.remove(mention)
        return True

    def _with_given(self, draft: Draft, number: int, start: int, end: int) -> int:
        """A foreign surname right behind the given name, without a dot between them: 琳达格林菲尔德 in two words."""
        view, folded = draft.view, draft.view.folded
        following = number + 1
        if (
            following < len(view.tags)
            and view.starts[following] == end
            and view.tags[following] in {"PER", "nr"}
            and self._foreign_word(folded, start, end, 2)
            and self._foreign_word(folded, end, view.ends[following], 3)
            and not draft.at(start, end)
            and all(m.type == "Person" and m.end == view.ends[following] for m in draft.at(end, view.ends[following]))
        ):
            self._swallow(draft, start, view.ends[following])
            return view.ends[following]
        return end

    def _titled_run(self, draft: Draft, number: int, start: int, end: int) -> int:
        """A foreign name behind a title that the segmenter cut into several: 总统 + 罗, 德里, 格斯."""
        view = draft.view
        for following in range(number + 1, len(view.tags)):
            to = view.ends[following]
            tagged = view.starts[following] == end and view.tags[following] in {"PER", "nr"}
            if not tagged or not self._foreign_word(view.folded, start, to, 3) or draft.at(end, to):
                break
            end = to
        return end

    def _foreign_word(self, folded: str, start: int, end: int, least: int) -> bool:
        return end - start >= least and self._letters.issuperset(folded[start:end])

    def _with_numeral(self, folded: str, start: int, end: int) -> int:
        """A Chinese given name that ends with a numeral, which the segmenter gave to what follows: 刘结 + 一2日."""
        if end - start == 2 and folded[start] in self._surnames and self._numeral.match(folded, end):
            return end + 1
        return end

    def _with_third(self, draft: Draft, number: int, start: int, end: int) -> int:
        """A Chinese name behind a title whose last character the segmenter took for a word: 朱邦 + 造在…."""
        view, folded = draft.view, draft.view.folded
        following = number + 1
        if end - start != 2 or folded[start] not in self._surnames or following >= len(view.tags):
            return end
        one = view.starts[following] == end and view.ends[following] == end + 1
        if not one or view.tags[following] not in {"v", "n", "a", "vn"} or self._speaks.after(folded, end):
            return end
        ends = self._name_ends.match(folded, end + 1) and not self._name_ends.match(folded, end)
        return end + 1 if ends and draft.free(end, end + 1) else end

    def _named_in_latin(self, draft: Draft, begins: set[int]) -> Iterator[tuple[int, int]]:
        """What stands before a person's name in Latin letters in brackets, whatever the segmenter made of it."""
        view = draft.view
        for match in _LATIN.finditer(view.folded):
            end = match.start()
            run = self._before_latin.search(view.folded, max(0, end - 14), end)
            titled = [at for at in range(end - 8, end - 1) if at in begins and _CJK.fullmatch(view.folded, at, end)]
            known = self._names.find(match[1], "Person")
            if titled:
                yield titled[0], end
            elif run and known:
                starts = [at for at in range(run.start(), end - 1) if view.is_edge(at)]
                if starts and draft.free(starts[0], end):
                    draft.add(starts[0], end, known)
            elif run and not self._no_latin.search(match[1]) and not self._is_other(match[1]):
                starts = [at for at in range(run.start(), end - 1) if view.is_edge(at)]
                token = view.token_at(end - 1)
                if view.ends[token] == end and view.tags[token] not in {"LOC", "ns", "ORG", "nt"}:
                    yield (starts or [run.start()])[0], end

    def _is_other(self, latin: str) -> bool:
        """True when this is the known name of something else: 诺思罗普格鲁曼(Northrop Grumman)."""
        return any(self._names.find(latin, type_) for type_ in ("Organization", "Place", "WeaponSystem", "State"))

    def _token_start(self, draft: Draft, match: re.Match[str]) -> int:
        """The start of the word in which the first part begins or, where words are cut finer, of the run."""
        token = draft.view.token_at(match.start())
        joint = _JOINT.search(match[0])
        first_dot = match.start() + (joint.start() if joint else 0)
        for number in range(token, len(draft.view.starts)):
            start = draft.view.starts[number]
            if start >= first_dot:
                break
            if start >= match.start() and draft.view.tags[number] in {"PER", "nr", "nz", "LOC", "ORG"}:
                return start
        return max(match.start(), draft.view.starts[token])

    def _token_end(self, draft: Draft, match: re.Match[str]) -> int:
        """Where the last word that fits wholly into the run ends."""
        end = match.end()
        if self._latin_behind(draft.view.folded, end):
            return end
        dot = max(draft.view.folded.rfind(mark, match.start(), end) for mark in "·-")
        token = draft.view.token_at(dot) if dot >= 0 else -1
        if token >= 0 and draft.view.tags[token] in {"PER", "nr"} and dot + 1 < draft.view.ends[token] <= end:
            return draft.view.ends[token]
        while end > match.start() and not draft.view.is_edge(end):
            end -= 1
        return end

    def _swallow(self, draft: Draft, start: int, end: int) -> None:
        """A dotted name takes the place of a known name that is a part of it, and is that person."""
        inside = [m for m in draft.at(start, end) if m.start >= start and m.end <= end]
        if not inside or any(m.start < start or m.end > end for m in draft.at(start, end)):
            return
        persons = [m for m in inside if m.type == "Person" and m.end == end]
        for mention in inside:
            draft.remove(mention)
        if persons:
            draft.add(start, end, draft.entities[persons[-1].entity])

    def _with_adverb(self, draft: Draft, start: int, end: int, begins: set[int]) -> int:
        """A Japanese given name whose last character the segmenter took for an adverb."""
        folded = draft.view.folded
        if (
            start in begins
            and self._japanese.match(folded, start)
            and self._given_with_adverb.search(folded[start : end + 1])
        ):
            return end + 1
        return end

    def _is_person(self, draft: Draft, start: int, end: int, begins: set[int], ends: set[int]) -> bool:
        """A second signal beside the segmenter's tag: a title, Latin in brackets, a verb of saying, a surname."""
        folded = draft.view.folded
        name = folded[start:end]
        if len(name) < 2 or name in self._not or self._no_name.fullmatch(name) or not _CJK.fullmatch(name):
            return False
        if _JOINT.search(name):
            return True
        if folded[start - 1 : start].isdigit() and folded[start - 1].isascii():
            return start in begins
        if start in begins or end in ends:
            return True
        if self._latin_behind(folded, end):
            latin = _LATIN.match(folded, end)
            return latin is None or not self._is_other(latin[1])
        if self._place.before(folded, start) or self._other.after(folded, end):
            return False
        if self._speaks.after(folded, end):
            return True
        tagged = draft.view.tags[draft.view.token_at(start)] in {"PER", "nr"}
        full = (len(name) <= 3 and name[0] in self._surnames) or (
            3 <= len(name) <= 5 and bool(self._japanese.match(name))
        )
        foreign = len(name) >= 3 and all(character in self._letters for character in name)
        return tagged and (full or foreign)

    @staticmethod
    def _latin_behind(folded: str, end: int) -> bool:
        return (
            re.match(r"\(?[A-Z][a-z]+[ .'-]", folded[end : end + 24].lstrip("(")) is not None
            and folded[end : end + 1] == "("
        )

    def _add(self, draft: Draft, start: int, end: int) -> None:
        name = draft.view.folded[start:end]
        known = self._names.find(name, "Person") or self._names.find(name.replace("·", ""), "Person")
        if known is None and _JOINT.search(name):
            known = self._names.find(_JOINT.split(name)[-1], "Person")
        entity = known or self._named_before(draft, name) or draft.new("Person", start, end)
        draft.add(start, end, entity)
        if _JOINT.search(name):
            draft.last_names.setdefault(_JOINT.split(name)[-1], entity.id)

    @staticmethod
    def _named_before(draft: Draft, name: str) -> Entity | None:
        """The person whose dotted name ends with this one."""
        key = draft.last_names.get(name)
        return draft.entities[key] if key else None

    def _short_forms(self, draft: Draft) -> None:
        """Later mentions by the last part of a dotted name, or by a Japanese surname."""
        folded, view = draft.view.folded, draft.view
        done: set[str] = set()
        for mention in sorted(draft.of_type("Person"), key=mention_order):
            for short in self._shortened(folded[mention.start : mention.end]):
                if short in done:
                    continue
                done.add(short)
                for match in re.compile(re.escape(short)).finditer(folded, mention.end):
                    start, end = match.span()
                    if draft.free(start, end) and view.is_edge(start) and view.is_edge(end):
                        draft.add(start, end, draft.entities[mention.entity])

    def _shortened(self, name: str) -> list[str]:
        if _JOINT.search(name) and not name.isascii():
            last = _JOINT.split(name)[-1]
            return [last] if len(last) >= 2 else []
        match = self._japanese.match(name)
        if match and 3 <= len(name) <= 5:
            return [match[0]]
        if name.isascii() and " " in name:
            return [name.rsplit(" ", 1)[1]]
        return []
