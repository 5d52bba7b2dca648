"""What the name finders share: the mentions found so far in an article and where there is still room."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from kg.authority import Record
from kg.model import Entity, EntityType, Mention, MentionKind
from kg.nlp.document import View, mention_order, scratch
from kg.nlp.folding import fold
from kg.nlp.gazetteer import Candidate


def new_id(type_: str, folded_name: str) -> str:
    """Id of an entity that the authority file does not have: the same for the same folded name in every article."""
    return f"new:{type_}:{folded_name}"


_STRETCH = 64


@dataclass(slots=True)
class Draft:
    """Mentions under construction. ``taken``: a byte for each character, non-zero inside a mention."""

    view: View
    component: str
    entities: dict[str, Entity]
    mentions: dict[Mention, None]
    """In the order in which they were found."""
    taken: bytearray = field(default_factory=bytearray)
    last_names: dict[str, str] = field(default_factory=dict)
    """The person that the last part of a dotted name belongs to."""
    searched: set[tuple[str, str]] = field(default_factory=set)
    """Second names, with their entity, that were looked for in the whole text already."""
    _places: dict[int, list[Mention]] = field(default_factory=dict)
    """The mentions by the stretches of text that they touch, so that a look-up does not grow with the article."""

    @classmethod
    def of(cls, view: View, component: str) -> Draft:
        draft = cls(view, component, dict(view.doc._.entities), {}, bytearray(len(view.folded)))
        for mention in view.doc._.mentions:
            draft._put(mention)
        return draft

    def _put(self, mention: Mention) -> None:
        if mention in self.mentions:
            return
        self.mentions[mention] = None
        for place in self._touched(mention.start, mention.end):
            self._places.setdefault(place, []).append(mention)
        self.taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)

    @staticmethod
    def _touched(start: int, end: int) -> range:
        return range(start // _STRETCH, (end - 1) // _STRETCH + 1)

    def free(self, start: int, end: int) -> bool:
        """True where no mention stands."""
        return start < end and self.taken.find(1, start, end) < 0

    def other(self, start: int, end: int, type_: EntityType) -> bool:
        """True when the authority file knows this very name, but never as this type."""
        for candidate in scratch(self.view.doc).candidates:
            if candidate.start == start and candidate.end == end:
                return all(sense.type != type_ for sense in candidate.senses)
        return False

    def ambiguous_before(self, end: int) -> list[Candidate]:
        """Known names that end here; where no mention does, they were left open as ambiguous."""
        return [candidate for candidate in scratch(self.view.doc).candidates if candidate.end == end]

    def at(self, start: int, end: int) -> list[Mention]:
        """The mentions that overlap a span, in text order."""
        found: list[Mention] = []
        for place in self._touched(start, end):
            found += [m for m in self._places.get(place, ()) if m.start < end and m.end > start]
        return found if len(found) < 2 else sorted(set(found), key=mention_order)

    def ending_at(self, end: int) -> Mention | None:
        """The longest mention that ends exactly here."""
        found = [m for m in self.at(end - 1, end) if m.end == end] if end > 0 else []
        return min(found, key=lambda m: m.start) if found else None

    def add(
        self, start: int, end: int, entity: Entity, kind: MentionKind = "name", component: str | None = None
    ) -> Mention:
        """Add a mention; white space at its edges is left out. ``component``: who found it, when not the draft's."""
        text = self.view.text
        while start < end and text[start].isspace():
            start += 1
        while end > start and text[end - 1].isspace():
            end -= 1
        self.entities.setdefault(entity.id, entity)
        mention = Mention(start, end, entity.type, entity.id, kind, component or self.component)
        self._put(mention)
        return mention

    def of_type(self, type_: EntityType) -> list[Mention]:
        """The mentions of a type in the order in which they were found."""
        return [m for m in self.mentions if m.type == type_]

    def rename(self, old: Entity, new: Entity) -> None:
        """All mentions of an entity become those of another one of the same type."""
        self.entities[new.id] = new
        for mention in [m for m in self.mentions if m.entity == old.id]:
            self.remove(mention)
            self._put(replace(mention, entity=new.id))

    def new(self, type_: EntityType, start: int, end: int, name: str | None = None) -> Entity:
        """The entity of a new name: one that exists already, or a fresh one labelled with these words."""
        surface = self.view.text[start:end] if name is None else name
        folded = fold(surface)
        tag = self.view.article.lang if self.view.article else "und"
        return self.entities.get(new_id(type_, folded)) or Entity(
            new_id(type_, folded), type_, {tag: surface}, known=False
        )

    def remove(self, mention: Mention) -> None:
        """Take a mention out again (it turned out to be part of a longer name)."""
        del self.mentions[mention]
        for place in self._touched(mention.start, mention.end):
            self._places[place].remove(mention)
        if not self.at(mention.start, mention.end):
            self.taken[mention.start : mention.end] = bytes(mention.end - mention.start)


class Names:
    """Known names as a dictionary, for finding the entity of a spelling that no automaton looked up."""

    def __init__(self, records: dict[str, Record]) -> None:
        self.records = records
        self._by_name: dict[str, list[tuple[str, bool]]] = {}
        for record in records.values():
            for name in record.names:
                self._by_name.setdefault(fold(name.text), []).append((record.entity.id, name.ambiguous))

    def find(self, name: str, type_: str | None = None) -> Entity | None:
        """The one entity that has this name without doubt; None when there is none or more than one."""
        keys = {
            key
            for key, ambiguous in self._by_name.get(fold(name), ())
            if not ambiguous and (type_ is None or self.records[key].entity.type == type_)
        }
        return self.records[keys.pop()].entity if len(keys) == 1 else None

    def is_shared(self, name: str, type_: str) -> bool:
        """True when more than one entity of a type has this name, so that it names none of them by itself."""
        return len({key for key, _ in self._by_name.get(fold(name), ()) if self.records[key].entity.type == type_}) > 1

    def needs_owner(self, key: str, name: str) -> bool:
        """True when this entity has this name, but only beside what says whose it is: 中央电视台, 国会."""
        return any(key == other and ambiguous for other, ambiguous in self._by_name.get(fold(name), ()))

    def has(self, key: str, name: str) -> bool:
        """True when this entity has this name, ambiguous or not."""
        return any(key == other for other, _ in self._by_name.get(fold(name), ()))
