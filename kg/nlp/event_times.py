"""When and where an event was, and until when an extension runs."""

from __future__ import annotations

from kg.model import DateMention
from kg.nlp import calendar
from kg.nlp.document import within
from kg.nlp.event_scene import PERFORMING, Scene, Site
from kg.nlp.items import Item

_CLOSE = 3
_REACH = 24
_DAY = len("2026-01-01")
_PASSED = frozenset({"at", "noun", "number", "word", "weapon", "treaty", "de"})


class TimeFinder:
    """Reads dates and places around a trigger."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def date(self, site: Site, *, denied: bool, nobody: bool = False, willing: bool = False) -> str | None:
        """A date of the clause, before the trigger or behind it; else of the clauses before in the sentence.

        What did not happen (``denied``), and what ``nobody`` is said to have done, has only the date of its own
        clause. ``willing``: a party tells what it is going to do.
        """
        here = self._here(site)
        if self._scene.words.eve.match(self._scene.text, site.trigger.end):
            return here[-1].value if here and self._adjoins(here[-1], site) else None
        if here:
            return self._years_ago(here[-1], site)
        behind = within(self._scene.dates, site.trigger.end, site.end)
        # a date before another verb is that of a description: 暂停履行1987年签署的《X》
        behind = [
            d for d in behind if d.relation in {"on", "since"} and not self._scene.trigger_within(d.end, site.end)
        ]
        if behind and site.trigger.frame.type != "extend" and not site.relative:
            return behind[0].value
        if denied:
            return None
        if nobody:
            return self._carried(site) or self._namely(site)
        return self._carried(site) or self._of_instance(site) or self._of_statement(site, willing=willing)

    def _years_ago(self, date: DateMention, site: Site) -> str:
        """The date itself, or as many years before as the words behind the trigger count: 29日是暂停…30周年."""
        words, text = self._scene.words, self._scene.text
        match = words.anniversary.match(text, site.trigger.end, site.end)
        if match is None or not words.topical.match(text, date.end):
            return date.value
        year, month, day = calendar.parts(date.value)
        return calendar.iso(year - self._number(match[1]), month, day) or date.value

    def series(self, site: Site) -> tuple[str, ...]:
        """The dates of one clause that are joined (2006年、2009年和2013年): an event on each; else none."""
        here = self._here(site)
        found = here[-1:]
        for earlier in reversed(here[:-1]):
            if not self._scene.words.series.fullmatch(self._scene.text, earlier.end, found[0].start):
                break
            found.insert(0, earlier)
        values = [found[0].value, *(d.value for d in found[1:])] if found else []
        if len(found) == 1 and found[0].until and self._scene.words.joined.search(self._text_of(found[0])):
            values.append(found[0].until)
        return tuple(dict.fromkeys(values)) if len(values) > 1 else ()

    def _text_of(self, date: DateMention) -> str:
        return self._scene.text[date.start : date.end]

    def _here(self, site: Site) -> list[DateMention]:
        """The dates before the trigger that go with it."""
        floor = max(self._scene.region(site), site.floor)
        found = [d for d in within(self._scene.dates, floor, site.trigger.start) if d.relation != "before"]
        if site.trigger.frame.type == "test":  # 自2006年以来…的第四次: not when it was
            found = [d for d in found if d.relation != "since"]
        return [d for d in found if not self._described(d, site)]

    def _described(self, date: DateMention, site: Site) -> bool:
        """The date belongs to a description that ends before the trigger: 2017年获奖的A对条约生效表示欢迎."""
        if self._scene.words.light.search(self._scene.text[date.end : site.trigger.start]):
            return False
        kinds = [i.kind for i in self._scene.clauses.items(date.end, site.trigger.start) if i.kind != "word"]
        verb = kinds[:1] == ["verb"] or self._scene.trigger_within(date.end, site.trigger.start)
        return verb and "de" in kinds

    def _adjoins(self, date: DateMention, site: Site) -> bool:
        """Nothing but adverbs between a date and the trigger."""
        return all(i.kind in {"word", "at"} for i in self._scene.clauses.items(date.end, site.trigger.start))

    def _carried(self, site: Site) -> str | None:
        """The date that a clause before sets for the sentence.

        None where that clause tells of its own time (after, since), where the trigger's clause comes later in the
        story, and where it tells of another event by somebody else.
        """
        frame, words, text = site.trigger.frame, self._scene.words, self._scene.text
        start = max(site.start, site.floor)
        earlier = [d for d in within(self._scene.dates, site.floor, start) if self._carries(d)]
        if not earlier or not frame.carry or words.later.match(text, start):
            return None
        date = earlier[-1]
        clause = self._scene.clauses.bounds(date.start)
        if words.again.search(text, start, site.trigger.start) and self._scene.trigger_within(*clause):
            return None
        if words.over.search(text, clause[0], clause[1]):
            return None
        own = self._scene.trigger_within(*clause)
        return (
            None if own and site.reading.subject and text[clause[1] - 1 : clause[1] + 1].find(";") >= 0 else date.value
        )

    def _namely(self, site: Site) -> str | None:
        """The date that the next clause gives for a count of days: 将在90天后生效,即明年1月22日."""
        match = self._scene.words.namely.match(self._scene.text, site.end)
        dates = within(self._scene.dates, match.end(), match.end() + _REACH)[:1] if match else []
        return dates[0].value if match and dates and dates[0].start - match.end() < _CLOSE else None

    def _carries(self, date: DateMention) -> bool:
        """It sets the time of what follows: 2月3日,… or 到2010年4月,… but not 今年是…周年."""
        if self._scene.words.topical.match(self._scene.text, date.end):
            return False
        if date.relation in {"on", "since"}:
            return True
        start, end = self._scene.clauses.bounds(date.start)
        return all(item.kind in {"date", "at", "word"} for item in self._scene.clauses.items(start, end))

    def _of_instance(self, site: Site) -> str | None:
        """The date of one instance of what was counted: 共进行六次核试验,最近一次是在2017年9月."""
        if site.trigger.frame.type != "test":
            return None
        end = self._scene.view.sentence_at(site.trigger.start)[1]
        match = self._scene.words.instance.search(self._scene.text, site.trigger.end, end)
        named = within(self._scene.dates, match.end(), end)[:1] if match else []
        return named[0].value if match and named and named[0].start - match.end() < _CLOSE else None

    def _of_statement(self, site: Site, *, willing: bool) -> str | None:
        """Who announces an act performs it; what the news reports, or a party says it has done, is of that day."""
        statement, frame = site.statement, site.trigger.frame
        if frame.said == "cue":
            cued = [s for s in self._scene.statements if s.cue_start == site.trigger.start and s.date]
            return cued[0].date if cued else None
        if statement is None or not statement.date or not frame.said:
            return None
        if frame.said in {"performed", "announced"} and (statement.act in PERFORMING or willing):
            return statement.date
        if len(statement.date) < _DAY:
            return None
        lead = self._scene.text[max(site.start, statement.start) : site.trigger.end + 1]
        done = self._scene.words.perfect.search(lead) is not None
        if frame.said == "detected":
            return statement.date if statement.speaker in self._scene.known.forces else None
        reported = statement.speaker in self._scene.known.media
        if frame.said == "announced":
            return None
        return statement.date if done and (reported or frame.said == "performed") else None

    def dated_inside(self, site: Site) -> bool:
        """True where the description that the trigger closes gives a date itself."""
        return bool(self._here(site))

    def until(self, site: Site, date: str | None) -> str | None:
        """How long an extension runs: to a date, or by years from a known one."""
        words, text = self._scene.words, self._scene.text
        goes_on = words.term.match(text, site.end)
        end = self._scene.clauses.bounds(site.end)[1] if goes_on else site.end
        for mention in within(self._scene.dates, site.trigger.end, end):
            if mention.relation == "until" or words.until.search(text, site.trigger.end, mention.start):
                return mention.value
        date = date or self._due(site)
        years = self.years(site)
        return calendar.iso(calendar.parts(date)[0] + years) if years and date else None

    def years(self, site: Site) -> int:
        """By how many years an extension runs; 0 when its clause does not say."""
        match = self._scene.words.duration.search(self._scene.text, site.trigger.end, site.end)
        return self._number(match[1]) if match else 0

    def _number(self, numeral: str) -> int:
        return self._scene.words.numbers.get(numeral) or (int(numeral) if numeral.isdigit() else 0)

    def _due(self, site: Site) -> str | None:
        """When it would have ended, as the clause before says: 原定2021年到期,后延长了五年."""
        before = self._scene.clauses.before(site.start)
        if before is None or before[0] < site.floor or not self._scene.trigger_within(*before):
            return None
        if not self._scene.words.due.search(self._scene.text, *before):
            return None
        dates = within(self._scene.dates, *before)
        return dates[-1].value if dates else None

    def where(self, site: Site) -> str | None:
        """A place that a preposition of place governs in the clause; its entity id."""
        places = [item for item in site.reading.places if any(m.type in {"Place", "State"} for m in item.mentions)]
        if places:
            return _entity_of(places[-1])
        state: str | None = None
        governed = False
        for item in self._scene.clauses.items(site.trigger.end, site.end):
            if item.kind == "place":
                return _entity_of(item)
            if governed and item.kind == "actor" and any(m.type == "State" for m in item.mentions):
                state = _entity_of(item)
            elif item.kind not in _PASSED:
                break
            governed = item.kind == "at"
        return state


def _entity_of(item: Item) -> str | None:
    chosen = sorted(item.mentions, key=lambda m: m.type != "Place")
    return chosen[0].entity if chosen else None
