"""When and where an event was, and until when an extension runs."""

from __future__ import annotations

from kg.nlp import calendar
from kg.nlp.clauses import Item
from kg.nlp.document import within
from kg.nlp.event_scene import PERFORMING, Scene, Site

_PASSED = frozenset({"at", "noun", "number", "word", "weapon", "treaty", "de"})


class TimeFinder:
    """Reads dates and places around a trigger."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def date(self, site: Site, *, denied: bool) -> str | None:
        """A date of the clause, before the trigger or behind it; else of the clauses before in the sentence.

        What did not happen has only the date of its own clause.
        """
        trigger, dates = site.trigger, self._scene.dates
        floor = max(site.start, site.floor)
        here = [d for d in within(dates, floor, trigger.start) if d.relation != "before"]
        if here:
            return here[-1].value
        behind = [d for d in within(dates, trigger.end, site.end) if d.relation in {"on", "since"}]
        if behind and trigger.frame.type != "extend":
            return behind[0].value
        if denied:
            return None
        earlier = [d for d in within(dates, site.floor, floor) if d.relation in {"on", "since"}]
        if earlier:
            return earlier[-1].value
        statement = site.statement
        return statement.date if statement is not None and statement.act in PERFORMING else None

    def dated_inside(self, site: Site) -> bool:
        """True where the description that the trigger closes gives a date itself."""
        return bool(within(self._scene.dates, self._scene.region(site), site.trigger.start))

    def until(self, site: Site, date: str | None) -> str | None:
        """How long an extension runs: to a date, or by years from a known one."""
        words, text = self._scene.words, self._scene.text
        for mention in within(self._scene.dates, site.trigger.end, site.end):
            if mention.relation == "until" or words.until.search(text, site.trigger.end, mention.start):
                return mention.value
        match = words.duration.search(text, site.trigger.end, site.end)
        if match and date:
            years = words.numbers.get(match[1]) or (int(match[1]) if match[1].isdigit() else 0)
            return calendar.iso(calendar.parts(date)[0] + years)
        return None

    def where(self, site: Site) -> str | None:
        """A place that a preposition of place governs in the clause; its entity id."""
        places = [item for item in site.reading.places if any(m.type in {"Place", "State"} for m in item.mentions)]
        if places:
            return _entity_of(places[-1])
        for item in self._scene.clauses.items(site.trigger.end, site.end):
            if item.kind == "place":
                return _entity_of(item)
            if item.kind not in _PASSED:
                return None
        return None


def _entity_of(item: Item) -> str | None:
    chosen = sorted(item.mentions, key=lambda m: m.type != "Place")
    return chosen[0].entity if chosen else None
