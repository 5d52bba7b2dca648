"""A thing that is first described and then named: they signed a treaty; the Treaty of X was signed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from kg.model import Event

#: What happens to a treaty, which a text may describe before it names it.
TREATY = frozenset({"sign", "ratify", "suspend", "withdraw"})


def named(events: Iterable[Event], acts_for: Callable[[str], str] = str) -> list[Event]:
    """The events, but a deed without a thing joins the telling of the same deed that names one.

    ``acts_for``: the state for which an actor acts; both are the same agent.
    """
    told = list(events)
    for event in [e for e in told if e.type in TREATY and e.object is None]:
        number = next((n for n, other in enumerate(told) if _same(event, other, acts_for)), None)
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


def _same(event: Event, other: Event, acts_for: Callable[[str], str]) -> bool:
    """The same agents and dates that fit; or the other telling has no agents and the same date."""
    if other.type != event.type or other.object is None or other.negated != event.negated:
        return False
    if {acts_for(a) for a in event.agents} == {acts_for(a) for a in other.agents}:
        return event.date is None or other.date is None or event.date.startswith(other.date)
    return not other.agents and event.date is not None and event.date == other.date
