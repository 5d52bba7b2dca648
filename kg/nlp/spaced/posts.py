"""Posts in a language with spaces: before the name of who holds them, behind it, or told by a verb."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.authority import Record
from kg.model import Entity, Mention, Position
from kg.nlp.document import View
from kg.nlp.spaced.mask import NEVER, Masked, expand
from kg.nlp.titles import PostKinds

_OWNING = frozenset({"State", "Organization"})
_MOST_HOLDERS = 4
_REACH = 1500
"""Characters before a title in which the body or person that a word points to is looked for."""


class PostWords:
    """The words for posts of a table ``posts`` as one pattern."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        rows = table.get("post", ())
        every = "|".join(row["words"] for row in rows) or NEVER
        begin = table.get("words", {}).get("begin", "")
        self.pattern = rf"(?i:{begin}(?:{every})(?![\w]))"
        self._states = [(re.compile(f"(?i:{row['words']})"), row["state"]) for row in table.get("only", ())]
        self._rows = [(re.compile(f"(?i:{row['words']})"), row["kind"], row["level"]) for row in rows]

    def state(self, text: str) -> str | None:
        """The only state that has such a post; None when others have it too."""
        return next((state for pattern, state in self._states if pattern.fullmatch(text)), None)

    def kind(self, text: str) -> tuple[str, str]:
        """(kind, level) of the words of a post."""
        return next((kind, level) for pattern, kind, level in self._rows if pattern.fullmatch(text))


@dataclass(frozen=True, slots=True)
class _Post:
    """A post that is told: where its words are, who holds it, what the text says it is of."""

    start: int
    end: int
    holder: Mention
    owner: str | None
    former: bool
    kind: str
    level: str
    title: str


