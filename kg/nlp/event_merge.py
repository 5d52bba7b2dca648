"""One event for what an article tells more than once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.model import Event


def merged(events: Iterable[Event]) -> list[Event]:
    """Each event once: tellings of the same type, thing and truth, with fitting agents and dates, become one."""
    kept: list[Event] = []
    for event in events:
        for number, other in enumerate(kept):
            if _same_event(event, other):
                kept[number] = _union(other, event)
                break
        else:
            kept.append(event)
    return kept


def _same_event(one: Event, other: Event) -> bool:
    if (one.type, one.object, one.negated, one.alleged) != (other.type, other.object, other.negated, other.alleged):
        return False
    if one.date and other.date and not (one.date.startswith(other.date) or other.date.startswith(one.date)):
        return False
    if one.object is None and not (one.date and other.date):
        return False
    left, right = set(one.agents), set(other.agents)
    return left <= right or right <= left


def _union(first: Event, second: Event) -> Event:
    """The first telling, completed by the second."""
    dates = sorted((d for d in (first.date, second.date) if d), key=len)
    return replace(
        first,
        agents=max(first.agents, second.agents, key=len),
        date=dates[-1] if dates else None,
        until=first.until or second.until,
        place=first.place or second.place,
        planned=first.planned and second.planned,
    )
