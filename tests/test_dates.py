"""The phrase book of dates, and the calendar behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.language import Language

import kg
import kg.nlp.dates
from kg import authority, lang
from kg.model import Article, DateMention, Mention
from kg.nlp import calendar
from kg.nlp.dates import governing_date
from kg.nlp.lookup import Lookup
from kg.nlp.numerals import Numerals
from kg.nlp.tokenizer import Tokenizer

PHRASES = [
    row
    for line in (Path(__file__).parent / "phrases" / "dates.jsonl").read_text(encoding="utf-8").splitlines()
    if "text" in (row := json.loads(line))
]


def pipeline(code: str) -> Language:
    made = spacy.blank(code)
    made.tokenizer = Tokenizer(made.vocab, code, Lookup(authority.load(), code))
    made.add_pipe("kg_dates", config={"language": code})
    return made


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline("zh")


@pytest.fixture(scope="module")
def whole() -> Language:
    """The whole pipeline: a day may be told by the name before it."""
    return kg.load("zh")


def dates(nlp: Language, text: str, published: str | None) -> list[tuple[str, DateMention]]:
    doc = nlp.make_doc(text)
    doc._.article = Article("x", text, "", published)
    return [(text[d.start : d.end], d) for d in nlp(doc)._.dates]


@pytest.mark.parametrize("row", PHRASES, ids=[row["text"][:16] for row in PHRASES])
def test_dates_phrase_book(whole: Language, row: dict[str, Any]) -> None:
    found = dates(whole, row["text"], row.get("date"))
    got = [[words, d.value, d.until] if d.until else [words, d.value] for words, d in found]
    for want in row["expect"]:
        assert want in got
    if not row["expect"]:
        assert got == []


def test_dates_relation_is_told(nlp: Language) -> None:
    found = dict(dates(nlp, "自2023年起增加,到2028年达到上限,2030年之前完成。", "2026-02-08"))
    assert [found[key].relation for key in ("2023年", "2028年", "2030年")] == ["since", "until", "before"]


def test_governing_date_is_the_nearest_before() -> None:
    some = (DateMention(0, 3, "2020"), DateMention(10, 13, "2021"), DateMention(20, 23, "2022", relation="before"))
    assert governing_date(some, 0, 15, "") == some[1]
    assert governing_date(some, 0, 30, "") == some[1]
    assert governing_date(some, 5, 8, "") is None


def test_governing_date_prefers_its_clause_and_leaves_quotations_alone(nlp: Language) -> None:
    text = "他6日说,“5日的会谈有成果”,随后离开。自2023年起,2024年的库存增加。"
    found = tuple(d for _, d in dates(nlp, text, "2026-02-08"))

    def governs(word: str, start: int = 0) -> str | None:
        date = governing_date(found, start, text.index(word), text)
        return date.value if date else None

    assert governs("有成果") == "2026-02-05"
    assert governs("离开") == "2026-02-06"
    assert governs("库存", text.index("自")) == "2024"


def test_dates_range_has_both_ends_and_no_other_date(nlp: Language) -> None:
    found = dates(nlp, "会议自2025年10月5日至2026年1月7日举行。", "2026-02-08")
    assert [(d.value, d.until, d.relation) for _, d in found] == [("2025-10-05", "2026-01-07", "since")]


def test_dates_inside_of_a_persons_name_are_none(nlp: Language) -> None:
    doc = nlp.make_doc("记者周五昌报道。周五将开会。")
    doc._.article = Article("x", doc.text, "", "2025-11-24")
    doc._.mentions = (Mention(2, 5, "Person", "new:Person:周五昌"),)
    assert [(d.start, d.value) for d in nlp(doc)._.dates] == [(8, "2025-11-28")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千五百五十", 1550), ("1,550", 1550), ("4.5万", 45000), ("两百", 200), ("二〇二六", 2026), ("十五", 15),
        ("三百万", 3_000_000), ("1万4000", 14000), ("三十", 30), ("廿一", 21), ("一百零五", 105), ("万", 10000),
    ],
)  # fmt: skip
def test_numerals(text: str, value: float) -> None:
    assert Numerals(lang.table("zh", "numerals")).read(text) == value


@pytest.mark.parametrize("text", ["", "枚", "十二十", "1.2.3"])
def test_numerals_none(text: str) -> None:
    assert Numerals(lang.table("zh", "numerals")).read(text) is None


def test_calendar_arithmetic() -> None:
    assert calendar.shift_days("2024-02-28", 2) == "2024-03-01"
    assert calendar.shift_months("2026-01-15", -1) == "2025-12"
    assert calendar.nearest_day("2026-03-01", 30) is None  # there is no 30 February
    assert calendar.nearest_month_day("2026-02-08", 12, 20) == "2025-12-20"
    assert calendar.weekday_near("2025-11-24", 3, -1) == "2025-11-20"
    assert calendar.iso(2026, 2, 30) is None


ENGLISH = [
    ("New START expired on February 5, 2026, and talks began on 6 February 2026.", ["2026-02-05", "2026-02-06"]),
    ("He said on Thursday that it was signed in April 2010.", ["2026-02-05", "2010-04"]),
    ("In 2019 the treaty ended; last year nothing happened; yesterday talks resumed.", ["2019", "2025", "2026-02-07"]),
    (
        "Talks began on April 27, 2025; two days later, on Saturday morning, they ended.",
        ["2025-04-27", "2025-04-29", "2026-02-07"],
    ),
    (
        "He said Wednesday that a 2024 report; in late March; three years ago; before 2030; the 1987 INF Treaty.",
        ["2026-02-04", "2026-03", "2023", "2030", "1987"],
    ),
    ("Some 1,550 warheads and 2000 launchers may march on May Day.", []),
]


@pytest.mark.parametrize(("text", "values"), ENGLISH)
def test_english_dates_by_the_same_component(text: str, values: list[str]) -> None:
    assert [d.value for _, d in dates(pipeline("en"), text, "2026-02-08")] == values
