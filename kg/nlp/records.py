"""From a Doc to the records that the graph side takes: the one place where the two sides meet."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from spacy.tokens import Doc

from kg.model import Article, Event, Mention, Records, Statement
from kg.nlp.document import Spanned, mention_order

_NEAR = 100
"""How many statements back one may reach over an event: they are short, and few share a place."""


def records(doc: Doc) -> Records:
    """All that the pipeline found in an article, checked: offsets lie in the text, every entity referred to is there.

    Raises ValueError when a component left an offset outside of the text or an unknown entity: a bug, never data.
    """
    article: Article = doc._.article or Article("", doc.text)
    mentions: tuple[Mention, ...] = tuple(sorted({*doc._.mentions, *doc._.anaphors}, key=mention_order))
    statements: tuple[Statement, ...] = tuple(sorted(doc._.statements, key=lambda s: (s.start, s.end)))
    events = tuple(replace(event, reported=_inside(event, statements)) for event in doc._.events)
    entities = tuple(doc._.entities[key] for key in sorted(doc._.entities))
    made = Records(article, entities, mentions, statements, events, tuple(doc._.figures), tuple(doc._.positions))
    _check(made)
    return made


def _inside(event: Event, statements: tuple[Statement, ...]) -> bool:
    """True when the trigger stands in what somebody said."""
    stop = bisect_right(statements, event.start, key=lambda statement: statement.start)
    return any(event.end <= statement.end for statement in statements[max(0, stop - _NEAR) : stop])


def _check(made: Records) -> None:
    size = len(made.article.text)
    known = {entity.id for entity in made.entities}
    spans: list[Spanned] = [*made.mentions, *made.statements, *made.events, *made.figures, *made.positions]
    for record in spans:
        if not 0 <= record.start < record.end <= size:
            raise ValueError(f"{type(record).__name__} at {record.start}-{record.end} is outside of the text ({size})")
    refs: set[str | None] = {m.entity for m in made.mentions}
    for statement in made.statements:
        refs |= {statement.speaker, statement.place, *statement.about}
    for event in made.events:
        refs |= {event.object, event.place, *event.agents}
    for figure in made.figures:
        refs |= {figure.subject, figure.source}
    for position in made.positions:
        refs |= {position.person, position.of}
    unknown = sorted(ref for ref in refs if ref is not None and ref not in known)
    if unknown:
        raise ValueError(f"records refer to entities that the Doc does not have: {', '.join(unknown)}")
