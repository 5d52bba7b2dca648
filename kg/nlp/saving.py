"""How spaCy saves what is on a Doc: ``doc.to_bytes``, ``DocBin``, ``nlp.pipe(n_process=2)``.

spaCy packs a Doc with msgpack, which knows no records: these two functions join it when a pipeline of kg is made. They
are no entry points, because those are loaded in the middle of the import of spaCy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any

from srsly.msgpack import msgpack_decoders, msgpack_encoders  # type: ignore[import-untyped]

from kg.model import Article, DateMention, Entity, Event, Figure, Mention, Position, Statement
from kg.nlp.document import Scratch

_TYPES = {one.__name__: one for one in (Article, DateMention, Entity, Event, Figure, Mention, Position, Statement)}
_MARK = "__kg__"
_Chain = Callable[[Any], Any] | None


def encode(value: Any, chain: _Chain = None) -> Any:
    """A record as a mapping that names its type; scratch as nothing."""
    if isinstance(value, Scratch):
        return None
    name = type(value).__name__
    if _TYPES.get(name) is type(value):
        return {_MARK: name, **{field.name: getattr(value, field.name) for field in fields(value)}}
    return value if chain is None else chain(value)


def decode(value: Any, chain: _Chain = None) -> Any:
    """The record of such a mapping."""
    if isinstance(value, dict) and _MARK in value:
        given = {name: _fixed(part) for name, part in value.items() if name != _MARK}
        return _TYPES[value[_MARK]](**given)
    return value if chain is None else chain(value)


def _fixed(value: Any) -> Any:
    """msgpack knows no tuples; records have no lists."""
    return tuple(value) if isinstance(value, list) else value


def register() -> None:
    """Let spaCy pack records; calling it again changes nothing."""
    msgpack_encoders.register("kg", func=encode)
    msgpack_decoders.register("kg", func=decode)
