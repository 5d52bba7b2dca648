"""A thing that is first described and then named: they signed a treaty; the Treaty of X was signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg.model import Event

_TREATY = frozenset({"sign", "ratify"})


def named(events: Iterable[Event]) -> list[Event]:
    """The events, but a signing without a thing joins the telling of the same deed that names one."""
    told = list(events)
    for event in [e for e in told if e.type in _TREATY and e.object is None]:
        number = next((n for n, other in enumerate(told) if _same(event, other)), None)
        if number is None:
            continue
        other = told[number]
        told[number] = replace(
            other,
            agents=other.agents or event.agents,
            date=max((date for date in (event.date, other.date) if date), key=len, default=None),
            place=other.place or event.place,
        )
        told.remove(event)
    return told


def _same(event: Event, other: Event) -> bool:
    """The same agents and dates that fit; or the other telling has no agents and the same date."""
    if other.type != event.type or other.object is None or other.negated != event.negated:
        return False
    if set(event.agents) == set(other.agents):
        return event.date is None or other.date is None or event.date.startswith(other.date)
    return not other.agents and event.date is not None and event.date == other.date
