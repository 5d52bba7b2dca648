"""The text with every mention as a run of marks that tell its type, so that patterns of a table can ask for an actor.

The masked text has the length of the text: offsets stay. In a pattern ``{P}`` stands for one mention of a person,
``{S}`` a state, ``{O}`` an organization, ``{T}`` a treaty, ``{W}`` a weapon system, ``{C}`` a class of weapon, ``{L}``
a place, ``{D}`` a date, ``{Q}`` a quotation with its marks (``{q}``: one character of it), ``{A}`` any actor,
``{X}`` any thing, ``{N}`` anything named.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from kg.model import Mention
from kg.nlp.document import Spanned, View, scratch
from kg.nlp.quotes import QUOTED, Marks, Quote

#: The letter of each type in a pattern.
LETTERS = {
    "Person": "P", "State": "S", "Organization": "O", "Treaty": "T", "WeaponSystem": "W", "WeaponClass": "C",
    "Place": "L", "Date": "D", "Quote": "Q",
}  # fmt: skip
_FIRST, _REST = 0xE000, 0xE100
_HEAD = {letter: chr(_FIRST + number) for number, letter in enumerate(LETTERS.values())}
_TAIL = {letter: chr(_REST + number) for number, letter in enumerate(LETTERS.values())}
_SETS = {**{letter: letter for letter in _HEAD}, "A": "PSO", "N": "PSOTWCL", "X": "TWC"}


def expand(pattern: str) -> str:
    """The pattern of a table with its ``{P}`` written out."""
    for name, letters in _SETS.items():
        one = f"(?:[{''.join(_HEAD[x] for x in letters)}][{''.join(_TAIL[x] for x in letters)}]*+)"
        pattern = pattern.replace(f"{{{name}}}", one)
    return pattern.replace("{q}", f"[{_HEAD['Q']}{_TAIL['Q']}]")


#: A pattern that never matches.
NEVER = "(?!)"


class Texts:
    """The patterns of a section of a table; one that a language does not have never matches."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self._section = section

    def __getitem__(self, key: str) -> str:
        return str(self._section.get(key, NEVER))


@dataclass(slots=True)
class Masked:
    """A masked text. ``at``: what begins at an offset; ``to``: what ends at one."""

    text: str
    at: dict[int, Mention] = field(default_factory=dict)
    to: dict[int, Mention] = field(default_factory=dict)

    def shows(self, mention: Mention) -> bool:
        """True when this very mention is what the mark at its place stands for."""
        return self.at.get(mention.start) is mention

    @classmethod
    def of(
        cls, folded: str, mentions: Iterable[Mention], dates: Iterable[Spanned] = (), quotes: Iterable[Spanned] = ()
    ) -> Masked:
        """Quotations cover what is in them, else the longest mention at a place counts."""
        letters = list(folded)
        masked = cls("")
        reach = -1
        covered = [(q.start, q.end) for q in quotes]
        for start, end in covered:
            letters[start:end] = _run("Q", end - start)
        spans: list[tuple[int, int, str, Mention | None]] = [(m.start, m.end, LETTERS[m.type], m) for m in mentions]
        spans += [(d.start, d.end, "D", None) for d in dates]
        inside = _inside(covered, len(folded))
        for start, end, letter, mention in sorted(spans, key=lambda s: (s[0], -s[1], s[2] == "D")):
            if start < reach or inside[start]:
                continue
            reach = end
            letters[start:end] = _run(letter, end - start)
            if mention is not None:
                masked.at[start], masked.to[end] = mention, mention
        masked.text = "".join(letters)
        return masked


def _run(letter: str, length: int) -> list[str]:
    return [_HEAD[letter], *([_TAIL[letter]] * (length - 1))]


def _inside(spans: list[tuple[int, int]], length: int) -> bytearray:
    marks = bytearray(length + 1)
    for start, end in spans:
        marks[start:end] = b"\1" * (end - start)
    return marks


_ONLY_QUOTED = bytes(int(depth == QUOTED) for depth in range(256))
Spoken: TypeAlias = tuple[list[Quote], bytearray]


def spoken(marks: Marks, view: View) -> Spoken:
    """The quotations, and a byte for each character that is 1 in one; marks around a name are none: the "X" treaty.

    Read once for a Doc whose mentions are set; nobody changes what it returns.
    """
    known = scratch(view.doc).spoken
    if known is not None:
        return known
    layout = marks.read(view.folded)
    quoted = layout.depth.translate(_ONLY_QUOTED)
    names = {(m.start, m.end) for m in view.doc._.mentions}
    quotes: list[Quote] = []
    for quote in layout.quotes:
        if (quote.inner_start, quote.inner_end) in names:
            quoted[quote.start : quote.end] = bytes(quote.end - quote.start)
        else:
            quotes.append(quote)
    scratch(view.doc).spoken = (quotes, quoted)
    return quotes, quoted
