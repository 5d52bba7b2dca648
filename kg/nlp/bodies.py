"""Organizations that the authority file does not know: bodies of a state, names with a telling end, acronyms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from kg.authority import MEDIA_KINDS, Record
from kg.model import Entity, Mention
from kg.nlp.document import mention_order
from kg.nlp.draft import Draft, Names
from kg.nlp.folding import fold
from kg.nlp.quotednames import QuotedNames

_PIECE = re.compile(r"[^/\s](?:[^/\n]*[^/\s])?")


class BodyFinder:
    """Works by the language's table ``names``, section ``organization``; without it, it finds none."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        section = table.get("organization", {})
        self.active = bool(section)
        if not self.active:
            return
        self._names = names
        bodies = sorted(section["bodies"].split("|"), key=len, reverse=True)
        body = f"(?:{'|'.join(map(re.escape, bodies))})"
        self._body = re.compile(f"{body}(?!{section['bodies_not_before']})")
        self._bodies = re.compile(f"{body}{{1,2}}")
        self._not_before = re.compile(section["bodies_not_before"])
        self._government = re.compile(f"(?:{section['government']})")
        fields = f"(?:{section['fields']})"
        self._join = re.compile(f"(?:{section['fields_join']})")
        self._field_left = re.compile(f"{fields}{{1,4}}$")
        self._field_right = re.compile(f"{fields}{{1,5}}(?:{section['fields_suffix']})")
        self._of_state = re.compile(f"(?:{section['fields_of_state']})")
        self._owner_kinds = frozenset(section["owner_kinds"])
        self._office_kinds = frozenset(section["office_kinds"])
        self._led_in = re.compile(section["led_in"])
        self._code_name = re.compile(section["code_name_after"])
        self._joins = section["fields_join"].split("|")
        self._authorities = frozenset(section["authorities"].split("|"))
        self._suffix = re.compile(f"(?:{section['suffix']})$")
        self._ends_so = lru_cache(maxsize=20_000)(self._suffix.search)  # words come again
        self._prefix = re.compile(f"(?:{section['prefix']})")
        self._acts = re.compile(section["acts"])
        self._titles = re.compile(f"(?:{section['titles_behind']})$")
        self._place = re.compile(f"(?:{section['place_suffix']})$")
        self._meeting = re.compile(f"{section['meetings_behind']}$")
        self._tags = frozenset(section["noun_tags"])
        self._alone = re.compile(section["alone"])
        self._apart = re.compile(f".*({section['apart']})")
        self._quoted = QuotedNames(section, names)
        self._verbs = frozenset(section["verb_inside"])

    def find(self, draft: Draft) -> None:
        """Add the organizations of an article."""
        if not self.active:
            return
        self._governments(draft)
        self._with_state(draft)
        self._tagged(draft)
        self._joined_fields(draft)
        self._suffixed(draft)
        self._quoted.find(draft)
        self._nested(draft)
        self._generic(draft)

    def _governments(self, draft: Draft) -> None:
        """特朗普政府, 美国当局: the government of a person or state acts for the state."""
        for match in self._government.finditer(draft.view.folded):
            owner = draft.ending_at(match.start())
            if owner is not None and owner.type == "State":
                if match[0] in self._authorities:
                    continue
                draft.add(owner.start, match.end(), draft.entities[owner.entity], "metonym")
                continue
            keys = [owner.entity] if owner is not None and owner.type == "Person" else []
            start = owner.start if keys and owner is not None else -1
            for candidate in [] if owner is not None else draft.ambiguous_before(match.start()):
                keys = [sense.key for sense in candidate.senses if sense.type == "Person"]
                start = candidate.start
            states = {state.id: state for key in keys if (state := self._country(key)) is not None}
            if len(states) == 1 and len(keys) > 0:
                draft.add(start, match.end(), next(iter(states.values())), "metonym")

    def _with_state(self, draft: Draft) -> None:
        """美国 + 中情局: a known body right behind the name of its state; both together name it too, but for media."""
        for mention in draft.of_type("Organization"):
            owner = draft.ending_at(mention.start)
            record = self._names.records.get(mention.entity)
            if owner is None or owner.type != "State" or owner.kind != "name" or record is None:
                continue
            if record.attributes.get("kind") not in MEDIA_KINDS and self._state_of(record) == owner.entity:
                draft.add(owner.start, mention.end, draft.entities[mention.entity])

    def _joined_fields(self, draft: Draft) -> None:
        """裁军与国际安全委员会: two fields of work and a word for a body, also with whose body it is."""
        view = draft.view
        for start, end in self._conjoined(view.folded):
            inside = draft.at(start, end)
            owner = draft.ending_at(start)
            same = next((m for m in inside if m.start == start and m.end == end), None)
            if same is not None and owner is not None and owner.type in {"State", "Organization"}:
                draft.add(owner.start, end, draft.entities[same.entity])
            if same is not None or any(m.start < start or m.end > end for m in inside):
                continue
            if not (view.is_edge(start) or owner) or not view.is_edge(end):
                continue
            for mention in inside:
                draft.remove(mention)
            if owner is not None and owner.type == "State" and self._of_state.search(view.folded[start:end]):
                self._add(draft, owner.start, end)
                continue
            own = self._add(draft, start, end)
            if owner is not None and owner.type in {"Organization", "State"}:
                draft.add(owner.start, end, draft.entities[own.entity])

    def _conjoined(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where fields of work are joined before a word for a body. Begins at the joint, which is rare, for speed."""
        for joint in self._join.finditer(folded):
            right = self._field_right.match(folded, joint.end())
            left = self._field_left.search(folded[max(0, joint.start() - 16) : joint.start()]) if right else None
            if right and left:
                yield joint.start() - len(left[0]), right.end()

    def _country(self, key: str) -> Entity | None:
        record = self._names.records.get(key)
        state = self._state_of(record) if record else None
        return self._names.records[state].entity if state else None

    def _tagged(self, draft: Draft) -> None:
        """Words that the segmenter calls an organization, joined to a state right before them."""
        view = draft.view
        number = 0
        while number < len(view.tags):
            if view.tags[number] not in {"ORG", "nt"}:
                number += 1
                continue
            first = number
            while number < len(view.tags) and view.tags[number] in {"ORG", "nt"}:
                number += 1
            start, end = view.starts[first], view.ends[number - 1]
            end = start + len(self._titles.sub("", view.folded[start:end]))
            for piece in _PIECE.finditer(view.folded, start, end):  # (路透社/法新社)
                self._one(draft, *piece.span())

    def _before_meeting(self, folded: str, start: int, end: int) -> int:
        """Where the body ends whose meeting this is: 理事会 of 理事会会议."""
        meeting = self._meeting.search(folded, start, end)
        if meeting and self._suffix.search(folded, start, meeting.start()):
            return meeting.start()
        return end

    def _one(self, draft: Draft, start: int, end: int) -> None:
        """Add one organization unless a longer or equal mention stands there already."""
        start = self._behind_known(draft, start, end)
        end = self._before_meeting(draft.view.folded, start, end)
        while start < end and not draft.view.folded[start].isalnum():
            start += 1
        apart = self._apart.match(draft.view.folded, start, end)
        owner = None
        if apart:
            owner = draft.ending_at(start) or draft.ending_at(apart.start(1))
            start = apart.end()
        inside = draft.at(start, end)
        if any(m.start <= start and m.end >= end for m in inside) or any(
            m.start < start or m.end > end for m in inside
        ):
            return
        name = draft.view.folded[start:end]
        if self._place.search(name) or ("(" in name) != (")" in name):
            return
        latin = name.replace(" ", "").replace(".", "").isascii()
        if (latin and (not name[:1].isupper() or self._code_name.match(draft.view.folded, end))) or (
            self._body.search(name) and self._not_before.match(draft.view.folded, end)
        ):
            return
        if end - start < 3 or (inside and max(m.end for m in inside) == end and not self._suffix.search(name)):
            return
        telling = self._suffix.search(name) or self._body.search(name) or self._acts.match(draft.view.folded, end)
        if not (latin or telling):
            return
        state = draft.ending_at(start)
        if state is not None and state.type == "State" and not latin:
            start = state.start
        for mention in inside:
            region = mention.type == "Place" and self._prefix.fullmatch(draft.view.folded, mention.start, mention.end)
            if mention.type not in {"State"} and (mention.start > start or region):
                draft.remove(mention)
        self._add(draft, start, end, owner)

    def _behind_known(self, draft: Draft, start: int, end: int) -> int:
        """Where a name begins behind a known one and a preposition: 美国空军向 + 雷神公司."""
        for mention in draft.at(start, end):
            joint = self._led_in.match(draft.view.folded, mention.end, end)
            if mention.start == start and joint and mention.type in {"Organization", "State", "Person"}:
                return joint.end()
        return start

    def _add(self, draft: Draft, start: int, end: int, owner: Mention | None = None) -> Mention:
        """Add a body by its name; ``owner``: the state that stands before it, but not as a part of its name."""
        name = draft.view.folded[start:end]
        known = self._spelt(name) or self._composed(draft, start, end)
        if owner is not None and owner.type == "State":
            known = self._body_of(owner.entity, name) or known
        return draft.add(start, end, known or draft.new("Organization", start, end, self._canonical(draft, start, end)))

    def _spelt(self, name: str) -> Entity | None:
        """The known body of this name, whichever word for "and" is in it."""
        known = self._names.find(name, "Organization")
        for join in self._joins if known is None else ():
            for other in self._joins if join in name else ():
                known = known or self._names.find(name.replace(join, other), "Organization")
        return known

    def _leading_state(self, draft: Draft, start: int, end: int) -> Mention | None:
        states = [m for m in draft.at(start, end) if m.start == start and m.type == "State" and m.end < end]
        return max(states, key=lambda m: m.end) if states else None

    def _composed(self, draft: Draft, start: int, end: int) -> Entity | None:
        """The known body of the state that begins the name: 俄外交部 is 俄罗斯外交部."""
        state = self._leading_state(draft, start, end)
        if state is None:
            return None
        known = self._body_of(state.entity, draft.view.folded[state.end : end])
        for inner in draft.at(start, end) if known is None else ():
            if inner.type == "Organization" and inner.start == start and inner.end < end:
                known = known or self._body_of(state.entity, draft.view.folded[inner.end : end])
        return known

    def _body_of(self, state_key: str, body: str) -> Entity | None:
        record = self._names.records.get(state_key)
        iso = str(record.attributes.get("iso_alpha2", "")) if record else ""
        if not iso:
            return None
        for label in (name.text for name in record.names if name.kind == "name") if record else ():
            known = self._names.find(fold(label) + body, "Organization")
            if known is not None:
                return known
        return None

    def _canonical(self, draft: Draft, start: int, end: int) -> str | None:
        """The name with the state written out, so that 韩联合参谋本部 and 韩国联合参谋本部 meet; None: as it stands."""
        state = self._leading_state(draft, start, end)
        joint = state and any(m.type == "State" and m.start == state.end for m in draft.at(state.end, state.end + 1))
        if joint or any(m.type == "Organization" and m.start == start and m.end < end for m in draft.at(start, end)):
            return None  # 日美联盟 is of both
        record = self._names.records.get(state.entity) if state else None
        label = record.entity.labels.get("zh-Hans") if record else None
        return label + draft.view.folded[state.end : end] if state and label else None

    def _suffixed(self, draft: Draft) -> None:
        """A run of nouns that ends like an organization, begun by a state or a telling word, or before an acronym."""
        view = draft.view
        for number in range(len(view.tags)):
            end = view.ends[number]
            if not self._ends_so(view.folded[view.starts[number] : end]) or not draft.free(view.starts[number], end):
                continue
            if number + 1 < len(view.tags) and self._suffix.fullmatch(view.folded[end : view.ends[number + 1]]):
                continue
            acronym = re.match(r"\([A-Z][A-Za-z&-]{1,9}\)", view.folded[end : end + 12]) is not None
            start = self._leftmost(draft, number, joined=acronym)
            state = self._leading_state(draft, start, end)
            if (
                (state and end - state.end >= 3)
                or acronym
                or (self._prefix.match(view.folded, start) and end - start >= 5)
            ):
                self._one(draft, start, end)

    def _leftmost(self, draft: Draft, number: int, *, joined: bool) -> int:
        """Where the run of noun-like words that ends with this one begins; ``joined`` lets it cross a conjunction."""
        view = draft.view
        first = number
        while first > 0:
            before = first - 1
            word = view.folded[view.starts[before] : view.ends[before]]
            crosses = joined and view.tags[before] == "c"
            if view.tags[before] not in self._tags and word not in self._verbs and not crosses:
                break
            mention = draft.ending_at(view.ends[before])
            first = before
            if mention is not None:
                while first > 0 and view.starts[first] > mention.start:
                    first -= 1
                if mention.type not in {"Organization", "Place", "WeaponSystem", "WeaponClass"}:
                    break
        return view.starts[first]

    def _nested(self, draft: Draft) -> None:
        """The body's own name inside the full one: 外交部 of 中国外交部, 安理会 of 联合国安理会."""
        folded = draft.view.folded
        for mention in draft.of_type("Organization"):
            state = self._leading_state(draft, mention.start, mention.end)
            for start in range(mention.start + 1, mention.end - 1):
                rest = folded[start : mention.end]
                named = self._names.has(mention.entity, rest) and self._head(folded[mention.start : start])
                if named and not self._names.find(folded[mention.start : start], "Organization"):
                    named = self._names.needs_owner(mention.entity, rest) or self._is_office(mention.entity, rest)
                of_state = (
                    state is not None
                    and start >= state.end
                    and (start == state.end or draft.ending_at(start) is not None)
                    and self._bodies.fullmatch(rest)
                    and draft.view.is_edge(start)
                )
                if (of_state and self._alone.search(rest)) or named:
                    draft.add(start, mention.end, draft.entities[mention.entity])

    def _is_office(self, key: str, rest: str) -> bool:
        """True for the name of a government's body without its state: 中央情报局 in 美国中央情报局."""
        record = self._names.records.get(key)
        return record is not None and record.attributes.get("kind") in self._office_kinds and len(rest) >= 4

    def _head(self, name: str) -> bool:
        """True when a body's name can begin with this one: that of a state, a place, another body."""
        return any(self._names.find(name, type_) for type_ in ("Organization", "State", "Place"))

    def _full(self, draft: Draft) -> dict[str, list[Mention]]:
        """The first mention of each organization by the body that its name ends with."""
        found: dict[str, dict[str, Mention]] = {}
        for mention in sorted(draft.of_type("Organization"), key=mention_order):
            for match in self._body.finditer(draft.view.folded, mention.start, mention.end):
                if match.end() == mention.end:
                    found.setdefault(match[0], {}).setdefault(mention.entity, mention)
        return {body: list(by_entity.values()) for body, by_entity in found.items()}

    def _generic(self, draft: Draft) -> None:
        """A body named without its state: the one that the article named before, or that of the state right before."""
        full = self._full(draft)
        for match in self._body.finditer(draft.view.folded):
            start, end = match.span()
            if not draft.free(start, end):
                continue
            owner = draft.ending_at(start)
            if owner is not None and owner.type == "State":
                whole = self._add(draft, owner.start, end)
                draft.add(start, end, draft.entities[whole.entity])
                continue
            state = (
                self._state_of(self._names.records.get(owner.entity))
                if owner and owner.type == "Organization"
                else None
            )
            if owner is not None and state is not None and self._has_bodies(owner):
                entity = self._body_of(state, match[0]) or draft.new("Organization", owner.start, end)
                draft.add(owner.start, end, entity)
                draft.add(start, end, entity)
                continue
            if not draft.view.is_edge(start) or not draft.view.is_edge(end):
                continue
            earlier = [m for m in full.get(match[0], ()) if m.start < start]
            if earlier:
                draft.add(start, end, draft.entities[max(earlier).entity])
            elif self._alone.search(match[0]):
                known = self._names.find(match[0], "Organization") or self._of_sentence(draft, start, match[0])
                draft.add(start, end, known or draft.new("Organization", start, end))
                if known:
                    full.setdefault(match[0], []).append(max(draft.at(start, end)))

    def _has_bodies(self, owner: Mention) -> bool:
        """True for what other bodies are named after: the armed forces, an office of the government."""
        record = self._names.records.get(owner.entity)
        return record is not None and record.attributes.get("kind") in self._owner_kinds

    def _of_sentence(self, draft: Draft, start: int, body: str) -> Entity | None:
        """The known body of the state that the sentence spoke of last, or whose person or body it did."""
        begin = draft.view.sentence_at(start)[0]
        for mention in reversed([m for m in draft.at(begin, start) if m.start >= begin] if begin < start else []):
            state = (
                mention.entity if mention.type == "State" else self._state_of(self._names.records.get(mention.entity))
            )
            if state is not None:
                return self._body_of(state, body)
        return None

    def _state_of(self, known: Record | None) -> str | None:
        """The key of the state of a known person or body; None when it is not known."""
        if known is None or known.entity.type not in {"Person", "Organization"}:
            return None
        code = known.attributes.get("country")
        key = f"state-{str(code).lower()}"
        return key if code and key in self._names.records else None
