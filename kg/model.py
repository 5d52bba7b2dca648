"""The records that cross from the language side to the graph side.

Every offset is a Unicode code point of ``Article.text``, end exclusive. Nothing here imports spaCy or an RDF library,
so that a record can be made in one process and written in another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

EntityType: TypeAlias = Literal["State", "Person", "Organization", "Treaty", "WeaponSystem", "WeaponClass", "Place"]
MentionKind: TypeAlias = Literal["name", "abbreviation", "metonym", "anaphor"]
Act: TypeAlias = Literal[
    "say", "claim", "accuse", "deny", "reject", "propose", "demand", "warn",
    "announce", "pledge", "question", "call_for", "confirm", "predict",
]  # fmt: skip
EventType: TypeAlias = Literal[
    "sign", "ratify", "enter_into_force", "extend", "suspend", "withdraw", "expire", "propose_treaty",
    "negotiate", "meet", "test", "deploy", "develop", "possess", "violate",
]  # fmt: skip
FigureKind: TypeAlias = Literal["limit", "stockpile", "rate", "capacity", "yield", "other"]
PostKind: TypeAlias = Literal[
    "head_of_state", "head_of_government", "foreign_minister", "defence_minister", "minister", "deputy_minister",
    "spokesperson", "diplomat", "military", "legislator", "lawmaker", "chief", "officer", "scholar", "local",
]  # fmt: skip
POST_KINDS: tuple[PostKind, ...] = get_args(PostKind)
Comparator: TypeAlias = Literal["exactly", "about", "at_least", "at_most", "more_than", "less_than"]

#: ISO 8601 at the precision of the text: ``2026``, ``2026-02`` or ``2026-02-05``.
IsoDate: TypeAlias = str

#: Types that can speak, sign and deploy.
ACTOR_TYPES: frozenset[str] = frozenset({"State", "Person", "Organization"})


@dataclass(frozen=True, slots=True)
class Article:
    """One source text with its metadata, the text exactly as it came in."""

    id: str
    text: str
    title: str = ""
    date: IsoDate | None = None
    """Date of publication; None when the source does not say."""
    lang: str = "und"
    """BCP 47 tag: ``zh-Hant``, ``zh-Hans``, ``en``; ``und`` when it could not be told."""
    publisher: str | None = None
    url: str | None = None
    notice: str | None = None
    """What every reader must be told about the source: that it was written for a test and is not to be cited, say."""


@dataclass(frozen=True, slots=True)
class Entity:
    """What mentions name. ``id`` is an authority key (``state-us``) or ``new:TYPE:FOLDED NAME``."""

    id: str
    type: EntityType
    labels: Mapping[str, str] = field(default_factory=dict)
    """Preferred label by language tag; for a new entity its longest name in this article."""
    known: bool = True
    """False for an entity that is not in the authority file."""


LOOK_UP = "kg_authority"
"""The component that finds the names of the authority file: nine mentions of ten."""


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """A span that names an entity, or (``kind="anaphor"``) one that stands for it: a pronoun, 該國, the agency."""

    start: int
    end: int
    type: EntityType
    entity: str
    kind: MentionKind = "name"
    component: str = ""
    """Name of the pipeline component that found it."""


@dataclass(frozen=True, slots=True, order=True)
class DateMention:
    """A date in the text, resolved against the date in context or of publication."""

    start: int
    end: int
    value: IsoDate
    until: IsoDate | None = None
    """The other end of a range (2020年至2023年)."""
    relation: Literal["on", "since", "until", "before", "after"] = "on"
    """How the text binds it: 自2023年起 is since, 到2028年 is until."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Something an actor said; one record for each speaker. ``start``/``end`` are the exact content."""

    start: int
    end: int
    speaker: str | None
    """Entity id; None when the text names nobody."""
    act: Act
    speaker_start: int | None = None
    speaker_end: int | None = None
    cue_start: int | None = None
    cue_end: int | None = None
    quoted: bool = False
    date: IsoDate | None = None
    place: str | None = None
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a treaty or a weapon; ``start``/``end`` are the trigger."""

    start: int
    end: int
    type: EventType
    agents: tuple[str, ...] = ()
    object: str | None = None
    date: IsoDate | None = None
    until: IsoDate | None = None
    """For an extension: how long it now runs."""
    place: str | None = None
    alleged: bool = False
    """Asserted by another party only: an accusation, an intelligence claim."""
    negated: bool = False
    planned: bool = False
    """Announced, demanded, conditional or hypothetical: it has not happened by the text's own words."""
    reported: bool = False
    """The trigger stands inside a statement: its speaker asserts it, not the article."""

    @property
    def asserted(self) -> bool:
        """True when the article itself says that it happened."""
        return not (self.alleged or self.negated or self.planned or self.reported)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit and what it counts; ``start``/``end`` are the number with its unit and comparator."""

    start: int
    end: int
    kind: FigureKind
    thing: str
    """The text of what is counted."""
    subject: str | None = None
    """Treaty of a limit; actor of a stockpile, rate or capacity; weapon of a yield or range."""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str | None = None
    comparator: Comparator = "exactly"
    date: IsoDate | None = None
    source: str | None = None
    """Entity id of who gives it; None when the article does."""


@dataclass(frozen=True, slots=True)
class Position:
    """A post that a person holds or held; ``start``/``end`` are the title."""

    start: int
    end: int
    person: str
    title: str
    of: str | None = None
    former: bool = False
    since: IsoDate | None = None
    kind: PostKind | None = None
    """What sort of post it is, whatever the words and the language; None when the table of titles does not say."""


@dataclass(frozen=True, slots=True)
class Records:
    """All that one article yields; every tuple in text order."""

    article: Article
    entities: tuple[Entity, ...] = ()
    mentions: tuple[Mention, ...] = ()
    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    figures: tuple[Figure, ...] = ()
    positions: tuple[Position, ...] = ()
