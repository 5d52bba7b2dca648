"""From the store to the property graph: sentences, names, dates, views."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataFileError
from kg.network.dates import first_day, last_day
from kg.network.names import choose
from kg.network.sentences import LONGEST, REACH, load_table, sentence_around
from kg.network.view import UnknownViewError, load_view, views

TABLE = load_table()


@pytest.mark.parametrize(
    ("text", "span", "expected"),
    [
        ("甲。乙指責丙。丁。", "指責", "乙指責丙。"),
        ("甲說：「乙。丙！」丁走了。", "丙", "丙！」"),
        ("One. U.S. forces tested 3.5 kt at J. Base. Two.", "tested", "U.S. forces tested 3.5 kt at J. Base."),
        ("標題\n第一句，無句號\n第二句", "第一", "第一句，無句號"),
        ("甲。乙說了。丙也說了。丁。", "說了。丙也", "乙說了。丙也說了。"),
        ("甲。乙說了。丙。", "說了。", "乙說了。"),
        ("全文沒有句號", "沒有", "全文沒有句號"),
        ("He said “yes.” Then no.", "yes", "He said “yes.”"),
        ("結果 → 3?對", "3", "結果 → 3?"),
    ],
)
def test_sentence_around_a_span(text: str, span: str, expected: str) -> None:
    start = text.index(span)
    assert sentence_around(text, start, start + len(span), TABLE) == expected


def test_a_text_without_sentence_ends_is_cut_with_ellipses() -> None:
    text = "字" * 5000
    cut = sentence_around(text, 2000, 2010, TABLE)
    assert cut == "…" + "字" * (2 * REACH + 10) + "…"
    assert len(sentence_around(text, 0, 5000, TABLE)) == LONGEST + 1
    assert sentence_around("短。", 40, 90, TABLE) == ""


@pytest.mark.parametrize(
    ("lang", "expected"),
    [("en", "Vladimir Putin"), ("zh-hant", "普丁"), ("zh-Hans", "普京"), ("zh-hk", "普丁"), ("fr", "Vladimir Putin")],
)
def test_the_label_nearest_to_the_language_is_chosen(lang: str, expected: str) -> None:
    labels = [("Vladimir Putin", "en"), ("Putin", "en"), ("普京", "zh-hans"), ("普丁", "zh-hant"), ("Путин", "ru")]
    if lang == "zh-hk":
        labels = [label for label in labels if label[1] != "zh-hans"]
    assert choose(labels, lang) == expected
    assert choose(reversed(labels), lang) == expected
    assert choose([], lang) is None


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2026-02-05", "2026-02-05", "2026-02-05"),
        ("2026-02-30", None, None),
        ("0000", None, None),
        ("spring", None, None),
        ("2026-13", None, None),
    ],
)
def test_dates_as_whole_days(date: str, first: str | None, last: str | None) -> None:
    assert (first_day(date), last_day(date)) == (first, last)


def test_the_shipped_views_load() -> None:
    assert views() == ("actors", "co-mentions", "full", "positions", "statements", "treaties", "weapons")
    for name in views():
        assert load_view(name).title


def test_an_unknown_view_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UnknownViewError, match="actors, co-mentions, full"):
        load_view("friends")
    with pytest.raises(UnknownViewError):
        load_view(str(tmp_path / "missing.toml"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title = ", "Invalid"),
        ("title = 'x'", "at least one"),
        ("[[edges]]\nquery = 'x'\nsource = '?a'\ntarget = '?b'", "needs 'type'"),
        ("[[edges]]\nquery='x'\nsource='?a'\ntarget='?b'\ntype='t'\nwait='?c'", "has no 'wait'"),
        ("[[edges]]\nquery='x'\nsource='?a'\ntarget='?b'\ntype='t'\nattributes={key='?c'}", "which kg itself uses"),
        ("[[edges]]\nquery='x'\nsource='?a'\ntarget='?b'\ntype='t'\nflags=['?doubtful']", "flags are columns named"),
    ],
)
def test_a_broken_view_says_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        load_view(str(path))