class PostFinder:
    """Pipeline component ``kg_positions`` for such a language; reads the tables ``posts`` and ``demonyms``."""

    def __init__(
        self, records: Mapping[str, Record], table: Mapping[str, Any], demonyms: Mapping[str, str],
        nouns: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """``nouns``: words that stand for a body named before ("agency"), with what a name of it must have."""
        self._records, self._demonyms = records, demonyms
        self._words = PostWords(table)
        self._kinds = PostKinds(table)
        words, post = table["words"], self._words.pattern
        adjectives = "|".join(sorted(map(re.escape, demonyms), key=lambda a: (-len(a), a)))
        owner = rf"(?:(?P<owner>{{S}}|{{O}}|(?<![\w-])(?:{adjectives})(?!\w))(?:{words['owner_link']}))?"
        former = rf"(?P<former>(?i:{words['former']}))?"
        former2 = rf"(?P<former2>(?i:{words['former']}))?"
        loose = rf"(?:(?i:{words['loose']}))*"
        self._loose = re.compile(loose)
        self._before = re.compile(
            expand(
                rf"(?<!\w){former}{owner}{former2}{loose}(?P<post>{post})(?P<tail>{words['of']}(?:(?:{{S}}|{{O}}){words['owner_link']})?(?:{{S}}|{{O}}|{{L}}))?(?P<comma>,)?\s{words['address']}(?P<holder>{{P}})(?:{words['of_state']}(?P<behind>{{S}}))?"
            )
        )
        of = rf"(?:{{S}}{words['owner_link']})?(?P<of>{{S}}|{{O}}|(?:{adjectives})\s)"
        self._behind = re.compile(
            expand(
                rf"(?P<holder>{{P}}){words['from']}(?:,\s|\s\()(?:{words['relative']})?{former}{loose}{owner}{former2}{loose}"
                rf"{words['described']}(?P<post>{post})(?!\s{{P}})"
                rf"(?P<tail>{words['of']}{words['field']}{of}|,\s(?P<listed>{{O}})(?=[.,;]))?"
            )
        )
        self._becomes = re.compile(
            expand(
                rf"(?P<holder>{{P}})(?P<verb>{words['becomes']}){former}{loose}{owner}{former2}{loose}(?P<post>{post})"
                rf"(?P<tail>{words['of']}{words['field']}(?P<of>{{S}}|{{O}}))?"
            )
        )
        self._leads = re.compile(expand(rf"(?P<holder>{{P}}){words['leads']}(?P<of>{{O}})"))
        self._joint = re.compile(words["joint"])
        self._plural = re.compile(words["plural"])
        self._was = re.compile(words["was"])
        self._led = re.compile(words["led"])
        self._definite = re.compile(rf"^(?:(?i:{words['former']}))?(?i:{words['definite']})")
        self._nearest = words["nearest"]
        self._body_before, self._its = re.compile(words["body_before"]), re.compile(words["its"])
        self._his, self._body_behind = re.compile(words["his"]), re.compile(words["body_behind"])
        self._nouns = {noun: re.compile(names) for noun, names in (nouns or {}).items()}

    def entity(self, key: str) -> Entity:
        """The known entity of a key that only an adjective named."""
        return self._records[key].entity

    def find(self, view: View, masked: Masked, mentions: tuple[Mention, ...]) -> tuple[Position, ...]:
        """The positions of an article, each person, title and owner once."""
        present = {m.entity for m in mentions}
        posts = sorted(self._posts(view, masked), key=lambda p: (p.start, p.holder.start))
        found: dict[tuple[str, str, str | None], Position] = {}
        told: dict[str, str] = {p.holder.entity: p.owner for p in posts if p.owner}
        for post in posts:
            of = (
                post.owner or self._pointed(post, view, mentions, told) or self._inferred(post, present, told, mentions)
            )
            if of is None or of not in present | set(self._records):
                continue
            title = view.text[post.start : post.end]
            key = (post.holder.entity, title.lower(), of)
            former = post.former or self._is_over(view, post)
            found.setdefault(
                key,
                Position(
                    post.start, post.end, post.holder.entity, title, of, former, None, self._kinds.of(title, post.kind)
                ),
            )
        return tuple(sorted(found.values(), key=lambda p: (p.start, p.end, p.person, p.of or "")))

    def _posts(self, view: View, masked: Masked) -> Iterator[_Post]:
        for pattern in (self._before, self._behind, self._becomes):
            for match in pattern.finditer(masked.text):
                yield from self._told(masked, match, first=pattern is self._before)
        for match in self._leads.finditer(masked.text):
            owner = masked.at[match.start("of")].entity
            former = self._led.fullmatch(match["post"]) is not None
            yield _Post(
                *match.span("post"), masked.at[match.start("holder")], owner, former, "chief", "body", match["post"]
            )

    def _told(self, masked: Masked, match: re.Match[str], *, first: bool) -> Iterator[_Post]:
        groups = match.groupdict()
        kind, level = self._words.kind(match["post"])
        if not first and not groups.get("verb") and self._plural.search(match["post"]):
            return  # attended by X, representatives of states
        if groups.get("comma") and self._plural.search(match["post"]):
            return  # China's leaders, X among them
        if groups.get("comma") and not (groups.get("owner") or groups.get("tail") or self._definite.search(match[0])):
            return
        former = bool(groups.get("former") or groups.get("former2"))
        verb = groups.get("verb")
        former = former or (verb is not None and self._was.match(verb) is not None)
        owner = self._owner(masked, match, kind, first=first)
        holders = [masked.at[match.start("holder")]]
        if first and self._plural.search(match["post"]):
            holders += self._more(masked, match.end("holder"))
        for holder in holders:
            yield _Post(*match.span("post"), holder, owner, former, kind, level, match["post"])

    def _more(self, masked: Masked, at: int) -> Iterator[Mention]:
        """The others of a list of names behind a title for several."""
        for _ in range(_MOST_HOLDERS):
            joint = self._joint.match(masked.text, at)
            following = masked.at.get(joint.end()) if joint else None
            if following is None or following.type != "Person":
                return
            yield following
            at = following.end

    def _owner(self, masked: Masked, match: re.Match[str], kind: str, *, first: bool) -> str | None:
        """Whose post the words say it is: before the title, or behind it."""
        groups = match.groupdict()
        if groups.get("behind") and not groups.get("owner"):
            return self._masked_entity(masked, match, "behind")
        if groups.get("listed"):
            return self._masked_entity(masked, match, "listed")
        of = groups.get("of")
        tail = masked.at.get(match.start("of")) if of else None
        if first and groups.get("tail"):
            tail = next(
                (m for at, m in masked.at.items() if m.end == match.end("tail") and at >= match.start("tail")), None
            )
        if of and tail is None and of.strip() in self._demonyms:
            return self._demonyms[of.strip()]
        if groups.get("owner"):
            before = masked.at.get(match.start("owner"))
            entity = before.entity if before else self._demonyms[match["owner"]]
            if tail is not None and kind not in {"diplomat", "minister"} and before is None:
                return tail.entity
            return self._as_state(entity) if kind in {"head_of_state", "head_of_government"} else entity
        if tail is not None and tail.type in _OWNING and kind != "diplomat":
            return self._as_state(tail.entity) if kind in {"head_of_government"} else tail.entity
        return None

    @staticmethod
    def _masked_entity(masked: Masked, match: re.Match[str], group: str) -> str:
        return masked.at[match.start(group)].entity

    def _as_state(self, entity: str) -> str:
        """The state of a body, for the head of a state."""
        record = self._records.get(entity)
        if record is None or record.entity.type != "Organization":
            return entity
        kind = str(record.attributes.get("kind", ""))
        country = self._state(record.attributes.get("country"))
        return (
            country if country and kind.startswith(("government", "ministry", "legislature", "parliament")) else entity
        )

    def _state(self, code: Any) -> str | None:
        key = f"state-{str(code).lower()}"
        return key if code and key in self._records else None

    def _pointed(self, post: _Post, view: View, mentions: tuple[Mention, ...], told: Mapping[str, str]) -> str | None:
        """Whose post a word before the title points to: the committee's chairman, its head, his adviser."""
        lead = view.folded[max(0, post.start - 60) : post.start]
        near = [m for m in mentions if m.end <= post.start and m.start > post.start - _REACH]
        noun = self._body_before.search(lead) or self._body_behind.match(view.folded, post.end)
        if noun is not None and noun["noun"].lower() in self._nouns:
            names = self._nouns[noun["noun"].lower()]
            called = [m for m in near if m.type == "Organization" and names.search(view.folded[m.start : m.end])]
            return called[-1].entity if called else None
        if self._its.search(lead):
            owners = [m for m in near if m.type in ({"State"} if post.level == "state" else _OWNING)]
            return owners[-1].entity if owners else None
        if post.level == "state" and self._his.search(lead):
            people = [m.entity for m in near if m.type == "Person" and m.entity != post.holder.entity]
            return self._state_of(people[-1], told) if people else None
        return None

    def _state_of(self, person: str, told: Mapping[str, str]) -> str | None:
        """The state that a person serves: by the text, else by the list."""
        record = self._records.get(person)
        of = told.get(person) or (self._state(record.attributes.get("country")) if record else None)
        return of if of is not None and of.startswith("state-") else None

    def _inferred(
        self, post: _Post, present: set[str], told: Mapping[str, str], mentions: tuple[Mention, ...]
    ) -> str | None:
        """Without an owner in the words: what the list knows of the person, his other post, the body named last."""
        record = self._records.get(post.holder.entity)
        if record is not None:
            country = self._state(record.attributes.get("country"))
            if post.level == "state" and (country in present or country == self._words.state(post.title)):
                return country
            bodies = [str(p.get("of")) for p in record.attributes.get("positions", ())]
            here = [body for body in bodies if body in present]
            if post.level == "body" and here:
                return here[-1]
        own = told.get(post.holder.entity)
        if own is not None and (post.level != "state" or own.startswith("state-")):
            return own if post.level == "state" else None
        only = self._words.state(post.title)
        if only is not None and record is None:
            return only
        near = [m for m in mentions if m.type in _OWNING and post.start - 400 < m.start < post.start]
        bodies_near = [m for m in near if m.type == "Organization"]
        if post.kind == self._nearest and bodies_near:
            return bodies_near[-1].entity
        states = {m.entity for m in near if m.type == "State" and m.start > post.start - 200}
        return states.pop() if post.level == "state" and len(states) == 1 and record is None else None

    def _is_over(self, view: View, post: _Post) -> bool:
        """The list says that the person left every post of this kind before the article."""
        record = self._records.get(post.holder.entity)
        date = view.article.date if view.article else None
        if record is None or not date:
            return False
        title = self._plural.sub("", view.text[post.start : post.end].lower())
        ends = [
            p.get("end") for p in record.attributes.get("positions", ()) if title in str(p.get("title", "")).lower()
        ]
        return bool(ends) and all(isinstance(end, int) and end < int(date[:4]) for end in ends)
