"""What a post is a post of: the state or body that stands before a title, or that its holder is known to serve."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kg.authority import Record
from kg.model import Mention
from kg.nlp.document import View
from kg.nlp.titles import Title

_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class Owner:
    """What stands before a title, from ``start`` on. ``mentions``: whose post it is, in text order, more than one for
    美俄总统. ``outside``: it is no state or body that we know, so that nothing is guessed."""

    start: int
    mentions: tuple[Mention, ...] = ()
    outside: bool = False


@dataclass(slots=True)
class Ends:
    """The mentions of a Doc by the offset where they end, the best one first."""

    at: dict[int, list[Mention]] = field(default_factory=dict)

    @classmethod
    def of(cls, mentions: tuple[Mention, ...]) -> Ends:
        ends = cls()
        for mention in mentions:
            ends.at.setdefault(mention.end, []).append(mention)
        for here in ends.at.values():
            here.sort(key=lambda m: (m.start, m.type != "State", m.entity))
        return ends


class OwnerFinder:
    """Reads the noun phrase before a title leftwards, by the table ``titles``, section ``owner``."""

    def __init__(self, table: dict[str, Any], records: Mapping[str, Record]) -> None:
        owner = table["owner"]
        self._records = records
        self._link = re.compile(f"(?:{owner['link_pattern']})$")
        self._beside_words = re.compile(owner["beside_pattern"])
        self._topic = re.compile(owner["topic_pattern"])
        self._body = re.compile(owner["body_pattern"])
        self._rank = re.compile(owner["rank_pattern"])
        self._tags = frozenset(owner["noun_tags"].split("|"))
        self._joins = frozenset(owner["join_words"].split("|"))
        self._loose = re.compile(f"(?:{table['modifiers']['loose']}|{table['modifiers']['former']})$")
        self._known = {kind: re.compile(pattern) for kind, pattern in table.get("known", {}).items()}

    def before(self, view: View, ends: Ends, title: Title) -> Owner:
        """Whose post the words before a title say it is."""
        at, crossed = title.begin, title.begin
        place = False
        for _ in range(_MAX_WORDS):
            at = self._skip(view.folded, at)
            here = [m for m in ends.at.get(at, ()) if m.type != "Person"]
            if ends.at.get(at) and not here:
                return Owner(crossed)
            if here:
                mention = here[0]
                between = view.folded[at:crossed] if at < crossed else ""
                if mention.type in {"State", "Organization"} and not self._topic.match(view.folded[at : title.begin]):
                    if mention.type == "State" and self.is_body(view.folded[at : title.begin]):
                        return Owner(mention.start, outside=True)
                    return Owner(mention.start, self._beside(view, ends, title, mention))
                place = place or (mention.type == "Place" and not between)
                at = crossed = mention.start
                continue
            before = self._word_before(view, ends, at)
            if before is None:
                break
            at = before
        return Owner(title.begin if not place else crossed, outside=place)

    def _skip(self, folded: str, at: int) -> int:
        """Over 的, closing quotes, a bracket and words of time that stand between the owner and the title."""
        while at > 0:
            before = folded[max(0, at - 8) : at]
            link = self._link.search(before) or self._loose.search(before)
            if link:
                at -= len(link[0])
            elif before[-1] in '」』”’》"':
                at -= 1
            elif before[-1] == ")" and (opened := folded.rfind("(", max(0, at - 40), at)) >= 0:
                at = opened
            else:
                break
        return at

    def is_body(self, between: str) -> bool:
        """True for words that end like the name of a body."""
        return self._body.search(self._link.sub("", between)) is not None

    def _word_before(self, view: View, ends: Ends, at: int) -> int | None:
        """The start of the noun-like word that ends at an offset, or the end of a mention inside it; None: none."""
        if at <= 0:
            return None
        number = view.token_at(at - 1)
        start = view.starts[number]
        for inner in range(at - 1, start, -1):
            if inner in ends.at:
                return inner
        word = view.folded[start:at]
        if start >= at or (view.tags[number] not in self._tags and word not in self._joins):
            return None
        if (view.tags[number] == "c" or not word.isalnum()) and word not in self._joins:
            return None
        return start

    def _beside(self, view: View, ends: Ends, title: Title, mention: Mention) -> tuple[Mention, ...]:
        """The states written together with this one: 美俄总统, 英国、法国和德国外长."""
        if mention.type != "State" or mention.end != title.begin:
            return (mention,)
        at = mention.start
        found = [mention]
        while True:
            joint = self._beside_words.search(view.folded[max(0, at - 2) : at])
            gap = len(joint[0]) if joint else 0
            states = [m for m in ends.at.get(at - gap, ()) if m.type == "State"]
            if not states:
                return tuple(reversed(found))
            found.append(states[0])
            at = states[0].start

    def entity(self, title: Title, mention: Mention, mentions: tuple[Mention, ...]) -> str:
        """The entity that the post is of: the state for a head of state or government even behind a body's name."""
        if mention.type == "Organization" and title.kind in {"head_of_state", "head_of_government"}:
            inside = [m for m in mentions if m.type == "State" and m.start == mention.start and m.end < mention.end]
            if inside:
                return inside[0].entity
            state = self._state(self._attribute(mention.entity, "country"))
            return state or mention.entity
        if mention.type == "Organization" and title.state:
            return title.state
        return mention.entity

    def known(self, title: Title, person: str) -> list[str]:
        """Entities that the authority file names for such a post of this person, the best first."""
        record = self._records.get(person)
        pattern = self._known.get(title.kind)
        if record is None or pattern is None:
            return []
        country = self._state(record.attributes.get("country"))
        fitting = [p for p in record.attributes.get("positions", ()) if pattern.search(str(p.get("title", "")))]
        owners = [self._state(p.get("of")) or str(p.get("of")) for p in fitting if p.get("of")]
        if title.level == "state":
            return [country] if country and fitting else [o for o in owners if o.startswith("state-")]
        states = [self._state(self._attribute(owner, "country")) for owner in owners]
        return [*dict.fromkeys([*owners, *(state for state in states if state)])]

    def is_over(self, title: Title, person: str, year: int) -> bool:
        """True when the authority file says that every such post of this person ended before a year."""
        record, pattern = self._records.get(person), self._known.get(title.kind)
        if record is None or pattern is None:
            return False
        fitting = [p for p in record.attributes.get("positions", ()) if pattern.search(str(p.get("title", "")))]
        return bool(fitting) and all(isinstance(p.get("end"), int) and p["end"] < year for p in fitting)

    def is_rank(self, folded: str, title: Title) -> bool:
        return self._rank.match(folded[title.start : title.end]) is not None

    def _attribute(self, entity: str, name: str) -> Any:
        record = self._records.get(entity)
        return record.attributes.get(name) if record else None

    def _state(self, code: Any) -> str | None:
        """The key of a state from its two letters."""
        key = f"state-{str(code).lower()}"
        return key if code and key in self._records else None
