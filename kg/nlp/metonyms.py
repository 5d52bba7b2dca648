"""Capitals and residences: the government when they speak or act, a place when something happens there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.authority import Record
from kg.model import Entity
from kg.nlp.context import Around
from kg.nlp.folding import fold
from kg.nlp.gazetteer import Candidate, Sense


@dataclass(frozen=True, slots=True)
class Reading:
    """What a metonym is here."""

    entity: Entity
    is_place: bool


class Metonyms:
    """Decides by the section ``metonym`` of the table ``authority``; without it every metonym is the government."""

    def __init__(self, records: dict[str, Record], table: dict[str, Any]) -> None:
        metonym = table.get("metonym", {})
        self._records = records
        self._place = Around(before=metonym.get("place_before", ""), after=metonym.get("place_after", ""))
        self._actor = Around(before=metonym.get("actor_before", ""), after=metonym.get("actor_after", ""))
        self._struck = Around(before=metonym.get("struck_before", ""), after=metonym.get("struck_after", ""))
        self._not_place = Around(after=metonym.get("not_place_after", ""))
        self._dateline = Around(before=metonym.get("dateline_before", ""), after=metonym.get("dateline_after", ""))
        self._acts_as: dict[str, str] = {fold(k): v for k, v in metonym.get("acts_as", {}).items()}
        self._usually_actor = frozenset(metonym.get("usually_actor", "").split("|"))
        self._decides = bool(metonym)
        self._blank = " " if metonym.get("skip_spaces") else ""
        self._places = {
            record.entity.labels.get("en", ""): record.entity
            for record in records.values()
            if record.entity.type == "Place"
        }

    def read(
        self, folded: str, candidate: Candidate, sense: Sense, surface: str, *, behind_state: bool = False
    ) -> Reading | None:
        """The reading of a metonym; None when its context does not decide and the name is not safe alone.

        ``behind_state``: the name of a state is right before it (美国华盛顿), so that a capital is the city.
        """
        state = self._records[sense.key].entity
        if sense.name.metonym_kind in {"nickname", None} or not self._decides:
            return None if sense.name.ambiguous else Reading(state, False)
        start, end = candidate.start, candidate.end
        city = behind_state and sense.name.metonym_kind == "capital"
        if city or self._is_place(folded, start, end):
            return Reading(self._known_place(candidate) or self._place_entity(sense, surface), True)
        actor = self._actor.either(folded, start, end)
        if sense.name.ambiguous and not actor:
            return (
                Reading(self._known_place(candidate) or self._place_entity(sense, surface), True)
                if sense.name.metonym_kind != "seat"
                else None
            )
        other = self._acts_as.get(folded[start:end])
        if other in self._records:
            return Reading(self._records[other].entity, False)
        usually = sense.name.metonym_kind == "residence" or folded[start:end] in self._usually_actor
        if actor or usually or self._begins_clause(folded, start):
            return Reading(state, False)
        return Reading(self._known_place(candidate) or self._place_entity(sense, surface), True)

    def acts(self, folded: str, start: int, end: int) -> bool:
        """True when the words around a name say that it acts or is acted upon as a government."""
        return self._actor.either(folded, start, end)

    def _begins_clause(self, folded: str, start: int) -> bool:
        """True at the start of the text or right after punctuation or a line break."""
        while self._blank and start and folded[start - 1] == self._blank:
            start -= 1
        return start == 0 or not (folded[start - 1].isalnum() or folded[start - 1] in "·")

    def _is_place(self, folded: str, start: int, end: int) -> bool:
        if self._not_place.after(folded, end):
            return False
        if self._place.before(folded, start) or self._struck.either(folded, start, end):
            return True
        if self._dateline.before(folded, start) and self._dateline.after(folded, end):
            return True
        return self._place.after(folded, end) and not self._actor.before(folded, start)

    def place(self, surface: str, sense: Sense) -> Entity:
        """The place of the same name as a state: a city-state where something happens there."""
        name = self._records[sense.key].entity.labels.get("en", surface)
        return self._places.get(name) or Entity(f"new:Place:{fold(name)}", "Place", {"en": name}, known=False)

    def _known_place(self, candidate: Candidate) -> Entity | None:
        """The place of this name in the authority file."""
        keys = [sense.key for sense in candidate.senses if sense.type == "Place"]
        return self._records[keys[0]].entity if keys else None

    def _place_entity(self, sense: Sense, surface: str) -> Entity:
        """The place of a metonym: an entity of its own beside the state, the same for all names of the capital."""
        record = self._records[sense.key]
        residence = self._acts_as.get(fold(surface)) if sense.name.metonym_kind == "residence" else None
        name = surface if sense.name.ambiguous else str(record.attributes.get("capital", surface))
        if sense.name.metonym_kind == "residence" or residence:
            known = self._records.get(residence or "")
            name = known.entity.labels.get("en", surface) if known else surface
        return self._places.get(name) or Entity(f"new:Place:{fold(name)}", "Place", {"en": name}, known=False)
