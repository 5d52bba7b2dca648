"""Patterns that are tried only where they can begin find what they find everywhere."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from gold import load, paths

from kg import lang
from kg.nlp.dates import _patterns
from kg.nlp.folding import fold
from kg.nlp.scanning import Beginnings, Ender, Scanner, Seeker, beginning, ending

PATTERNS = [
    "abc",
    "a|bc",
    "(?:a|b)?c",
    "(?<![xy])a+",
    "(?<!一)(?P<n>[二三]|\\d{1,2})日",
    "(?=ab)[a-c]+b",
    "(?!a)[abc]",
    "a*?b",
    "(?:[ab]{0,2}|c)d",
    "(a)?(?(1)b|c)",
    "(?:(?<=x)|(?<=y))z",
    "\\s?[,.]\\s",
    "\\bword\\b",
    "[^a]b",
    ".b",
    "(?i:ab)",
    "[\\u3400-\\u9fff]{2}",
    "[\\-\\]^]+",
    "\\Ba",
    "^a|b$",
    "(?>ab|a)c",
    "a++b",
]


def texts() -> list[str]:
    chance = random.Random(20261126)
    made = ["".join(chance.choices("aabbccdxyz一二三日5٣ .,-]^", k=40)) for _ in range(300)]
    return ["", "word a word", "AB ab aB", *made]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_one_pattern(pattern: str) -> None:
    try:
        compiled = re.compile(pattern)
    except re.error:
        pytest.skip("not known to this version of Python")
    scanner, seeker = Scanner([compiled]), Seeker(compiled)
    for text in texts():
        whole = [match.span() for match in compiled.finditer(text) if match.end() > match.start()]
        assert [match.span() for _, match in scanner.finditer(text)] == whole
        first = seeker.search(text, 7)
        expected = compiled.search(text, 7)
        assert (first and first.span()) == (expected and expected.span())


@pytest.mark.parametrize("pattern", [*PATTERNS, "a(?=b)", "(?:ab|c){1,2}", "x\\d*", "y(?:|z)", "[a-c]{2}(?!d)"])
def test_the_end_of_a_text(pattern: str) -> None:
    try:
        whole = re.compile(f"(?:{pattern})$")
    except re.error:
        pytest.skip("not known to this version of Python")
    ender = Ender(pattern)
    for text in texts():
        for some in (text, text[:9], text[:23], f"{text[:9]}\n"):
            found, expected = ender.search(some), whole.search(some)
            assert (found and found.span()) == (expected and expected.span())


def test_patterns_together_keep_their_numbers() -> None:
    compiled = [re.compile(pattern) for pattern in PATTERNS if pattern not in {"(?>ab|a)c", "a++b"}]
    scanner = Scanner(compiled)
    for text in texts():
        expected = {(n, *m.span()) for n, p in enumerate(compiled) for m in p.finditer(text) if m.end() > m.start()}
        assert {(number, *match.span()) for number, match in scanner.finditer(text)} == expected


@pytest.mark.parametrize("code", ["zh", "en"])
def test_the_dates_of_real_articles(code: str) -> None:
    compiled = [pattern for _, pattern in _patterns(lang.table(code, "dates"))]
    scanner = Scanner(compiled)
    for gold in map(load, paths()):
        text = fold(gold["text"])
        expected = {(n, *m.span()) for n, p in enumerate(compiled) for m in p.finditer(text) if m.end() > m.start()}
        assert {(number, *match.span()) for number, match in scanner.finditer(text)} == expected


def test_what_a_pattern_can_begin_with() -> None:
    assert beginning(re.compile("(?<!x)(?:ab|[cd]e)?f")) == "acdf"
    assert beginning(re.compile("a?")) is None
    assert beginning(re.compile("(?i)a")) is None
    assert beginning(re.compile(".a")) is None
    assert Beginnings([re.compile("ab"), re.compile("[ac]d")]).of("a") == [0, 1]
    assert Beginnings([re.compile("ab"), re.compile("[ac]d")]).of("c") == [1]
    assert Beginnings([re.compile("ab"), re.compile(".")]).of("z") == [1]
    assert Beginnings([]).place.search("a") is None


def test_what_a_pattern_can_end_with() -> None:
    assert ending(re.compile("f(?:ba|e?[cd])(?!x)")) == "acd"
    assert ending(re.compile("ab?")) == "ab"
    assert ending(re.compile("a*")) is None
    assert ending(re.compile("a.")) is None


def test_gold_articles_are_there() -> None:
    assert len(list(Path(__file__).parent.glob("gold/*.json"))) > 20
