"""Annotated articles: one JSON file an article, in the schema that GUIDE.md describes.

A file is checked when it is read: a reference to an entity that is not there, or words that the text does not have,
would silently cost points later.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from kg.errors import KgError
from kg.model import Act, Article, EventType, FigureKind

#: Weapon systems and their classes are one type in annotations.
TYPES = ("Person", "State", "Organization", "Treaty", "WeaponSystem", "Place")
_LAYERS = ("entities", "statements", "events", "figures", "positions")


class GoldError(KgError):
    """An annotated article that cannot be scored against."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason} (kg evaluate --guide says what an annotation holds)"


@dataclass(frozen=True, slots=True)
class Gold:
    """One annotated article. The layers are lists of plain objects with the keys of GUIDE.md."""

    article: Article
    entities: Mapping[str, Mapping[str, Any]]
    """By their id."""
    statements: tuple[Mapping[str, Any], ...]
    events: tuple[Mapping[str, Any], ...]
    figures: tuple[Mapping[str, Any], ...]
    positions: tuple[Mapping[str, Any], ...]


def read(path: str | Path, *, lang: str = "") -> list[Gold]:
    """The annotated articles of a file or a folder of ``.json`` files, sorted by name.

    ``lang`` keeps those whose language tag begins so. Raises GoldError.
    """
    root = Path(path)
    if not root.exists():
        raise GoldError(root, "no such file or folder")
    files = sorted(root.glob("*.json")) if root.is_dir() else [root]
    found = [gold for gold in map(_read, files) if gold.article.lang.startswith(lang)]
    if not found:
        raise GoldError(root, f"no annotated article here whose language begins with {lang!r}" if lang else "is empty")
    return found


def _read(path: Path) -> Gold:
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise GoldError(path, f"is not JSON in UTF-8 ({error})") from error
    except OSError as error:
        raise GoldError(path, f"cannot be read ({error.strerror})") from error
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise GoldError(path, "needs an object with 'text' and the layers " + ", ".join(_LAYERS))
    try:
        for problem in _problems(data):
            raise GoldError(path, problem)
        return _gold(path, data)
    except (KeyError, TypeError, AttributeError) as error:
        raise GoldError(path, f"an annotation lacks a key or has one of the wrong kind ({error})") from error


def _gold(path: Path, data: Mapping[str, Any]) -> Gold:
    article = Article(
        id=data.get("id") or path.stem,
        text=data["text"],
        title=data.get("title") or "",
        date=data.get("published"),
        lang=data.get("lang") or "und",
        publisher=data.get("publisher"),
        url=data.get("url"),
    )
    layers = {name: tuple(data.get(name, ())) for name in _LAYERS}
    entities = {entity["id"]: entity for entity in layers.pop("entities")}
    return Gold(article, entities, **layers)


def _problems(data: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with the annotations of an article."""
    text: str = data["text"]
    known = {entity["id"] for entity in data.get("entities", ())}
    for entity in data.get("entities", ()):
        if entity["type"] not in TYPES:
            yield f"entity {entity['id']}: type {entity['type']!r} is none of {', '.join(TYPES)}"
        yield from _absent(text, f"entity {entity['id']}", entity["surfaces"])
    for one in data.get("statements", ()):
        yield from _absent(text, f"statement {one['id']}", [one["content"]])
        yield from _unknown(known, f"statement {one['id']}", [one.get("speaker"), one.get("place")])
        yield from _other(f"statement {one['id']}", "act", one["act"], get_args(Act))
    for one in data.get("events", ()):
        yield from _unknown(known, f"event {one['id']}", [*one.get("agents", ()), one.get("object"), one.get("place")])
        yield from _other(f"event {one['id']}", "type", one["type"], get_args(EventType))
    for one in data.get("figures", ()):
        yield from _unknown(known, f"figure {one['id']}", [one.get("subject"), one.get("source")])
        yield from _other(f"figure {one['id']}", "kind", one["kind"], get_args(FigureKind))
    for one in data.get("positions", ()):
        yield from _unknown(known, f"position {one['title']!r}", [one["person"], one.get("of")])


def _absent(text: str, what: str, words: Iterable[str]) -> Iterator[str]:
    for one in words:
        if one not in text:
            yield f"{what}: the text does not have the words {one!r}"


def _unknown(known: set[str], what: str, references: Iterable[str | None]) -> Iterator[str]:
    for one in references:
        if one is not None and one not in known:
            yield f"{what}: there is no entity {one!r}"


def _other(what: str, key: str, value: str, allowed: tuple[str, ...]) -> Iterator[str]:
    if value not in allowed:
        yield f"{what}: {key} {value!r} is none of {', '.join(allowed)}"
