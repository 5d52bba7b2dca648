"""An article of the store with its marks: every span that something was found in, and what was found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

from kg import iri
from kg.errors import UsageError
from kg.graph.store import Store
from kg.network.lookup import Cell, Names, look_up_names, rows
from kg.network.names import local_name

#: Of several kinds that begin at one place the outer one comes first.
KINDS = ("Statement", "Event", "Figure", "Position", "Mention", "Anaphor")
_PREFIX = {"Statement": "s", "Event": "v", "Figure": "f", "Position": "p"}
#: Properties of facts whose values are entities.
_ENTITIES = ("speaker", "about", "place", "agent", "object", "subject", "source", "member", "organization")
_CLOSE = 3
"""Names as similar as this are offered when an article is not there."""


class UnknownArticleError(UsageError):
    """No article of that id in the store."""

    def __init__(self, article_id: str, near: Sequence[str]) -> None:
        super().__init__(article_id, near)
        self.article_id, self.near = article_id, tuple(near)

    def __str__(self) -> str:
        hint = f"; there is {', '.join(self.near)}" if self.near else ": 'kg query articles' lists those that are"
        return f"no article {self.article_id!r} in the store{hint}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the text. ``type``: of the entity, for mentions; ``note``: what a reader is told about it."""

    start: int
    end: int
    kind: str
    type: str = ""
    label: str = ""
    """s1, v2, f1, p3: how the list of facts calls it; empty for mentions."""
    note: str = ""
    entity: str = ""
    """IRI of what a mention names or stands for; empty for facts."""
    record: str = ""
    """What stands behind the # of a fact's IRI; empty for mentions."""
    told: tuple[tuple[str, str], ...] = ()
    """The note of a fact in pieces, each with the IRI of the entity that it names, or an empty string."""


@dataclass(frozen=True, slots=True)
class MarkedArticle:
    """The text with its marks in text order, outer before inner."""

    id: str
    text: str
    title: str = ""
    date: str = ""
    publisher: str = ""
    url: str = ""
    lang: str = ""
    notice: str = ""
    marks: tuple[Mark, ...] = ()

    @property
    def facts(self) -> tuple[Mark, ...]:
        """The marks that are no mentions."""
        return tuple(mark for mark in self.marks if mark.label)


@dataclass(slots=True)
class _Fact:
    kind: str
    start: int
    end: int
    record: str
    values: dict[str, list[Cell]] = field(default_factory=lambda: defaultdict(list))


def read(store: Store, article_id: str, lang: str = "en") -> MarkedArticle:
    """The article of an id; names in ``lang``, or the nearest there is. Raises UnknownArticleError."""
    about = next(_ask(store, "article", article_id), None)
    if about is None:
        raise UnknownArticleError(article_id, _near(article_id, store.digests()))
    mentions = list(_ask(store, "mentions", article_id))
    facts = _facts(store, article_id)
    entities = {row["entity"].text for row in mentions}
    entities |= {c.text for fact in facts for cells in fact.values.values() for c in cells if c.is_iri}
    names = look_up_names(store, entities, lang)
    marks = [
        Mark(
            int(row["start"].text), int(row["end"].text), local_name(row["class"].text), local_name(row["type"].text),
            note=names.label(row["entity"].text), entity=row["entity"].text,
        )
        for row in mentions
    ]  # fmt: skip
    marks += _labelled(facts, names)
    marks.sort(key=lambda m: (m.start, -m.end, KINDS.index(m.kind), m.label, m.type, m.note))
    meta = {key: cell.text for key, cell in about.items()}
    return MarkedArticle(article_id, meta.pop("text"), marks=tuple(marks), **meta)


def _ask(store: Store, name: str, article_id: str) -> Iterator[dict[str, Cell]]:
    query = (resources.files(__package__) / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    for row in rows(store, query.replace("ARTICLE_HERE", f"<{iri.article(article_id)}>")):
        yield dict(row)


def _facts(store: Store, article_id: str) -> list[_Fact]:
    found: dict[str, _Fact] = {}
    for row in _ask(store, "facts", article_id):
        fact = found.get(row["fact"].text)
        if fact is None:
            fact = _Fact(local_name(row["class"].text), int(row["start"].text), int(row["end"].text), _record(row))
            found[row["fact"].text] = fact
        fact.values[local_name(row["property"].text)].append(row["value"])
    return sorted(found.values(), key=lambda f: (f.start, f.end, KINDS.index(f.kind)))


def _labelled(facts: Iterable[_Fact], names: Names) -> Iterator[Mark]:
    count: dict[str, int] = defaultdict(int)
    for fact in facts:
        count[fact.kind] += 1
        label = f"{_PREFIX[fact.kind]}{count[fact.kind]}"
        note = _note(fact, names)
        told = tuple(_pieces(note, fact, names))
        yield Mark(fact.start, fact.end, fact.kind, label=label, note=note, record=fact.record, told=told)


def _record(row: Mapping[str, Cell]) -> str:
    return row["fact"].text.partition("#")[2]


def _pieces(note: str, fact: _Fact, names: Names) -> Iterator[tuple[str, str]]:
    """The note cut where it names an entity that the fact has to do with."""
    cells = [cell.text for key in _ENTITIES for cell in fact.values.get(key, ()) if cell.is_iri]
    iris = {names.label(one): one for one in reversed(cells)}
    if not iris:
        yield note, ""
        return
    among = "|".join(re.escape(one) for one in sorted(iris, key=len, reverse=True))
    for piece in re.split(rf"(?<![^ ])({among})(?![^ ,])", note):
        if piece:
            yield piece, iris.get(piece, "")


def _note(fact: _Fact, names: Names) -> str:
    """One line of what was found: who, which act or event, what, when, where."""

    def of(key: str) -> str:
        shown = [names.label(c.text) if c.is_iri else c.text for c in fact.values.get(key, ())]
        return ", ".join(dict.fromkeys(shown))

    if fact.kind == "Statement":
        parts = [of("speaker") or "unnamed", of("act"), of("date"), of("place")]
        about = of("about")
        parts.append(f"about {about}" if about else "")
    elif fact.kind == "Event":
        flags = [flag for flag in ("alleged", "negated", "planned") if of(flag) == "true"]
        until = of("until")
        parts = [of("agent"), of("eventType"), of("object"), of("date"), f"until {until}" if until else "", of("place")]
        parts += flags
    elif fact.kind == "Figure":
        source = of("source")
        parts = [of("subject"), of("figureKind"), _number(of), of("thing"), of("date")]
        parts.append(f"given by {source}" if source else "")
    else:
        parts = [of("member"), of("title"), of("organization"), "former" if of("former") == "true" else ""]
    return " · ".join(part for part in parts if part)


def _number(get: Callable[[str], str]) -> str:
    """A value with its bounds and unit: 200 (200 to …) warhead."""
    value, low, high = get("value"), get("minValue"), get("maxValue")
    bounds = f"{low or '…'} to {high or '…'}" if (low or high) and low != high else ""
    return " ".join(part for part in (value, f"({bounds})" if value and bounds else bounds, get("unitText")) if part)


def _near(article_id: str, known: Iterable[str]) -> list[str]:
    """Ids that hold this one, or that this one begins, a few of them."""
    wanted = article_id.casefold()
    return [one for one in sorted(known) if wanted and wanted in one.casefold()][:_CLOSE]
