"""Who speaks: what the subject of a cue can be, and the table ``attribution`` that tells it, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from kg.model import ACTOR_TYPES, Act, Mention

#: named: at least one entity; unnamed: a source without a name; pronoun, document: stands for one who spoke before;
#: other: a noun that is no known actor; none: no subject at all, the speaker of before goes on.
SubjectKind = Literal["named", "unnamed", "pronoun", "document", "other", "none"]


@dataclass(frozen=True, slots=True)
class Speaker:
    """An entity that speaks (None: a source without a name) and the words that name it."""

    entity: str | None
    start: int
    end: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What stands before a cue. ``start`` is where the noun phrase begins."""

    kind: SubjectKind
    speakers: tuple[Speaker, ...] = ()
    start: int = -1
    passive: bool = False
    relayed: tuple[Speaker, ...] = ()
    """Whose words the subject passes on (引述国际原子能机构的结论指)."""
    cites: tuple[int, int] | None = None
    """Where the paper stands that the subject passes on without its maker (援引报告称)."""
    met: tuple[Speaker, ...] = ()
    """Whom the subject met or talked with: they speak too where both say the same (一致认为)."""


@dataclass(slots=True)
class Phrase:
    """A noun phrase as it is read: its heads, its end, and the text behind the last head."""

    heads: list[Mention]
    end: int
    tail: str = ""
    person: bool = False
    met: list[Mention] = field(default_factory=list)


@dataclass(slots=True)
class Actors:
    """The actors of a Doc by the offset where they begin, the longest at each offset."""

    at: dict[int, list[Mention]] = field(default_factory=dict)
    others: dict[int, int] = field(default_factory=dict)
    """Where the names of places, treaties and weapons begin, and where they end."""

    @classmethod
    def of(cls, mentions: Iterable[Mention]) -> Actors:
        actors = cls()
        for mention in sorted(mentions, key=lambda m: (m.start, m.type != "State", m.type, m.entity)):
            if mention.type in ACTOR_TYPES:
                here = actors.at.setdefault(mention.start, [])
                if here and mention.end > here[0].end:
                    here.clear()
                if not here or (mention.end == here[0].end and mention.kind == here[0].kind == "anaphor"):
                    here.append(mention)
            else:
                actors.others[mention.start] = max(mention.end, actors.others.get(mention.start, 0))
        return actors


def _alternatives(words: Sequence[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda text: (-len(text), text)))


class Patterns:
    """The table ``attribution``, compiled once."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.skip = re.compile(f"(?:{table['time']}|{_alternatives(table['adverbs'])}|[\\s,])")
        self.place = re.compile(_longest(table["place"]))
        self.at_place = re.compile(f"(?:{_longest(table['place'])})[^,]*$")
        self.other = re.compile(_longest(table["other"]))
        self.topic = re.compile(f"(?:{_longest(table['topic'])})")
        self.fronted = re.compile(table["fronted"])
        self.posted = re.compile(f"(?:{_longest(table['posted'])})")
        self.side = re.compile(table["side"])
        self.dateline = re.compile(table["dateline"])
        self.agent = re.compile(_longest(table["agent"]))
        self.localizer = re.compile(table["localizer"])
        self.join = re.compile(table["joins"])
        self.on_persons = re.compile(table["on_persons"])
        self.former = re.compile(table["former"])
        self.apposed = re.compile(table["apposed"])
        self.together = re.compile(table["together"])
        self.joint = re.compile(f"(?:{table['joint']})$")
        self.jointly = re.compile(table["jointly"])
        self.phrase = re.compile(_longest(table["phrase"]))
        self.relay = re.compile(_longest(table["relay"]))
        self.unnamed = re.compile(table["unnamed"])
        self.hearer = re.compile(table["hearer"])
        self.body = re.compile(f"(?:{_longest(table['body'])})$")
        self.document = re.compile(f"(?:{_longest(table['document'])})$")
        self.pronoun = re.compile(_longest(table["pronoun"]))
        self.person = re.compile(_longest(table["person"]))
        self.connector = re.compile(f"[\\s,]*(?:{_longest(table['connectors'])})")
        self.contrast = re.compile(f"(?:{_longest(table['contrast'])})")
        self.conditional = re.compile(f"[\\s,]*(?:{table['conditional']})")
        self.hypothetical = re.compile(f"[\\s,]*(?:{_longest(table['hypothetical'])})")
        self.attributive = table["attributive"]
        self.begins = re.compile(_longest(table["begins"]))
        self.apposition = re.compile(table["apposition"])
        self.causal = re.compile(_longest(table["causal"]))
        self.progressive = re.compile(_longest(table["progressive"]))
        self.provision = re.compile(table["provision"])
        self.goes_on = re.compile(table["goes_on"])
        self.introduced_act: dict[str, Act] = {
            word: cast(Act, act) for act, words in table["introduces"].items() for word in words.split("|")
        }
        self.introduces = re.compile(f"(?:{_alternatives(list(self.introduced_act))})$")
        self.answers = re.compile(table["answers"])
        self.lead_in = re.compile(table["lead_in"])
        self.asked = re.compile(table["asked"])
        self.to_come = re.compile(table["to_come"])
        self.plural = re.compile(_longest(table["plural"]))
        self.record = re.compile(table["record"])
        self.question = re.compile(table["question"])
        self.answer = re.compile(table["answer"])
        self.hosts = re.compile(table["hosts"])
        self.hosted = re.compile(table["hosted"])
        behind = r"[》〉」』”]?(?:\([^()]*\))?"
        self.according = [
            (re.compile(_longest(row["open"])), re.compile(f"(?:{row['close']}){behind}$"))
            for row in table["according"]
        ]
        sources = "|".join(row["open"] for row in table["according"] if row.get("source"))
        self.according_source = re.compile(_longest(sources))


def _longest(alternatives: str) -> str:
    """The same alternatives, longest first, so that none hides a longer one."""
    return "|".join(sorted(alternatives.split("|"), key=lambda text: (-len(text), text)))
