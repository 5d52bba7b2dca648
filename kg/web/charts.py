"""Small charts of the numbers that articles give, drawn here as SVG: read by everybody, without a script.

The rows from which a chart is made stand beside it as a list, which is its text form.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.network.dates import first_day

WIDTH, HEIGHT = 560, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 14, 12, 26
#: Charts on one page, and days that a chart needs at least.
_CHARTS, _LEAST = 3, 2


@dataclass(frozen=True, slots=True)
class Point:
    """A number on a day: ``x`` in years, ``low`` and ``high`` its bounds (equal when it is one number)."""

    x: float
    low: float
    high: float
    words: str
    href: str
    day: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What the template draws; all positions are in units of the picture."""

    title: str
    points: tuple[Mapping[str, Any], ...]
    across: tuple[tuple[float, str], ...]
    """Height and label of the lines across."""
    years: tuple[tuple[float, str], ...]
    summary: str


def of_figures(rows: Iterable[Mapping[str, Any]]) -> list[Chart]:
    """Charts of the rows of ``figures.rq``: one for each kind of figure and unit with numbers of two days or more."""
    groups: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        point = _point(row)
        if point is not None:
            unit = row["unit"]["text"] if "unit" in row else row["thing"]["text"]
            groups[f"{row['kind']['text']}, {unit}"].append(point)
    fit = [(title, those) for title, those in groups.items() if len({one.day for one in those}) >= _LEAST]
    fit.sort(key=lambda pair: -len(pair[1]))
    return [_chart(title, those) for title, those in fit[:_CHARTS]]


def _point(row: Mapping[str, Any]) -> Point | None:
    day = first_day(row["day"]["text"]) if "day" in row else None
    numbers = [float(row[name]["text"]) for name in ("value", "low", "high") if name in row]
    if day is None or not numbers:
        return None
    year = int(day[:4]) + (int(day[5:7]) - 1) / 12 + (int(day[8:10]) - 1) / 365
    words = f"{row['words']['text']} {row['thing']['text']}"
    return Point(year, min(numbers), max(numbers), words, row.get("href", ""), row["day"]["text"])


def _chart(title: str, points: Sequence[Point]) -> Chart:
    ordered = sorted(points, key=lambda one: (one.x, one.low))
    first, last = math.floor(ordered[0].x), math.floor(ordered[-1].x) + 1
    steps = _steps(max(one.high for one in ordered))
    top = steps[-1] or 1.0

    def across(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top, 1)

    def along(year: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * (year - first) / (last - first), 1)

    every = max(1, math.ceil((last - first) / 8))
    shown = tuple(
        {"x": along(one.x), "y": across(one.high), "low": across(one.low), "words": one.words, "href": one.href,
         "day": one.day}
        for one in ordered
    )  # fmt: skip
    low, high = min(one.low for one in ordered), max(one.high for one in ordered)
    summary = f"{len(ordered)} numbers from {ordered[0].day} to {ordered[-1].day}, between {low:g} and {high:g}."
    years = tuple((along(year), str(year)) for year in range(first, last + 1, every))
    return Chart(title, shown, tuple((across(one), f"{one:,g}") for one in steps), years, summary)


def _steps(most: float) -> list[float]:
    """Round numbers from 0 to at least ``most``, three to six of them."""
    if most <= 0:
        return [0.0, 1.0]
    power = 10.0 ** math.floor(math.log10(most))
    step = next(power * part for part in (0.2, 0.5, 1.0, 2.0, 5.0) if most / (power * part) <= 5)
    return [step * n for n in range(math.ceil(most / step - 1e-9) + 1)]
