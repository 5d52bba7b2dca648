"""Places that the authority file does not know."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from kg.model import Entity
from kg.nlp.context import Around
from kg.nlp.draft import Draft, Names


class PlaceFinder:
    """Works by the language's table ``names``, section ``place``; without it, it finds none."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        section = table.get("place", {})
        self.active = bool(section)
        if not self.active:
            return
        self._names = names
        self._suffix = re.compile(f"(?:{section['suffix']})")
        self._installation = re.compile(f"(?:{section['nested_suffix']})")
        self._latin_before = re.compile(r"\([A-Z][A-Za-z .'-]{2,30}\)$")
        self._nested = re.compile(f"(?:{section['nested_suffix']})$")
        self._not = re.compile(f"(?:{section['not_names']})")
        self._government = re.compile(f"(?:{table['organization']['government']})$")
        self._belonging = re.compile(section["belonging"])
        self._chain = re.compile(f"(?<=..)(?:{section['chain']})(?=..)")
        self._before = Around(before=table["person"]["place_before"])
        letters = re.escape(table["person"]["transliteration_characters"])
        self._letters = re.compile(f"[{letters}·]+")
        self._introduced = re.compile(
            f"{section['introduced']}(?!{table['person']['not_first']})([{letters}]{{2,6}}(?:{section['introduced_suffix']}))"
        )
        self._seas = re.compile(section["seas"])
        self._led_by = re.compile(section["led_by"])
        self._stripped = re.compile(section["stripped"])
        self._behind_state = re.compile(f"$|{section['behind_state_after']}")
        self._short = re.compile(f"(?:{section['short']})(?!{section['short_not_after']})")
        self._beside = re.compile(f"(?:{section['beside']})")

    def find(self, draft: Draft) -> None:
        """Add the places of an article."""
        if not self.active:
            return
        self._of_states(draft)
        self._extended(draft)
        self._heads(draft)
        self._installations(draft)
        self._by_preposition(draft)
        view = draft.view
        number = 0
        while number < len(view.tags):
            first = number
            tag = view.tags[first]
            number += 1
            if tag not in {"LOC", "ns", "PER", "ORG"} or not draft.free(view.starts[first], view.ends[first]):
                continue
            while (
                number < len(view.tags)
                and view.tags[number] == tag
                and draft.free(view.starts[number], view.ends[number])
            ):
                number += 1
            self._one(draft, view.starts[first], view.ends[number - 1], tag)
        self._shortened(draft)

    def _of_states(self, draft: Draft) -> None:
        """A sea named after a state: 菲律宾海."""
        for mention in draft.of_type("State"):
            behind = self._seas.match(draft.view.folded, mention.end)
            if mention.kind == "name" and behind and draft.free(mention.end, behind.end()):
                draft.remove(mention)
                draft.add(mention.start, behind.end(), self._entity(draft, mention.start, behind.end()))

    def _installations(self, draft: Draft) -> None:
        """A name of its own before a test site, a power plant, a nuclear facility: both name the place."""
        view = draft.view
        for match in self._installation.finditer(view.folded):
            latin = self._latin_before.search(view.folded[max(0, match.start() - 36) : match.start()])
            at = match.start() - len(latin[0]) if latin else match.start()
            number = view.token_at(at - 1) if at > 0 else len(view.tags)
            if number >= len(view.tags) or view.ends[number] != at or not draft.free(view.starts[number], at):
                continue
            start = view.starts[number]
            named = view.tags[number] in {"LOC", "ns", "PER", "nr", "nz"} and at - start >= 2
            if not named or self._not.fullmatch(view.folded, start, at) or draft.other(start, at, "Place"):
                continue
            entity = self._entity(draft, start, at)
            draft.add(start, at, entity)
            if at == match.start() and draft.free(at, match.end()):
                draft.add(start, match.end(), entity)

    def _by_preposition(self, draft: Draft) -> None:
        """在旁遮普省: a foreign name and the word for what it is, whatever words the segmenter made of it."""
        for match in self._introduced.finditer(draft.view.folded):
            start, end = match.span(1)
            if draft.free(start, end) and draft.view.is_edge(end):
                draft.add(start, end, self._entity(draft, start, end))

    def _shortened(self, draft: Draft) -> None:
        """半岛 for the only place that the article named before by a name with this end."""
        view = draft.view
        for match in self._short.finditer(view.folded):
            start, end = match.span()
            if not draft.free(start, end) or not view.is_edge(start) or not view.is_edge(end):
                continue
            named = {
                m.entity
                for m in draft.of_type("Place")
                if m.end < start and view.folded.startswith(match[0], m.end - len(match[0]))
            }
            if len(named) == 1:
                draft.add(start, end, draft.entities[named.pop()])

    def _signalled(self, draft: Draft, start: int, end: int) -> bool:
        """A second signal beside the segmenter's tag: foreign letters, a word for a place, another place."""
        folded = draft.view.folded
        if self._belonging.search(folded, max(0, start - 2), start):
            return True
        if self._letters.fullmatch(folded, start, end) or self._suffix.search(folded[start:end], 1):
            return True
        if self._before.before(folded, start):
            return True
        owner = draft.ending_at(start)
        if owner is not None and (owner.type == "Place" or self._behind_state.match(folded, end)):
            return True
        if owner is not None and self._before.before(folded, owner.start):
            return True
        behind = self._beside.match(folded, end)
        after = behind.end() if behind else end
        if any(m.type in {"Place", "State"} and m.start == after for m in draft.at(after, after + 1)):
            return behind is not None
        lead = [w for w in range(max(0, start - 2), start) if self._beside.fullmatch(folded, w, start)]
        owner = draft.ending_at(lead[0]) if lead else None
        return owner is not None and owner.type in {"Place", "State"}

    def _one(self, draft: Draft, start: int, end: int, tag: str) -> None:
        folded = draft.view.folded
        led = self._led_by.match(folded, start, end) if tag in {"LOC", "ns"} else None
        start = led.end() if led and end - led.end() >= 2 else start
        behind = self._suffix.match(folded, end)
        if behind and draft.free(end, behind.end()) and draft.view.is_edge(behind.end()):
            end = behind.end()
        stripped = self._stripped.search(folded, start, end)
        if stripped and stripped.start() - start >= 2:
            end = stripped.start()
        name = folded[start:end]
        if tag in {"LOC", "ns"} and not self._signalled(draft, start, end):
            return
        if len(name) < 2 or self._not.fullmatch(name) or not re.fullmatch(r"[\u3400-\u9fff·]+", name):
            return
        telling = self._suffix.search(name, 2)
        if (
            tag not in {"LOC", "ns"}
            and not (telling and telling.end() == len(name))
            and not self._before.before(folded, start)
        ):
            return
        if draft.other(start, end, "Place") or self._government.search(name) or self._names.is_shared(name, "Place"):
            return
        begun = self._belonging.search(folded, max(0, start - 2), start)
        if begun and draft.free(begun.start(), start):
            start = begun.start()
        cuts = [start, *(m.end() for m in self._chain.finditer(folded, start, end)), end]
        for left, right in pairwise(cuts):
            entity = self._entity(draft, left, right)
            draft.add(left, right, entity)
            self._head(draft, left, right, entity)

    def _entity(self, draft: Draft, start: int, end: int) -> Entity:
        return self._names.find(draft.view.folded[start:end], "Place") or draft.new("Place", start, end)

    def _head(self, draft: Draft, start: int, end: int, entity: Entity) -> None:
        """拉肯希思 in 拉肯希思基地 names the base as well."""
        nested = self._nested.search(draft.view.folded[start:end])
        if nested and nested.start() >= 2:
            draft.add(start, start + nested.start(), entity)

    def _heads(self, draft: Draft) -> None:
        """丰溪里 in 丰溪里核试验场, when the authority file has both names for the place."""
        for mention in draft.of_type("Place"):
            for length in range(2, mention.end - mention.start - 1):
                known = self._names.find(draft.view.folded[mention.start : mention.start + length], "Place")
                rest = draft.view.folded[mention.start + length : mention.end]
                if self._suffix.fullmatch(rest) and not self._nested.fullmatch(rest):
                    continue
                if self._letters.fullmatch(rest):
                    continue
                if known is not None and known.id == mention.entity:
                    draft.add(mention.start, mention.start + length, known)

    def _extended(self, draft: Draft) -> None:
        """A known place with the word for what it is: 长崎 + 县 is one name."""
        for mention in draft.of_type("Place"):
            behind = self._suffix.match(draft.view.folded, mention.end)
            if (
                not behind
                or self._stripped.fullmatch(behind[0])
                or not draft.free(mention.end, behind.end())
                or not draft.view.is_edge(behind.end())
            ):
                continue
            entity = draft.entities[mention.entity]
            nested = self._nested.fullmatch(behind[0])
            if not nested:
                draft.remove(mention)
                entity = self._names.find(draft.view.folded[mention.start : behind.end()], "Place") or (
                    draft.new("Place", mention.start, behind.end()) if len(behind[0]) == 1 else entity
                )
            draft.add(mention.start, behind.end(), entity)
