"""Who holds a title: the person beside it, in apposition to it, or the subject of a verb of office."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from kg.model import DateMention, IsoDate, Mention
from kg.nlp.document import View
from kg.nlp.owners import Owner
from kg.nlp.titles import Title

_LATIN = re.compile(r"\([A-Za-zÀ-ɏ .,'’-]{2,60}\)")
_CLAUSE = re.compile(r"[,。;:!?、\n「」“”]")


@dataclass(frozen=True, slots=True)
class Holder:
    """A person and what the way of saying tells about the post."""

    person: Mention
    former: bool = False
    since: IsoDate | None = None
    adjacent: bool = True
    """The name stands right before or behind the title."""


@dataclass(slots=True)
class People:
    """The persons of a Doc by offset; ``ends`` counts a name in Latin letters in brackets to the name before it."""

    starts: dict[int, Mention] = field(default_factory=dict)
    ends: dict[int, Mention] = field(default_factory=dict)
    ordered: list[Mention] = field(default_factory=list)

    @classmethod
    def of(cls, view: View, mentions: tuple[Mention, ...]) -> People:
        people = cls()
        reach = -1
        for mention in mentions:
            if mention.type != "Person" or mention.end <= reach:
                continue
            reach = mention.end
            people.ordered.append(mention)
            people.starts[mention.start] = mention
            people.ends[mention.end] = mention
            latin = _LATIN.match(view.folded, mention.end)
            if latin:
                people.ends[latin.end()] = mention
        return people

    def end_of(self, view: View, mention: Mention) -> int:
        """Where the name ends, the Latin one in brackets behind it included."""
        latin = _LATIN.match(view.folded, mention.end)
        return latin.end() if latin else mention.end


class HolderFinder:
    """Works by the table ``titles``, section ``holder``."""

    def __init__(self, table: dict[str, Any]) -> None:
        holder = table["holder"]
        self._after = re.compile(holder["after_pattern"])
        self._through = re.compile(holder["through_pattern"])
        self._lead = re.compile(holder["lead_pattern"])
        self.chain = re.compile(holder["chain_pattern"])
        self.same = re.compile(holder["same_pattern"])
        self.listed = re.compile(holder["listed_pattern"])
        self.beside = re.compile(holder["beside_pattern"])
        self._dependent = re.compile(holder["dependent_pattern"] + "$")
        self._before_kinds = frozenset(holder["before_kinds"].split("|"))
        self._shared_kinds = frozenset(holder["shared_kinds"].split("|"))
        self._shared_before = re.compile(holder["shared_before_pattern"])
        self._join = re.compile(holder["join_pattern"])
        self._verb = re.compile(holder["verb_pattern"])
        self._over = re.compile(holder["over_pattern"])
        self._start = re.compile(holder["start_pattern"])
        self._not_yet = re.compile(holder["not_yet_pattern"])
        self._agent = re.compile(holder["agent_pattern"])
        self._appointing = re.compile(holder["appointing_pattern"])
        self._as = re.compile(holder["as_pattern"])
        self._by = re.compile(holder["by_pattern"])
        self._adverbs = re.compile(holder["adverbs_pattern"])
        self._open = re.compile(f"(?:{holder['open_pattern']})$")
        self._close = re.compile(holder["close_pattern"])

    def find(self, view: View, people: People, title: Title, owner: Owner) -> list[Holder]:
        """The holders of a title; more than one only where the text joins them."""
        behind = self._behind(view, people, title)
        front = people.ends.get(title.begin)
        if behind is not None:
            return [Holder(person) for person in self._joined(view, people, title, owner, behind)]
        if front is not None and self._may_follow(view, title):
            return [Holder(front)]
        found = self._apposed(view, people, title, owner) or self._named_as(view, people, title, owner)
        found = found or self._by_verb(view, people, title, owner)
        return [found] if found else []

    def _behind(self, view: View, people: People, title: Title) -> Mention | None:
        around = people.starts.get(title.start)
        if around is not None and around.end > title.end:
            return around  # the name as it is known has the title in it
        address = people.ends.get(title.end)
        if address is not None and address.start < title.start:
            return address  # 金主席: surname and title name the person
        for pattern in (self._after, self._through):
            match = pattern.match(view.folded, title.end)
            person = people.starts.get(title.end) or (people.starts.get(match.end()) if match else None)
            if person is not None:
                return person
        return None

    def _may_follow(self, view: View, title: Title) -> bool:
        """普京总统, but not 特朗普顾问."""
        return title.kind in self._before_kinds and not self._dependent.search(view.folded[title.start : title.end])

    def _joined(self, view: View, people: People, title: Title, owner: Owner, first: Mention) -> list[Mention]:
        """The persons that one title covers: as many as it has states, or all in a list of members of parliament."""
        lead = view.folded[max(0, owner.start - 12) : title.begin]
        wanted = max(1, len(owner.mentions))
        if title.kind in self._shared_kinds or self._shared_before.search(lead):
            wanted = max(wanted, 5)
        persons = [first]
        while len(persons) < wanted:
            join = self._join.match(view.folded, people.end_of(view, persons[-1]))
            following = people.starts.get(join.end()) if join else None
            if following is None:
                break
            persons.append(following)
        return persons

    def _apposed(self, view: View, people: People, title: Title, owner: Owner) -> Holder | None:
        """毛宁(中国外交部发言人) and 毛宁,中国外交部发言人, but not 普京,美国总统特朗普."""
        lead = self._lead.search(view.folded[max(0, owner.start - 2) : owner.start])
        begin = owner.start - len(lead[0]) if lead else owner.start
        opened = self._open.search(view.folded[max(0, begin - 2) : begin])
        if opened is None or not self._close.match(view.folded, title.end):
            return None
        person = people.ends.get(begin - len(opened[0]))
        if person is None or (opened[0] == "(") != (view.folded[title.end : title.end + 1] == ")"):
            return None
        return Holder(person, adjacent=False)

    def _named_as(self, view: View, people: People, title: Title, owner: Owner) -> Holder | None:
        """身为国防部长的奥斯汀; 外长一职由王毅接任."""
        by = self._by.match(view.folded, title.end)
        if by and by.end() in people.starts:
            return Holder(people.starts[by.end()], adjacent=False)
        person = people.starts.get(title.end + 1)
        lead = self._as.search(view.folded[max(0, owner.start - 6) : owner.start])
        if person is None or lead is None:
            return None
        return Holder(person, former=self._over.match(lead[0]) is not None, adjacent=False)

    def _by_verb(self, view: View, people: People, title: Title, owner: Owner) -> Holder | None:
        """王毅出任外长; 特朗普任命鲁比奥为国务卿; 鲁比奥获特朗普任命为国务卿."""
        floor = max(view.sentence_at(title.start)[0], owner.start - 60)
        verb = self._verb.search(view.folded, floor, owner.start)
        if verb is None or verb.end() != owner.start:
            return None
        persons = [p for p in people.ordered if floor <= p.start and p.end <= verb.end()]
        inside = [p for p in persons if p.start > verb.start()]
        if self._not_yet.search(view.folded[floor : verb.start()]):
            return None
        if inside:
            person = inside[-1]
        else:
            if persons and self._appointing.search(verb["verb"]) and self._is_agent(view, persons[-1]):
                persons.pop()
            if not persons or not self._adverbs.fullmatch(view.folded, people.end_of(view, persons[-1]), verb.start()):
                return None
            person = persons[-1]
        starts = self._start.search(verb["verb"]) is not None
        since = self._since(view, person.start, owner.start, starts)
        return Holder(person, former=self._over.match(verb["verb"]) is not None, since=since, adjacent=False)

    def _is_agent(self, view: View, person: Mention) -> bool:
        return self._agent.search(view.folded[max(0, person.start - 1) : person.start]) is not None

    @staticmethod
    def _since(view: View, start: int, end: int, starts: bool) -> IsoDate | None:
        """The date between the name and the post, where the verb or the date says that the post began."""
        dates: tuple[DateMention, ...] = view.doc._.dates
        for date in dates:
            if start <= date.start and date.end <= end and (starts or date.relation == "since"):
                return date.value
        return None
