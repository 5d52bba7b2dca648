"""What statements show: when an actor speaks, who answers whom, which accusation is denied, who changed position."""

from __future__ import annotations

import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise

from kg.analysis.model import Column, Finding, Section
from kg.graph.store import Store
from kg.iri import ENTITY
from kg.model import IsoDate
from kg.network.dates import first_day
from kg.network.filters import Filters, filtered
from kg.network.lookup import Names, Row, rows, term_iri
from kg.network.model import Scalar, Witness
from kg.network.names import local_name


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as far as it matters here."""

    iri: str
    article: str
    speaker: str
    act: str
    start: int
    content: str
    day: IsoDate | None
    about: frozenset[str]

    @property
    def witness(self) -> Witness:
        """Where it stands."""
        return Witness((self.iri,), self.day)


@dataclass(frozen=True, slots=True)
class Move:
    """Something that an actor did with a treaty."""

    iri: str
    actor: str
    treaty: str
    type: str
    day: IsoDate
    negated: bool
    planned: bool


@dataclass(frozen=True, slots=True)
class Record:
    """All that the store says about speech and treaties, and for whom actors speak."""

    said: tuple[Said, ...]
    moves: tuple[Move, ...]
    sides: Mapping[str, frozenset[str]]

    def side(self, actor: str) -> frozenset[str]:
        """The actor, the bodies it speaks for, and their states."""
        return self.sides.get(actor) or frozenset({actor})

    def iris(self) -> set[str]:
        """All that is shown by a name."""
        actors = {one.speaker for one in self.said} | {move.actor for move in self.moves}
        sides = {side for actor in actors for side in self.side(actor)}
        words = {term_iri(one.act) for one in self.said} | {term_iri(move.type) for move in self.moves}
        return (
            actors | sides | words | {move.treaty for move in self.moves} | {term_iri("negated"), term_iri("planned")}
        )


def read(store: Store, filters: Filters, media: Sequence[str]) -> Record:
    """The statements in the order of their articles and places, the moves by day."""

    def asked(name: str, left_out: Sequence[str] = media) -> Iterator[Row]:
        text = (resources.files(__package__) / "queries" / f"{name}.rq").read_text(encoding="utf-8")
        return rows(store, filtered(text, filters if name != "sides" else Filters(), left_out, f"analyze: {name}"))

    about: dict[str, set[str]] = defaultdict(set)
    found: dict[tuple[str, str], Row] = {}
    for row in asked("said"):
        found[row["statement"].text, row["speaker"].text] = row
        if "about" in row:
            about[row["statement"].text].add(row["about"].text)
    said = [
        Said(
            statement, row["article"].text, speaker, local_name(row["act"].text), int(row["start"].text),
            row["content"].text, row["day"].text if "day" in row else None, frozenset(about[statement]),
        )
        for (statement, speaker), row in found.items()
    ]  # fmt: skip
    moves = [
        Move(
            row["event"].text, row["actor"].text, row["treaty"].text, local_name(row["type"].text), row["day"].text,
            row["negated"].scalar() is True, row["planned"].scalar() is True,
        )
        for row in asked("moves")
    ]  # fmt: skip
    sides: dict[str, set[str]] = defaultdict(set)
    for row in asked("sides", ()):
        sides[row["actor"].text].add(row["side"].text)
    return Record(
        tuple(sorted(said, key=lambda one: (one.article, one.start, one.speaker, one.iri))),
        tuple(sorted(moves, key=lambda one: (one.actor, one.treaty, one.day, one.iri))),
        {actor: _reach(actor, sides) for actor in list(sides)},
    )


def _reach(actor: str, sides: Mapping[str, set[str]]) -> frozenset[str]:
    """The actor, those for whom it speaks, and those for whom they speak."""
    near = {actor} | sides.get(actor, set())
    return frozenset(near.union(*(sides.get(one, set()) for one in near)))


def sections(record: Record, names: Names) -> tuple[Section, ...]:
    """When actors speak, who answers whom, who denies which accusation, and who changed position on a treaty."""
    table = tomllib.loads((resources.files(__package__) / "directions.toml").read_text(encoding="utf-8"))
    return (
        _timeline(record, names),
        _answers(record, names),
        _disputes(record, names, frozenset(table["accuses"]), frozenset(table["denies"])),
        _changes(record, names, {**dict.fromkeys(table["towards"], 1), **dict.fromkeys(table["away"], -1)}),
    )


def _acts(names: Names, acts: Iterable[str]) -> str:
    count = sorted(Counter(acts).items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{names.label(term_iri(act))} {number}" for act, number in count)


def _timeline(record: Record, names: Names) -> Section:
    cells: dict[tuple[str, str], list[Said]] = defaultdict(list)
    total: Counter[str] = Counter()
    for one in record.said:
        if one.day and first_day(one.day):
            cells[one.speaker, one.day[:7]].append(one)
            total[one.speaker] += 1
    ordered = sorted(cells, key=lambda key: (-total[key[0]], key))
    findings = tuple(
        Finding(
            {"actor": names.label(speaker), "month": month, "statements": len(those),
             "acts": _acts(names, (one.act for one in those)), "id": speaker},
            tuple(one.witness for one in those),
        )
        for speaker, month in ordered
        for those in [cells[speaker, month]]
    )  # fmt: skip
    about = (
        "How often each actor speaks in a month, by the day of the saying, or of publication where the text gives "
        "none. Who speaks most comes first."
    )
    columns = (Column("actor", "Actor"), Column("month", "Month"), Column("statements", "Statements"))
    return Section("timeline", "Who speaks when", about, (*columns, Column("acts", "Kinds")), findings)


def _by_article(said: Iterable[Said]) -> Iterator[list[Said]]:
    articles: dict[str, list[Said]] = defaultdict(list)
    for one in said:
        articles[one.article].append(one)
    yield from (articles[article] for article in sorted(articles))


def _replies(record: Record) -> Iterator[tuple[Said, Said]]:
    """Pairs of a statement and a later one of the same article by whom it concerned, about the first speaker's side.

    The nearest earlier statement of each other speaker counts, and no one answers those for whom he speaks.
    """
    for those in _by_article(record.said):
        for place, later in enumerate(those):
            own = record.side(later.speaker)
            heard: set[str] = set()
            for earlier in reversed(those[:place]):
                theirs = record.side(earlier.speaker)
                if earlier.speaker in heard or earlier.start >= later.start or theirs & own:
                    continue
                if earlier.about & own and (later.about & theirs or later.about & earlier.about - own):
                    heard.add(earlier.speaker)
                    yield earlier, later


def _answers(record: Record, names: Names) -> Section:
    pairs: dict[tuple[str, str], list[tuple[Said, Said]]] = defaultdict(list)
    for earlier, later in _replies(record):
        pairs[later.speaker, earlier.speaker].append((earlier, later))
    findings = []
    for (who, whom), those in sorted(pairs.items(), key=lambda item: (-len(item[1]), item[0])):
        cells: dict[str, Scalar] = {
            "who": names.label(who), "whom": names.label(whom), "times": len(those),
            "articles": len({later.article for _, later in those}), "acts": _acts(names, (b.act for _, b in those)),
        }  # fmt: skip
        findings.append(Finding(cells, tuple(one.witness for pair in those for one in pair)))
    about = (
        "One speaks of another, or of the state or body for which the other speaks; further down in the same article "
        "the other speaks too, about the first one's side or about the same thing. That is counted as an answer."
    )
    columns = (
        Column("who", "Who answers"),
        Column("whom", "Whom"),
        Column("times", "Times"),
        Column("articles", "Articles"),
        Column("acts", "How"),
    )
    return Section("answers", "Who answers whom", about, columns, tuple(findings))


def _disputes(record: Record, names: Names, accuses: frozenset[str], denies: frozenset[str]) -> Section:
    findings = []
    for those in _by_article(record.said):
        for place, first in enumerate(those):
            answered: set[str] = set()
            if first.act not in accuses:
                continue
            for later in those[place + 1 :]:
                own = record.side(later.speaker)
                fits = later.act in denies and first.about & own and not own & record.side(first.speaker)
                if fits and later.speaker not in answered and later.start > first.start:
                    answered.add(later.speaker)
                    findings.append(_dispute(first, later, names))
    ordered = sorted(findings, key=lambda one: (str(one.cells["date"]), one.witnesses[0].spans), reverse=True)
    about = (
        "An accusation, and what the accused side says against it in the same article, the latest first. Neither is a "
        "fact: both are what somebody said."
    )
    columns = (
        Column("date", "Date"),
        Column("accuser", "Who accuses"),
        Column("accusation", "Accusation"),
        Column("denier", "Who denies"),
        Column("denial", "Denial"),
    )
    return Section("disputes", "Accusations and denials", about, columns, tuple(ordered))


def _dispute(first: Said, later: Said, names: Names) -> Finding:
    cells = {
        "date": later.day or first.day or "", "accuser": names.label(first.speaker), "accusation": first.content,
        "denier": names.label(later.speaker), "denial": later.content,
    }  # fmt: skip
    return Finding(cells, (first.witness, later.witness))


def _changes(record: Record, names: Names, directions: Mapping[str, int]) -> Section:
    """Neighbours in time of one side that move opposite ways; several records of one day and direction are one."""
    moves: dict[tuple[str, str], list[tuple[Move, int]]] = defaultdict(list)
    for move in record.moves:
        if move.type in directions:
            states = [one for one in sorted(record.side(move.actor)) if one.startswith(f"{ENTITY}state-")]
            direction = -directions[move.type] if move.negated else directions[move.type]
            moves[states[0] if states else move.actor, move.treaty].append((move, direction))
    findings = []
    for (side, treaty), those in sorted(moves.items()):
        those.sort(key=lambda pair: (first_day(pair[0].day) or "", pair[0].iri))
        for (before, was), (after, is_) in pairwise(those):
            if was != is_ and first_day(before.day) != first_day(after.day):
                cells = {
                    "actor": names.label(side), "treaty": names.label(treaty), "before": _told(before, names),
                    "since": before.day, "after": _told(after, names), "date": after.day,
                    "way": "towards" if is_ > 0 else "away",
                }  # fmt: skip
                seen = (Witness((before.iri,), before.day), Witness((after.iri,), after.day))
                findings.append(Finding(cells, seen))
    ordered = sorted(findings, key=lambda one: (str(one.cells["date"]), str(one.cells["actor"])), reverse=True)
    about = (
        "Who first moved towards a treaty (signed, ratified, extended, negotiated) and then away from it (suspended, "
        "left, did not ratify), or the other way round, by the days that the articles give, the latest first. What "
        "others only allege is left out; what was planned counts as a move and says so."
    )
    columns = (
        Column("date", "Date"),
        Column("actor", "Who"),
        Column("treaty", "Treaty"),
        Column("way", "Which way"),
        Column("after", "Now"),
        Column("before", "Before"),
        Column("since", "On"),
    )
    return Section("changes", "Who changed position on a treaty", about, columns, tuple(ordered))


def _told(move: Move, names: Names) -> str:
    """The event's name, with what keeps it from having happened and who did it."""
    flags = [word for word in ("negated", "planned") if getattr(move, word)]
    marks = ", ".join([*(names.label(term_iri(flag)) for flag in flags), names.label(move.actor)])
    return f"{names.label(term_iri(move.type))} ({marks})"
