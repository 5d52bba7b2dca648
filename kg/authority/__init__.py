"""The authority file: known entities with all their names, one JSON object a line, one file a type.

A line: ``key``, ``type``, ``label`` (by language tag), ``aliases``, ``abbr_zh``, ``metonyms`` (by language),
``metonym_kind``, ``ambiguous`` (names that need context), ``attributes``. A first line with ``about`` heads each file.
Users add their own files in the same shape: an entity with a known key adds to it, a new key adds an entity.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Literal, get_args

from kg.errors import DataFileError
from kg.model import Entity, EntityType

NameKind = Literal["name", "abbreviation", "metonym"]
#: What the files call the kinds of organization that only pass on what others say.
MEDIA_KINDS = frozenset(
    {"newspaper", "news agency", "broadcaster", "website", "magazine", "NGO/magazine", "social platform"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of an entity. ``ambiguous``: it must not be linked without a second signal."""

    text: str
    lang: str
    kind: NameKind = "name"
    ambiguous: bool = False
    metonym_kind: str | None = None
    """capital, residence, seat or nickname."""


@dataclass(frozen=True, slots=True)
class Record:
    """A known entity as the authority file has it."""

    entity: Entity
    names: tuple[Name, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    wikidata: str | None = None


def files() -> list[Path]:
    """The shipped files, sorted by name."""
    folder = resources.files(__package__)
    return sorted(Path(str(item)) for item in folder.iterdir() if item.name.endswith(".jsonl"))


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The entities of one file as plain dictionaries, without its head line.

    Raises DataFileError with the line number for a line that is no entity.
    """
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DataFileError(path, f"not JSON ({error.msg})", number) from error
            if not isinstance(row, dict):
                raise DataFileError(path, "a line must be a JSON object", number)
            if "about" in row:
                continue
            if not row.get("key") or row.get("type") not in get_args(EntityType) or not row.get("label"):
                types = ", ".join(get_args(EntityType))
                raise DataFileError(path, f"an entity needs 'key', 'label' and 'type' (one of {types})", number)
            yield row


def load(extra: Iterable[Path] = ()) -> dict[str, Record]:
    """All known entities by key; ``extra`` files add to the shipped ones or to each other in their order."""
    return _added(dict(_shipped()), extra)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, Record]:
    """Those of the package, which do not change while it runs."""
    return _added({}, files())


def _added(records: dict[str, Record], paths: Iterable[Path]) -> dict[str, Record]:
    for path in paths:
        for row in rows(path):
            new = record(row)
            old = records.get(new.entity.id)
            records[new.entity.id] = _merged(old, new) if old else new
    return records


def _merged(old: Record, new: Record) -> Record:
    labels = {**old.entity.labels, **new.entity.labels}
    names = tuple(dict.fromkeys([*old.names, *new.names]))
    entity = Entity(old.entity.id, new.entity.type, labels)
    return Record(entity, names, {**old.attributes, **new.attributes}, new.wikidata or old.wikidata)


def record(row: Mapping[str, Any]) -> Record:
    """One line of the file as a Record: labels and aliases are names, in the order of the file."""
    ambiguous = frozenset(row.get("ambiguous", ()))
    kinds: Mapping[str, str] = row.get("metonym_kind", {})
    names: dict[Name, None] = {}
    for tag, label in row["label"].items():
        names[Name(label, tag.split("-")[0], "name", label in ambiguous)] = None
    for lang, aliases in row.get("aliases", {}).items():
        for alias in aliases:
            names[Name(alias, lang, "name", alias in ambiguous)] = None
    for key, abbreviations in row.items():
        if key.startswith("abbr_"):
            for abbreviation in abbreviations:
                names[Name(abbreviation, key[5:], "abbreviation", abbreviation in ambiguous)] = None
    for lang, metonyms in row.get("metonyms", {}).items():
        for metonym in metonyms:
            names[Name(metonym, lang, "metonym", metonym in ambiguous, kinds.get(metonym))] = None
    entity = Entity(row["key"], row["type"], dict(row["label"]))
    return Record(entity, tuple(names), dict(row.get("attributes", {})), row.get("wikidata"))
