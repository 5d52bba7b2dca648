"""Answers as tables: they fit the terminal, columns stand under each other, what is cut says so."""

from __future__ import annotations

import pytest

from kg.table import cut, render, width

COLUMNS = ["date", "who", "said"]
ROWS = [
    ["2026-02-05", "林劍", "中方認為,美方應當恢復談判,並繼續遵守條約的數量限制"],
    ["", "Mao Ning", "no\tcomment\n\x1b[31m"],
    ["2025", "金與正", "x" * 300],
]


@pytest.mark.parametrize("cells", [30, 40, 80, 200])
def test_a_table_fits_and_its_columns_stand_under_each_other(cells: int) -> None:
    lines = render(COLUMNS, ROWS, cells).splitlines()
    assert max(map(width, lines)) <= cells
    assert len(lines) == 5
    head = lines[0]
    for line, row in zip(lines[2:], ROWS, strict=True):
        at = width(head[: head.index("who")])
        before = next(n for n in range(len(line) + 1) if width(line[:n]) >= at)
        assert line[before:].startswith(row[1][:2])
    assert lines[-1].endswith("…") == (cells < 300)


def test_without_a_terminal_nothing_is_cut() -> None:
    assert "…" not in render(COLUMNS, ROWS, None)
    assert "\x1b" not in render(COLUMNS, ROWS, None)


def test_too_many_columns_become_records() -> None:
    columns = [f"column{n}" for n in range(12)]
    lines = render(columns, [["值" * 50, *[""] * 10, "last"], ["1"] * 12], 60).splitlines()
    assert max(map(width, lines)) <= 60
    assert lines[0].startswith("-- 1 ---")
    assert lines[1].startswith("column0   值值")
    assert lines[1].endswith("…")
    assert lines[2] == "column11  last"
    assert len(lines) == 1 + 2 + 1 + 12


@pytest.mark.parametrize(
    ("text", "cells", "shown"), [("普京說", 6, "普京說"), ("普京說", 5, "普京…"), ("普京說", 4, "普…")]
)
def test_a_wide_character_is_never_cut_in_half(text: str, cells: int, shown: str) -> None:
    assert cut(text, cells) == shown


def test_no_rows() -> None:
    assert render(COLUMNS, [], 80).splitlines() == ["date  who  said", "----  ---  ----"]
