"""What a build says of itself while it runs."""

from __future__ import annotations

import pytest

from kg import progress
from kg.builder import BuildReport


def test_rate_and_time_left() -> None:
    report = BuildReport(added=40, unchanged=2, characters=60_000, share=0.25)
    assert progress.told(report, 30) == "42 articles, 2,000 characters/s, about 2 min left"
    report.problems.append("x")
    report.share = 1.0
    assert progress.told(report, 30) == "42 articles, 2,000 characters/s, 1 problems"
    report.share = None
    assert "left" not in progress.told(report, 30)


def test_a_line_now_and_then_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("kg.progress.time.monotonic", lambda: clock[0])
    said: list[str] = []
    with progress.shown(False, said.append) as show:
        assert show is not None
        for second in range(0, 31, 2):
            clock[0] = float(second)
            show(BuildReport(added=second, characters=second * 1000, share=second / 40))
    assert said == [
        "kg: 25%, 10 articles, 1,000 characters/s, about 30 s left",
        "kg: 50%, 20 articles, 1,000 characters/s, about 20 s left",
        "kg: 75%, 30 articles, 1,000 characters/s, about 10 s left",
    ]
