"""Stores of as many articles as a test or a benchmark wants, without reading a text: records made up by chance."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import get_args

from kg import iri
from kg.authority import Record, load
from kg.graph.rdf import article_triples
from kg.graph.reference import authority_triples, ontology_triples
from kg.graph.store import OxigraphStore
from kg.model import Act, Article, Entity, Event, EventType, Figure, Mention, Position, Records, Statement

#: What an article of the corpus has on average.
MENTIONS, STATEMENTS, EVENTS, FIGURES, POSITIONS = 64, 12, 4, 2, 4
#: How often, in per cent, a statement of the corpus is about an actor, and about a treaty or weapon.
ABOUT_ACTOR, ABOUT_THING = 80, 30
#: How much more often than every other act something is just said.
SAID = 12
#: How many actors an event has.
AGENTS = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4)
_SENTENCE = "{0}就{1}的{2}表示,{3}與{4}應當在{5}年之前重新談判,雙方都不得以{6}為由拖延。"


def fill(store: OxigraphStore, count: int, *, seed: int = 20260205, actors: int = 400) -> None:
    """Load ``count`` made-up articles, with the reference graphs, into the store."""
    records = list(load().values())
    reference = {iri.AUTHORITY_GRAPH: authority_triples(records), iri.ONTOLOGY_GRAPH: ontology_triples()}
    store.load(reference)
    batch: dict[str, str] = {}
    for made in synthetic(records, count, seed, actors):
        batch[iri.article(made.article.id)] = article_triples(made)
        if len(batch) == 1000:
            store.load(batch)
            batch = {}
    if batch:
        store.load(batch)


def synthetic(known: Iterable[Record], count: int, seed: int, actors: int) -> Iterator[Records]:
    """The records; few actors stand in many articles and many in few, as in the news."""
    chance = random.Random(seed)
    by_type: dict[str, list[Entity]] = {}
    for record in known:
        by_type.setdefault(record.entity.type, []).append(record.entity)
    speakers = [e for t in ("State", "Person", "Organization") for e in by_type[t][: actors // 3]]
    chance.shuffle(speakers)
    things = by_type["Treaty"][:40] + by_type["WeaponSystem"][:60] + by_type["WeaponClass"][:20]
    for number in range(count):
        yield _article(number, chance, speakers, things)


def _article(number: int, chance: random.Random, speakers: list[Entity], things: list[Entity]) -> Records:
    def skewed(among: list[Entity]) -> Entity:
        return among[min(int(chance.paretovariate(0.8)) - 1, len(among) - 1)]

    cast, props = [skewed(speakers) for _ in range(12)], [skewed(things) for _ in range(6)]
    parts, mentions, at = [], [], 0
    for _ in range(MENTIONS // 8):
        named = [chance.choice(cast if slot % 2 == 0 else props) for slot in range(7)]
        words = [entity.labels.get("zh-Hant", entity.id) for entity in named]
        words[5] = str(chance.randrange(2020, 2035))
        text = _SENTENCE.format(*words)
        for slot, word in enumerate(words):
            if slot != 5:
                begin = at + text.index(word)
                mentions.append(Mention(begin, begin + len(word), named[slot].type, named[slot].id))
        parts.append(text)
        at += len(text)
    year, month = chance.randrange(2015, 2027), chance.randrange(1, 13)
    day = f"{year}-{month:02d}-{chance.randrange(1, 28):02d}"
    article = Article(f"syn-{number}", "".join(parts), f"題{number}", day, "zh-Hant", f"報社{number % 7}")
    starts = [sum(len(p) for p in parts[:i]) for i in range(len(parts))]

    def place(width: int) -> tuple[int, int]:
        begin = chance.choice(starts) + chance.randrange(12)
        return begin, begin + width

    persons = [one for one in cast if one.type == "Person"]
    treaties = [one for one in props if one.type == "Treaty"]
    return Records(
        article,
        tuple({e.id: e for e in (*cast, *props)}.values()),
        tuple(sorted(set(mentions))),
        tuple(_statement(chance, place(12), cast, props, day) for _ in range(STATEMENTS)),
        tuple(_event(chance, place(4), cast, props, day) for _ in range(EVENTS)),
        tuple(
            Figure(*place(3), "limit", "核彈頭", chance.choice(treaties).id, float(chance.randrange(9000)))
            for _ in range(FIGURES if treaties else 0)
        ),
        tuple(
            Position(*place(3), chance.choice(persons).id, "發言人", chance.choice(cast).id)
            for _ in range(POSITIONS if persons else 0)
        ),
    )


def _statement(
    chance: random.Random, place: tuple[int, int], cast: list[Entity], props: list[Entity], day: str
) -> Statement:
    act = chance.choice(["say"] * SAID + [*get_args(Act)])
    about = {chance.choice(cast).id} if chance.randrange(100) < ABOUT_ACTOR else set()
    if chance.randrange(100) < ABOUT_THING:
        about.add(chance.choice(props).id)
    return Statement(*place, chance.choice(cast).id, act, date=day, about=tuple(sorted(about)))


def _event(chance: random.Random, place: tuple[int, int], cast: list[Entity], props: list[Entity], day: str) -> Event:
    kind = chance.choice(get_args(EventType))
    agents = {chance.choice(cast).id for _ in range(chance.choice(AGENTS))}
    doubtful = chance.random() < 0.3
    return Event(*place, kind, tuple(sorted(agents)), chance.choice(props).id, day, reported=doubtful)


def many(store: OxigraphStore, count: int, actors: int, *, seed: int = 20260205) -> None:
    """Load articles in which every one of so many made-up persons speaks at least once, of one of the first of them."""
    chance = random.Random(seed)
    people = [Entity(f"new:Person:人物{n}", "Person", {"zh": f"人物{n}"}, known=False) for n in range(actors)]
    graphs = {iri.ONTOLOGY_GRAPH: ontology_triples()}
    each = -(-actors // count)
    for number in range(count):
        speakers = people[number * each : (number + 1) * each]
        speakers += [people[min(int(chance.paretovariate(0.7)), actors - 1)] for _ in range(each)]
        graphs[iri.article(f"many-{number}")] = article_triples(_talk(number, chance, speakers, people))
    store.load(graphs)


def _talk(number: int, chance: random.Random, speakers: list[Entity], people: list[Entity]) -> Records:
    text, said, named = "", [], {}
    for speaker in speakers:
        other = people[min(int(chance.paretovariate(0.5)) - 1, len(people) - 1)]
        content = f"{other.labels['zh']}應當在第{chance.randrange(1000)}輪談判中說明第{number}號文件的含義"
        sentence = f"{speaker.labels['zh']}在{chance.choice('東西南北')}方城市的會議上表示，{content}。"
        start = len(text) + sentence.index(content)
        said.append(Statement(start, start + len(content), speaker.id, chance.choice(get_args(Act)), about=(other.id,)))
        named |= {speaker.id: speaker, other.id: other}
        text += sentence
    day = f"{chance.randrange(2015, 2027)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 28):02d}"
    article = Article(f"many-{number}", text, f"題{number}", day, "zh-Hant", f"報社{number % 7}")
    return Records(article, tuple(named.values()), statements=tuple(said))
