"""Component ``kg_positions``: which person holds or held which post, and of what."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from kg import authority, lang
from kg.authority import Record
from kg.model import Mention, Position
from kg.nlp.document import View, set_spans
from kg.nlp.holders import Holder, HolderFinder, People
from kg.nlp.owners import Ends, Owner, OwnerFinder
from kg.nlp.spaced.mask import Masked
from kg.nlp.spaced.posts import PostFinder
from kg.nlp.titles import Title, TitleFinder

NAME = "kg_positions"


@dataclass(slots=True)
class _Post:
    """A title with its holders, and what it is a post of as far as it is known: ``of`` is None while it is not."""

    title: Title
    owner: Owner
    holders: list[Holder]
    of: list[str] = field(default_factory=list)
    none: bool = False
    """It is a post of nothing that can be named: a province's, a city's."""


class PositionFinder:
    """Joins titles to persons and to states or bodies; what it cannot place it leaves out.

    What a post is of: the state or body before the title; that of the title which is joined to it; the only state that
    has such a post; what the authority file knows of the person; another post of the same person in the article.
    """

    def __init__(self, records: Mapping[str, Record], table: dict[str, Any]) -> None:
        self._records = records
        self._titles = TitleFinder(table)
        self._active = bool(table)
        if self._active:
            self._owners = OwnerFinder(table, records)
            self._holders = HolderFinder(table)

    def __call__(self, doc: Doc) -> Doc:
        if not self._active:
            return doc
        view = View.of(doc)
        mentions: tuple[Mention, ...] = doc._.mentions
        people = People.of(view, mentions)
        ends = Ends.of(mentions)
        posts = []
        for found_title in self._titles.of(view):
            title = self._without_body(view, mentions, found_title)
            if title.is_post:
                owner = self._owners.before(view, ends, title)
                posts.append(_Post(title, owner, self._holders.find(view, people, title, owner)))
        self._chain(view, posts)
        self._own(view, posts, mentions, {m.entity for m in mentions})
        found = self._positions(view, posts)
        for of in {p.of for p in found if p.of and p.of not in doc._.entities}:
            doc._.entities[of] = self._records[of].entity  # the state of a body, which no words name
        doc._.positions = found
        set_spans(doc, "positions", ((p.start, p.end, p.title, p.person) for p in found))
        return doc

    def _without_body(self, view: View, mentions: tuple[Mention, ...], title: Title) -> Title:
        """The title without the end of a body's name: 主任 of 研究中心, although 中心主任 is a title too."""
        at = bisect_left(mentions, title.end, key=lambda m: m.start)
        for mention in mentions[max(0, at - 8) : at]:
            if mention.type != "Organization" or not (mention.start < title.start < mention.end < title.end):
                continue
            if not self._owners.is_body(view.folded[mention.start : mention.end]):
                continue
            rest = self._titles.find(view.folded[mention.end : title.end])
            if rest and rest[0].start == 0 and rest[0].end == title.end - mention.end:
                return replace(
                    rest[0], start=mention.end, end=title.end, begin=mention.end, former=rest[0].former or title.former
                )
        return title

    def _chain(self, view: View, posts: list[_Post]) -> None:
        """国务委员兼外长王毅: a title takes the holder of the one that is joined to it behind, or before."""
        for post, following in reversed(list(pairwise(posts))):
            two = post.title.level == following.title.level == "state" and not following.title.former
            shared = following.owner.start < post.title.end and not two  # 俄罗斯总统、三军统帅: one owner before both
            until = following.title.begin if shared else min(following.owner.start, following.title.begin)
            gap = view.folded[post.title.end : until]
            listed = (shared or not following.owner.mentions) and self._holders.listed.fullmatch(gap)
            if self._owners.is_rank(view.folded, following.title):  # 副主席、海军上将: a rank is no second person
                listed = self._holders.listed.fullmatch(view.folded, post.title.end, following.title.begin)
            if not post.holders and following.holders and (listed or self._holders.same.fullmatch(gap)):
                post.holders = [h for h in following.holders[:1] if h.person.start >= following.title.end]
        for post, following in pairwise(posts):
            gap = view.folded[post.title.end : min(following.owner.start, following.title.begin)]
            if post.holders and not following.holders and self._holders.same.fullmatch(gap):
                following.holders = [h for h in post.holders[:1] if h.person.end <= post.title.begin]

    def _own(self, view: View, posts: list[_Post], mentions: tuple[Mention, ...], present: set[str]) -> None:
        """Find what each post is of, the sure ways for all posts before the unsure ones."""
        for post in posts:
            title, owner = post.title, post.owner
            post.of = [self._owners.entity(title, m, mentions) for m in owner.mentions]
            if self._is_other_post(view, posts, post):
                post.of = []
            outside = owner.outside and title.level != "state" and not self._owners.is_rank(view.folded, title)
            post.none = title.level == "place" or outside
        for before, post in pairwise(posts):
            if not post.of and not post.none and before.of and self._joined(view, before, post):
                post.of = before.of[-1:]
        for post in posts:
            if not post.of and not post.none and post.holders:
                post.of = self._inferred(post, present)
        by_person: dict[str, list[_Post]] = {}
        for post in posts:
            for holder in post.holders:
                by_person.setdefault(holder.person.entity, []).append(post)
        for post in posts:
            if not post.of and not post.none and post.holders and not self._owners.is_rank(view.folded, post.title):
                twin = self._from_twin(post, by_person[post.holders[0].person.entity])
                elsewhere = self._owners.known(post.title, post.holders[0].person.entity)
                post.of = twin or ([] if elsewhere else self._from_context(view, post, posts, mentions))

    def _is_other_post(self, view: View, posts: list[_Post], post: _Post) -> bool:
        """A post of a state behind another one of a body, which is not its owner: 政治局委员、外长."""
        if post.title.level != "state" or not post.owner.mentions or post.owner.mentions[0].type != "Organization":
            return False
        ends = [o.title.end for o in posts if post.owner.mentions[0].end < o.title.end < post.title.begin]
        return any(self._holders.chain.fullmatch(view.folded, end, post.title.begin) for end in ends)

    def _joined(self, view: View, before: _Post, post: _Post) -> bool:
        """True when a post is of the same state as the one before it: 总统普京和外长拉夫罗夫, 国务委员兼外长."""
        if before.title.level != post.title.level and before.title.level != "state":
            return False
        end = before.title.end
        if (
            before.holders
            and before.holders[0].person.start >= end
            and before.holders[0].person.end <= post.title.begin
        ):
            end = before.holders[0].person.end
            return (
                self._holders.beside.fullmatch(view.folded, end, post.title.begin) is not None
                and end < post.title.begin
            )
        return self._holders.chain.fullmatch(view.folded, end, post.title.begin) is not None

    def _inferred(self, post: _Post, present: set[str]) -> list[str]:
        """The only state with such a post, or what the authority file knows; only what the article names."""
        known = [k for k in self._owners.known(post.title, post.holders[0].person.entity) if k in present]
        if post.title.state in present and post.title.state is not None:
            return [post.title.state]
        return known[:1]

    def _from_context(self, view: View, post: _Post, posts: list[_Post], mentions: tuple[Mention, ...]) -> list[str]:
        """The state that others with the same title serve here, or the only one that the paragraph names before."""
        if post.title.level != "state":
            return []
        like = {o.of[-1] for o in posts if o.of and o.title.base == post.title.base}
        states = self._states(mentions, view.sentence_at(post.title.begin)[0], post.title.begin)
        if len(like) == 1:
            return [] if states and not like & states else [*like]  # 印度试射…,总理辛格: hardly that of another state
        states = self._states(mentions, view.folded.rfind("\n", 0, post.title.begin) + 1, post.title.begin)
        return [*states] if len(states) == 1 and not like else []

    @staticmethod
    def _states(mentions: tuple[Mention, ...], start: int, end: int) -> set[str]:
        """The states that are named between two offsets."""
        return {m.entity for m in mentions if m.type == "State" and start <= m.start and m.end <= end}

    @staticmethod
    def _from_twin(post: _Post, others: list[_Post]) -> list[str]:
        """What a like post of the same person is of."""
        for other in others:
            if other is not post and other.of and other.title.level == post.title.level:
                return other.of[:1]
        return []

    def _positions(self, view: View, posts: list[_Post]) -> tuple[Position, ...]:
        """One record for each person, title and owner, at the first place that says it."""
        found: dict[tuple[str, str, str | None], Position] = {}
        for post in posts:
            title = post.title
            if not post.of and not post.none:
                continue
            owners: list[str | None] = [*post.of] or [None]
            for number, holder in enumerate(post.holders):
                of = owners[min(number, len(owners) - 1)]
                text = view.text[title.start : title.end]
                former = self._is_former(view, post, holder)
                position = Position(
                    title.start, title.end, holder.person.entity, text, of, former, holder.since, title.post_kind
                )
                found.setdefault((position.person, view.folded[title.start : title.end], of), position)
        return tuple(sorted(found.values(), key=lambda p: (p.start, p.end, p.person, p.of or "")))

    def _is_former(self, view: View, post: _Post, holder: Holder) -> bool:
        if post.title.former or holder.former or self._titles.former_before(view.folded, post.owner.start):
            return True
        date = view.article.date if view.article else None
        return bool(date) and self._owners.is_over(post.title, holder.person.entity, int(str(date)[:4]))


