"""Gold annotations as the records that a perfect pipeline would give, so that the graph side is tested by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg import authority
from kg.model import Article, Entity, Event, Figure, Mention, Position, Records, Statement

FOLDER = Path(__file__).parent / "gold"
_LABEL_TAGS = {"zh-Hant": "zh-Hant", "zh-Hans": "zh-Hans"}


def paths() -> list[Path]:
    """All gold files, sorted."""
    return sorted(FOLDER.glob("*.json"))


def load(path: str | Path) -> dict[str, Any]:
    """One gold file; ``path`` may be a name such as ``01``."""
    found = Path(path) if Path(path).suffix else FOLDER / f"{path}.json"
    gold: dict[str, Any] = json.loads(found.read_text(encoding="utf-8"))
    return gold


@lru_cache(maxsize=1)
def _known() -> dict[tuple[str, str], str]:
    """Authority keys by type and unambiguous name; weapons and their classes are one type in the gold files."""
    keys: dict[tuple[str, str], str] = {}
    for key, record in authority.load().items():
        type_ = "WeaponSystem" if record.entity.type == "WeaponClass" else record.entity.type
        for name in record.names:
            if not name.ambiguous and name.kind == "name":
                keys.setdefault((type_, name.text), key)
    return keys


def article(gold: dict[str, Any]) -> Article:
    """The article with its metadata."""
    return Article(
        id=gold["id"],
        text=gold["text"],
        title=gold.get("title") or "",
        date=gold.get("published"),
        lang=gold["lang"],
        publisher=gold.get("publisher"),
        url=gold.get("url"),
    )


def entity_ids(gold: dict[str, Any]) -> dict[str, str]:
    """Entity ids as kg makes them (authority keys, or ``new:TYPE:NAME``) by the ids of the gold file."""
    known = _known()
    ids: dict[str, str] = {}
    for entity in gold["entities"]:
        names = [entity["name_en"], *entity["surfaces"]]
        found = next((known[entity["type"], name] for name in names if (entity["type"], name) in known), None)
        ids[entity["id"]] = found or f"new:{entity['type']}:{max(entity['surfaces'], key=len).casefold()}"
    return ids


def records(gold: dict[str, Any]) -> Records:
    """The records of a gold file. Spans are the first place where the annotated words stand that is not yet taken."""
    ids = entity_ids(gold)
    types = {key: record.entity.type for key, record in authority.load().items()}
    entities: dict[str, Entity] = {}
    for one in gold["entities"]:
        key = ids[one["id"]]
        known = not key.startswith("new:")
        label = {_LABEL_TAGS.get(gold["lang"], "en"): max(one["surfaces"], key=len)}
        entities[key] = Entity(key, types.get(key, one["type"]), {} if known else label, known)
    mentions = sorted(set(_mentions(gold, ids, entities)))
    return Records(
        article=article(gold),
        entities=tuple(entities[key] for key in sorted(entities)),
        mentions=tuple(mentions),
        statements=tuple(sorted(_statements(gold, ids), key=lambda s: (s.start, s.end, s.speaker or ""))),
        events=tuple(sorted(_events(gold, ids), key=lambda e: (e.start, e.end, e.type))),
        figures=tuple(sorted(_figures(gold, ids), key=lambda f: (f.start, f.end, f.thing))),
        positions=tuple(sorted(_positions(gold, ids), key=lambda p: (p.start, p.end, p.person))),
    )


def _mentions(gold: dict[str, Any], ids: dict[str, str], entities: dict[str, Entity]) -> Iterator[Mention]:
    """Every place of every surface, the longest at each place; lone characters only in pairs such as 美俄."""
    spans = [
        (match.start(), match.end(), ids[entity["id"]])
        for entity in gold["entities"]
        for surface in entity["surfaces"]
        for match in re.finditer(re.escape(surface), gold["text"])
    ]
    single = {start for start, end, _ in spans if end - start == 1}
    for start, end, key in spans:
        if any(s <= start and end <= e and e - s > end - start for s, e, _ in spans):
            continue
        if end - start == 1 and not {start - 1, start + 1} & single:
            continue
        kind = "abbreviation" if end - start == 1 else "name"
        yield Mention(start, end, entities[key].type, key, kind, "gold")  # type: ignore[arg-type]


class _Places:
    """Hands out the places of words in a text, each once while there are more."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._next: dict[str, int] = {}

    def of(self, words: str) -> tuple[int, int]:
        start = self._text.find(words, self._next.get(words, 0))
        if start < 0:
            start = self._text.index(words)
        self._next[words] = start + len(words)
        return start, start + len(words)


def _statements(gold: dict[str, Any], ids: dict[str, str]) -> Iterator[Statement]:
    text = gold["text"]
    for one in gold["statements"]:
        start = text.index(one["content"])
        cue = text.rfind(one["cue"], 0, start) if one["cue"] else -1
        if one["cue"] and cue < 0:
            cue = text.index(one["cue"])
        yield Statement(
            start,
            start + len(one["content"]),
            ids[one["speaker"]] if one["speaker"] else None,
            one["act"],
            cue_start=cue if cue >= 0 else None,
            cue_end=cue + len(one["cue"]) if cue >= 0 else None,
            quoted=one["quoted"],
            date=one["date"],
            place=ids[one["place"]] if one["place"] else None,
            about=tuple(dict.fromkeys(ids[key] for key in one["about"])),
        )


def _events(gold: dict[str, Any], ids: dict[str, str]) -> Iterator[Event]:
    places = _Places(gold["text"])
    said = [(s.start, s.end) for s in _statements(gold, ids)]
    for one in gold["events"]:
        start, end = places.of(one["trigger"])
        yield Event(
            start,
            end,
            one["type"],
            agents=tuple(dict.fromkeys(ids[key] for key in one["agents"])),
            object=ids[one["object"]] if one["object"] else None,
            date=one["date"],
            until=one.get("until"),
            place=ids[one["place"]] if one["place"] else None,
            alleged=one["alleged"],
            negated=one["negated"],
            reported=any(s <= start and end <= e for s, e in said),
        )


def _figures(gold: dict[str, Any], ids: dict[str, str]) -> Iterator[Figure]:
    places = _Places(gold["text"])
    for one in gold["figures"]:
        start, end = places.of(one["trigger"])
        yield Figure(
            start,
            end,
            one["kind"],
            one["thing"],
            subject=ids[one["subject"]] if one["subject"] else None,
            value=one["value"],
            low=one["low"],
            high=one["high"],
            unit=one["unit"],
            date=one["date"],
            source=ids[one["source"]] if one["source"] else None,
        )


def _positions(gold: dict[str, Any], ids: dict[str, str]) -> Iterator[Position]:
    places = _Places(gold["text"])
    for one in gold["positions"]:
        start, end = places.of(one["title"])
        yield Position(
            start, end, ids[one["person"]], one["title"], ids[one["of"]] if one["of"] else None, one["former"]
        )
