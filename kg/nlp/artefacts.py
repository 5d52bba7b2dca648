"""Weapons and treaties that the authority file does not know, and the longer names of those that it does."""

from __future__ import annotations

import re
from itertools import chain
from typing import Any

from kg.nlp.draft import Draft, Names

_NAMES = frozenset({"PER", "nr", "nz", "nw"})
"""Tags of the segmenter for names."""
_LONG = 4
"""How many characters, at least, a word for a weapon has that makes a name before it that of the weapon."""
_WEAPONS = frozenset({"WeaponSystem", "WeaponClass"})


class ArtefactFinder:
    """Works by the language's table ``names``, sections ``weapon`` and ``treaty``; without them, it finds none."""

    def __init__(self, table: dict[str, Any], names: Names) -> None:
        weapon, treaty = table.get("weapon", {}), table.get("treaty", {})
        self.active = bool(weapon and treaty)
        if not self.active:
            return
        self._names = names
        self._extension = re.compile(weapon["extension"])
        self._behind_head = re.compile(f"(?:{weapon['extension']})|(?:{weapon['head_behind']})")
        self._designators = re.compile(f"{weapon['designator_chinese']}|{weapon['designator_latin']}")
        self._counted = re.compile(weapon["counted"])
        firsts = {word[0] for key in ("class_words", "class_alone") for word in weapon[key].strip("(?:").split("|")}
        self._new_class = re.compile(
            f"(?=[{''.join(sorted(firsts))}])(?:(?:{weapon['class_words']})+(?:{weapon['class_heads']})|{weapon['class_alone']})"
        )
        self._class_before = re.compile(weapon["class_before"])
        self._class_name = re.compile(weapon["class_name"])
        self._chinese = re.compile(weapon["designator_chinese"])
        self._quoted_weapon = re.compile(weapon["quoted"])
        self._called = re.compile(weapon["called"])
        self._latin_names = re.compile(weapon["bracketed"])
        self._not_quoted = frozenset(weapon["not_quoted"].split("|"))
        self._quoted_treaty = re.compile(treaty["quoted"])

    def find(self, draft: Draft) -> None:
        """Add the weapons and treaties of an article."""
        if not self.active:
            return
        self._treaties(draft)
        self._designated(draft)
        self._quoted(draft)
        self._bracketed(draft)
        self._classes(draft)
        self._before_class(draft)
        self._heads(draft)
        self._extended(draft)
        self._new_classes(draft)

    def _new_classes(self, draft: Draft) -> None:
        """A class of weapon that no list has, where it is counted, launched, built or banned: 一枚反辐射导弹."""
        folded = draft.view.folded
        for match in self._new_class.finditer(folded):
            start, end = match.span()
            inside = draft.at(start, end)
            if not (draft.view.is_edge(start) and draft.view.is_edge(end)) or any(
                m.start < start or m.end >= end or m.type not in _WEAPONS for m in inside
            ):
                continue
            if self._class_before.search(folded, max(0, start - 16), start):
                for mention in inside:
                    draft.remove(mention)
                draft.add(start, end, draft.new("WeaponClass", start, end))

    def _treaties(self, draft: Draft) -> None:
        """What stands in title marks and ends like a treaty."""
        for match in self._quoted_treaty.finditer(draft.view.folded):
            start, end = match.span(match.lastindex or 0)
            inside = draft.at(start, end)
            if any(m.type == "Treaty" and m.start == start and m.end == end for m in inside):
                continue
            treaties = [m for m in inside if m.type == "Treaty"]
            for mention in inside:
                if mention.type not in {"State"} or mention.start > start or mention.kind == "abbreviation":
                    draft.remove(mention)
            known = self._names.find(draft.view.folded[start:end], "Treaty")
            if known is None and len(treaties) == 1 and treaties[0].end == end:
                known = draft.entities[treaties[0].entity]
            draft.add(start, end, known or draft.new("Treaty", start, end))

    def _designated(self, draft: Draft) -> None:
        """Designations: a series with its number, or Latin letters and number before a word for a weapon."""
        for match in self._designators.finditer(draft.view.folded):
            start, end = match.span()
            inside = draft.at(start, end)
            if any(m.start <= start and m.end >= end for m in inside):
                continue
            chinese = self._chinese.fullmatch(match[0]) is not None
            behind = self._extension.match(draft.view.folded, end)
            told = behind and all(m.type in _WEAPONS for m in draft.at(end, behind.end()))
            if not chinese and not told and not self._counted.search(draft.view.folded, max(0, start - 24), start):
                continue
            if any(m.start < start or m.end > end for m in inside):
                continue
            for mention in inside:
                draft.remove(mention)
            known = self._names.find(match[0], "WeaponSystem")
            draft.add(start, end, known or draft.new("WeaponSystem", start, end))

    def _quoted(self, draft: Draft) -> None:
        """“战斧”导弹: a name in quotes right before a word for a weapon."""
        for match in chain(*(p.finditer(draft.view.folded) for p in (self._quoted_weapon, self._called))):
            start, end = match.span(match.lastindex or 0)
            if draft.free(start, end) and end - start >= 2 and draft.view.folded[start:end] not in self._not_quoted:
                known = self._names.find(draft.view.folded[start:end], "WeaponSystem")
                draft.add(start, end, known or draft.new("WeaponSystem", start, end))

    def _bracketed(self, draft: Draft) -> None:
        """(Long-Range Stand-Off,LRSO) + 导弹: the full Latin name and the short one are of one system."""
        for match in self._latin_names.finditer(draft.view.folded):
            spans = [match.span(number) for number in (1, 2) if match[number]]
            standing = [draft.at(*span) for span in spans]
            weapons = [m for row in standing for m in row if m.type == "WeaponSystem"]
            if any(m.type != "WeaponSystem" for row in standing for m in row):
                continue
            entity = draft.entities[weapons[0].entity] if weapons else draft.new("WeaponSystem", *spans[0])
            for span in spans:
                if draft.free(*span):
                    draft.add(*span, entity)

    def _classes(self, draft: Draft) -> None:
        """先锋级 + 核潜艇: a ship's class that the segmenter kept as one word, before the word for a ship."""
        view = draft.view
        for number, start in enumerate(view.starts):
            end = view.ends[number]
            if end - start < 3 or not self._class_name.search(view.folded[start:end]) or not draft.free(start, end):
                continue
            if view.folded[start].isdigit():
                continue  # 8700吨级
            if self._extension.match(view.folded, end):
                known = self._names.find(view.folded[start:end], "WeaponSystem")
                draft.add(start, end, known or draft.new("WeaponSystem", start, end))

    def _before_class(self, draft: Draft) -> None:
        """波塞冬 + 核动力无人潜航器: what the segmenter calls a name, right before a long word for a weapon."""
        view = draft.view
        for number, tag in enumerate(view.tags):
            start, end = view.starts[number], view.ends[number]
            measure = view.folded[start].isdigit()  # 8700吨级
            if tag not in _NAMES or end - start < 2 or measure or not draft.free(start, end):
                continue
            behind = self._extension.match(view.folded, end)
            if behind and behind.end() - end >= _LONG and not view.folded[start:end].isascii():
                known = self._names.find(view.folded[start:end], "WeaponSystem")
                draft.add(start, end, known or draft.new("WeaponSystem", start, end))

    def _heads(self, draft: Draft) -> None:
        """海燕 in 海燕核动力巡航导弹, when the authority file has both names for the system."""
        for mention in draft.of_type("WeaponSystem"):
            for end in range(mention.start + 2, mention.end - 1):
                name = draft.view.folded[mention.start : end]
                if self._names.has(mention.entity, name) and self._behind_head.fullmatch(
                    draft.view.folded, end, mention.end
                ):
                    draft.add(mention.start, end, draft.entities[mention.entity])
                    break

    def _extended(self, draft: Draft) -> None:
        """海燕 + 核动力巡航导弹: the longer name is a mention too; a bare class inside it is none."""
        for mention in draft.of_type("WeaponSystem"):
            behind = self._extension.match(draft.view.folded, mention.end)
            if not behind or not draft.view.is_edge(behind.end()):
                continue
            inside = draft.at(mention.end, behind.end())
            if any(m.type not in _WEAPONS or m.start < mention.end or m.end > behind.end() for m in inside):
                continue
            for other in inside:
                draft.remove(other)
            draft.add(mention.start, behind.end(), draft.entities[mention.entity])