class SpacedPositions:
    """The component for a language with a table ``posts``."""

    def __init__(self, finder: PostFinder) -> None:
        self._finder = finder

    def __call__(self, doc: Doc) -> Doc:
        view, mentions = View.of(doc), doc._.mentions
        found = self._finder.find(view, Masked.of(view.folded, mentions), mentions)
        for of in {p.of for p in found if p.of and p.of not in doc._.entities}:
            doc._.entities[of] = self._finder.entity(of)
        doc._.positions = found
        set_spans(doc, "positions", ((p.start, p.end, p.title, p.person) for p in found))
        return doc


@Language.factory(
    NAME, default_config={"language": "zh"}, requires=["doc._.mentions", "doc._.dates"], assigns=["doc._.positions"]
)
def create(nlp: Language, name: str, language: str) -> PositionFinder | SpacedPositions:
    """The records are those that the tokenizer looks up."""
    records = nlp.tokenizer.lookup.records if hasattr(nlp.tokenizer, "lookup") else authority.load()
    posts = lang.table(language, "posts")
    if posts:
        nouns = lang.table(language, "coreference").get("noun", {}).get("Organization", {})
        return SpacedPositions(PostFinder(records, posts, lang.table(language, "demonyms").get("states", {}), nouns))
    return PositionFinder(records, lang.table(language, "titles"))
