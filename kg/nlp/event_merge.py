"""One event for what an article tells more than once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from kg.model import Event

#: What several do together: a telling may leave some of them out.
_TOGETHER = frozenset({"sign", "meet", "negotiate", "extend"})
#: Of these, what the same parties do again and again: without a date only the same parties are the same.
_TALKS = frozenset({"meet", "negotiate"})
#: What happens to a treaty once, for each agent: another telling with a vaguer or a planned date is the same event.
_ONCE = frozenset({"sign", "ratify", "enter_into_force", "expire", "withdraw", "suspend"})


def merged(
    events: Iterable[Event], types: Mapping[str, str] | None = None, acts_for: Callable[[str], str] = str
) -> list[Event]:
    """Each event once: tellings of the same type, thing and truth, with fitting agents and dates, become one.

    ``types``: type by entity id; a class of weapon, or no thing at all, is the same as the named system of a telling
    with the same agents and date. ``acts_for``: the state for which an actor acts; both are the same agent.
    """
    kept: list[Event] = []
    for event in events:
        for number, other in enumerate(kept):
            if _same_event(event, other, types or {}, acts_for):
                kept[number] = _union(other, event, types or {})
                break
        else:
            kept.append(event)
    return kept


def _same_event(one: Event, other: Event, types: Mapping[str, str], acts_for: Callable[[str], str]) -> bool:
    if (one.type, one.negated) != (other.type, other.negated):
        return False
    if one.alleged != other.alleged and one.type not in _ONCE and not (one.type == "test" and one.object):
        return False
    left, right = {acts_for(key) for key in one.agents}, {acts_for(key) for key in other.agents}
    fitting = left == right or not left or not right
    if one.type in _TOGETHER and not (one.type in _TALKS and not (one.date and other.date)):
        fitting = left <= right or right <= left
    if not fitting or _joins_later(one, other) or _joins_later(other, one):
        return False
    if one.object != other.object:
        vaguer = any(_is_vague(event.object, types) for event in (one, other))
        return one.type == "test" and vaguer and _same_dates(one, other, strict=True)
    if one.object is None:
        return _same_dates(one, other, strict=False)
    if one.type in _ONCE and one.planned != other.planned:
        return True
    return _same_dates(one, other, strict=False)


def _joins_later(signed: Event, joins: Event) -> bool:
    """A treaty that was signed on a day, and one party that signs it, nobody says when."""
    return (
        signed.type == "sign"
        and not signed.agents
        and signed.date is not None
        and (len(joins.agents) == 1 and joins.date is None)
    )


def _is_vague(key: str | None, types: Mapping[str, str]) -> bool:
    return key is None or types.get(key) == "WeaponClass"


def _same_dates(one: Event, other: Event, *, strict: bool) -> bool:
    """One date is the other's beginning; without ``strict`` a telling without a date fits any."""
    if one.date is None or other.date is None:
        return not strict
    return one.date.startswith(other.date) or other.date.startswith(one.date)


def _union(first: Event, second: Event, types: Mapping[str, str]) -> Event:
    """The first telling, completed by the second; what happened has the date of the telling that is no plan."""
    told = [event for event in (first, second) if not event.planned] or [first, second]
    dates = sorted((event.date for event in told if event.date), key=len) or [d for d in (first.date, second.date) if d]
    thing = second.object if _is_vague(first.object, types) and second.object else first.object
    return replace(
        first,
        agents=max(first.agents, second.agents, key=len),
        object=thing,
        date=dates[-1] if dates else None,
        until=first.until or second.until,
        place=first.place or second.place,
        alleged=first.alleged and second.alleged,
        planned=first.planned and second.planned,
    )
