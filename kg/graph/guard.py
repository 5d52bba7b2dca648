"""What a query's text would reach outside of the store, told before it runs.

The engine has no switch that turns ``SERVICE`` off, and it has no token borders: ``1SERVICE``, ``ASKFROM`` and
``SERVICEex:a`` are keywords to it, and ``<`` opens an IRI or compares, whichever makes the query whole. So the text is
read in every way that it can be read, and a keyword found in any of them counts. That may refuse a strange query that
is harmless; it never lets one through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_ESCAPED = r"\\."
_IN_IRI = r"[^<>\"{}|^`\x00-\x20]*>"
_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>\#[^\r\n]*)
    | (?P<long>\"\"\"(?:[^\"\\]|{_ESCAPED}|\"(?!\"\"))*\"\"\"|'''(?:[^'\\]|{_ESCAPED}|'(?!''))*''')
    | (?P<string>\"(?:[^\"\\\r\n]|{_ESCAPED})*\"|'(?:[^'\\\r\n]|{_ESCAPED})*')
    | (?P<iri><[A-Za-z][A-Za-z0-9+.-]*://{_IN_IRI})
    | (?P<perhaps><{_IN_IRI})
    | (?P<variable>[?$]\w+)
    | (?P<tag>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>[\w-]*:(?:[\w:%·-]|{_ESCAPED})*)
    | (?P<word>\w+)
    | (?P<other>{_ESCAPED}|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_GAP = r"(?:[ \t\r\n]|\#[^\r\n]*(?:[\r\n]|$))*"
_PREFIX = re.compile(rf"{_GAP}([\w.-]*:){_GAP}<({_IN_IRI})")
_GRAPH = re.compile(rf"{_GAP}(?:NAMED{_GAP})?(?:<({_IN_IRI})|([\w.-]*:)([\w.:%-]*))", re.IGNORECASE)
_GROUP = re.compile(rf"{_GAP}\{{")
_DATASET_ENDS = re.compile(rf"{_GAP}(?:\{{|WHERE|FROM)", re.IGNORECASE)
_UPDATES = frozenset({"LOAD", "INSERT", "DELETE", "WITH", "CLEAR", "DROP", "CREATE", "COPY", "MOVE", "ADD"})


@dataclass(frozen=True, slots=True)
class Reach:
    """A keyword by which a query leaves the store: ``SERVICE``, ``FROM``, or the first word of an update."""

    word: str
    graph: str | None = None
    """The IRI that FROM names; None where that cannot be told, and for the other words."""


def reaches(text: str, prefixes: Mapping[str, str]) -> list[Reach]:
    """All that a query would reach, in no order; ``prefixes`` are those that need no declaration."""
    update = _update(text)
    if update:
        return [Reach(update)]
    tokens = list(_readings(text))
    known = _Prefixes(tokens, text, prefixes)
    found: set[Reach] = set()
    for token in tokens:
        folded = token[0].casefold()
        if token.lastgroup == "word" and "service" in folded:
            found.add(Reach("SERVICE"))
        if token.lastgroup == "word" and "from" in folded:
            found.add(Reach("FROM", known.graph(token.end()) if folded == "from" else None))
        if token.lastgroup == "name":
            before = folded.partition(":")[0]
            if "service" in before and _GROUP.match(text, token.end()):
                found.add(Reach("SERVICE"))
            if "from" in before and _DATASET_ENDS.match(text, token.end()):
                found.add(Reach("FROM"))
    return list(found)


def _readings(text: str) -> Iterator[re.Match[str]]:
    """The tokens of every reading of a text, each place once."""
    pending, seen = [0], bytearray(len(text))
    while pending:
        at = pending.pop()
        while at < len(text) and not seen[at]:
            seen[at] = 1
            token = _TOKEN.match(text, at)
            assert token  # the last alternative takes any character
            yield token
            if token.lastgroup == "perhaps":  # or '<' compares two values
                pending.append(at + 1)
            elif token.lastgroup == "long" and "\\" in token[0]:  # or an empty string and another one behind it
                pending.append(at + 2)
            at = token.end()


def _update(text: str) -> str:
    """The first word of an update; empty for a query."""
    at = 0
    while at < len(text):
        token = _TOKEN.match(text, at)
        assert token
        at = token.end()
        if token.lastgroup == "word":
            word = token[0].upper()
            if word not in {"PREFIX", "BASE"}:
                return word if word in _UPDATES else ""
    return ""


class _Prefixes:
    """The prefixes that a text declares, whatever its reading."""

    def __init__(self, tokens: list[re.Match[str]], text: str, given: Mapping[str, str]) -> None:
        self._text = text
        self._declared: dict[str, set[str]] = {f"{name}:": {base} for name, base in given.items()}
        own: dict[str, set[str]] = {}
        for token in tokens:
            if token.lastgroup == "word" and token[0].upper() == "PREFIX":
                match = _PREFIX.match(text, token.end())
                if match:
                    own.setdefault(match[1], set()).add(match[2][:-1])
        self._declared.update(own)

    def graph(self, at: int) -> str | None:
        """The IRI of the graph named at a place; None when it is not absolute or not certain."""
        match = _GRAPH.match(self._text, at)
        if not match:
            return None
        if match[1]:
            name = match[1][:-1]
            return name if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", name) and "\\" not in name else None
        bases = self._declared.get(match[2], set())
        follows = self._text[match.end() : match.end() + 1]
        return f"{next(iter(bases))}{match[3]}" if len(bases) == 1 and follows != "\\" else None
