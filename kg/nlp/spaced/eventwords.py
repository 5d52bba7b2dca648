"""The table ``events`` of a language with spaces, compiled: rows of triggers, and the patterns around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from kg.model import EventType
from kg.nlp.spaced.mask import expand


@dataclass(frozen=True, slots=True)
class EventRow:
    """One row of the table, compiled."""

    type: EventType
    verb: re.Pattern[str]
    participle: re.Pattern[str] | None
    opening: re.Pattern[str] | None
    """The participle with a capital: it opens a sentence, and its object is behind the comma."""
    noun: re.Pattern[str] | None
    object: str
    need: str
    generic: re.Pattern[str] | None
    side: str
    agents: str
    planned: str
    reject_after: re.Pattern[str] | None
    reject_before: re.Pattern[str] | None
    described: re.Pattern[str] | None
    """Behind the trigger, a thing that no name names: a historic treaty."""
    passive: re.Pattern[str] | None
    """Triggers that hold their own subject and are always passive."""
    solo: re.Pattern[str] | None
    """Behind the trigger of what several do: one body does it with itself."""
    solo_before: re.Pattern[str] | None
    """The same, before the trigger."""
    dated: bool
    """Its nouns count only with a date, or a number that says which one it was."""
    carry: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> EventRow:
        def compiled(key: str, *, whole: bool, either_case: bool = False) -> re.Pattern[str] | None:
            text = row.get(key)
            if not text:
                return None
            text = f"(?i:{text})" if either_case else text
            return re.compile(expand(rf"(?<![\w-])(?:{text})(?![\w-])" if whole else text))

        verb = compiled("verb", whole=True)
        if verb is None:
            raise KeyError("verb")
        return cls(
            cast(EventType, row["type"]), verb, compiled("participle", whole=True),
            compiled("participle", whole=True, either_case=True),
            compiled("noun", whole=True, either_case=True),
            row["object"], row["need"], compiled("generic", whole=False), row["side"], row["agents"], row["planned"],
            compiled("reject_after", whole=False), compiled("reject_before", whole=False),
            compiled("described", whole=False), compiled("passive", whole=True), compiled("solo", whole=False),
            compiled("solo_before", whole=False),
            bool(row.get("dated")), bool(row.get("carry")),
        )  # fmt: skip


Form: TypeAlias = Literal["active", "passive", "noun"]


@dataclass(frozen=True, slots=True)
class Site:
    """A trigger in its sentence and clause."""

    row: EventRow
    start: int
    end: int
    sentence: int
    stop: int
    clause: int
    form: Form
    floor: int
    """Where what somebody says begins, when it has a subject of its own; else where the sentence begins."""


class EventWords:
    """The table ``events``, compiled once."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.rows = [EventRow.of(row) for row in table["event"]]
        words, modality = table["words"], table["modality"]

        def compiled(text: str) -> re.Pattern[str]:
            return re.compile(expand(text))

        self.passive, self.reduced = compiled(words["passive"]), compiled(words["reduced"])
        self.relative_object, self.relative_subject = (
            compiled(words["relative_object"]),
            compiled(words["relative_subject"]),
        )
        self.it, self.by = compiled(words["it"]), compiled(words["by_start"])
        self.joint, self.partner, self.between = (
            compiled(words["joint"]),
            compiled(words["partner"]),
            compiled(words["between"]),
        )
        self.definite, self.ordinal = compiled(words["definite"]), compiled(words["ordinal"])
        self.past, self.its_own = compiled(words["past"]), compiled(words["its_own"])
        self.no_subject = compiled(words["no_subject"])
        self.held = compiled(words["held"])
        self.joint_last = compiled(words["joint_last"])
        self.relative_any, self.ends_list = compiled(words["relative_any"]), compiled(words["ends_list"])
        self.noun_of, self.main_subject = compiled(words["noun_of"]), compiled(words["main_subject"])
        self.owner, self.own = compiled(words["owner"]), compiled(words["own"])
        self.gerund = compiled(words["gerund"])
        self.condition = compiled(words["condition"])
        self.other_time = compiled(words["other_time"])
        self.accused = compiled(words["accused"])
        self.aside, self.leads_to = compiled(words["aside"]), compiled(words["leads_to"])
        self.described_by, self.cosigner = compiled(words["described_by"]), compiled(words["cosigner"])
        self.distributed = compiled(words["distributed"])
        self.replaces = compiled(words["replaces"])
        self.opening = compiled(words["opening"])
        self.they = compiled(words["they"])
        self.among, self.both = compiled(words["among"]), compiled(words["both"])
        self.other_thing, self.verb_between = compiled(words["other_thing"]), compiled(words["verb_between"])
        self.going_on = compiled(words["going_on"])
        self.attributive, self.acting = compiled(words["attributive"]), compiled(words["acting"])
        self.it_behind, self.no_object = compiled(words["it_behind"]), compiled(words["no_object"])
        self.relative_noun, self.joined_thing = compiled(words["relative_noun"]), compiled(words["joined_thing"])
        self.clause, self.oblique = compiled(words["clause"]), compiled(words["oblique"])
        self.noun_unsure = compiled(modality["noun_unsure"])
        self.negated, self.planned = compiled(modality["negated"]), compiled(modality["planned"])
        self.hypothetical, self.alleged = compiled(modality["hypothetical"]), compiled(modality["alleged"])
