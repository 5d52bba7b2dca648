"""Plots of sections as SVG, drawn by hand: bars, a calendar of months, a grid of who answers whom, lines of changes."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from kg.analysis.model import Section
from kg.network.dates import first_day

#: Rows of a plot.
_ROWS = 15
_WIDTH, _LINE, _NAME = 900, 24, 230
_LONGEST = 17


def _name(text: str) -> str:
    """Short enough for its column, in which a Chinese character is as wide as two letters."""
    wide, kept = 0.0, ""
    for character in text:
        wide += 1.0 if ord(character) > 0x2E7F else 0.55
        if wide > _LONGEST:
            return f"{kept}…"
        kept += character
    return kept


def _svg(height: int, title: str, inside: list[str]) -> str:
    head = f'<svg viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(title)}">'
    return f"{head}<title>{escape(title)}</title>{''.join(inside)}</svg>"


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{escape(text)}</text>'


def _bars(section: Section, value: str, caption: str) -> str:
    rows = section.findings[:_ROWS]
    most = max(float(row.cells[value]) for row in rows) or 1.0
    parts = []
    for number, row in enumerate(rows):
        y, amount = number * _LINE, float(row.cells[value])
        parts.append(_text(_NAME - 8, y + 16, _name(str(row.cells["actor"])), "end"))
        width = amount / most * (_WIDTH - _NAME - 70)
        parts.append(
            f'<rect class="bar" x="{_NAME}" y="{y + 4}" width="{max(width, 1):.1f}" height="{_LINE - 8}" rx="2"/>'
        )
        parts.append(_text(_NAME + width + 6, y + 16, f"{row.cells[value]}"))
    return _svg(len(rows) * _LINE + 4, caption, parts) + f"<figcaption>{escape(caption)}</figcaption>"


def centre(section: Section) -> str:
    """Attention of the first actors as bars."""
    return _bars(
        section, "attention", "Attention: share of the time that a wandering reader spends with each actor, in %"
    )


def brokers(section: Section) -> str:
    """Links across groups as bars."""
    return _bars(section, "links", "Links into other groups, weighted by articles")


def timeline(section: Section) -> str:
    """A row for each of the busiest speakers, a column for each month that has statements, darker for more."""
    speakers = list(dict.fromkeys(str(f.cells["actor"]) for f in section.findings))[:_ROWS]
    counts = {(str(f.cells["actor"]), str(f.cells["month"])): int(f.cells["statements"]) for f in section.findings}
    months = sorted({month for actor, month in counts if actor in speakers})
    most = max(count for (actor, _), count in counts.items() if actor in speakers)
    step = min((_WIDTH - _NAME) / max(len(months), 1), 60)
    parts = []
    for row, actor in enumerate(speakers):
        y = row * _LINE
        parts.append(_text(_NAME - 8, y + 16, _name(actor), "end"))
        for place, month in enumerate(months):
            count = counts.get((actor, month), 0)
            if count:
                shade = 0.25 + 0.75 * count / most
                box = f'x="{_NAME + place * step:.1f}" y="{y + 2}" width="{max(step - 2, 2):.1f}" height="{_LINE - 4}"'
                tip = f"<title>{escape(actor)}, {month}: {count}</title>"
                parts.append(f'<rect class="bar" {box} rx="2" opacity="{shade:.2f}">{tip}</rect>')
    bottom = len(speakers) * _LINE
    last = -100.0
    for place, month in enumerate(months):
        x = _NAME + place * step
        if x - last >= 62:
            parts.append(_text(x, bottom + 16, month))
            last = x
    caption = f"Statements by month, only months that have any; the darkest box is {most}"
    return _svg(bottom + 24, caption, parts) + f"<figcaption>{escape(caption)}</figcaption>"


def answers(section: Section) -> str:
    """Rows answer, columns are answered; the number in a box is how often."""
    rows = list(dict.fromkeys(str(f.cells["who"]) for f in section.findings))[:_ROWS]
    columns = list(dict.fromkeys(str(f.cells["whom"]) for f in section.findings))[:12]
    counts = {(str(f.cells["who"]), str(f.cells["whom"])): int(f.cells["times"]) for f in section.findings}
    most = max(counts.values())
    top, step = 130, (_WIDTH - _NAME) / 12.5
    parts = []
    for place, column in enumerate(columns):
        x = _NAME + place * step + step / 2
        parts.append(f'<text transform="translate({x:.1f} {top - 8}) rotate(-40)">{escape(_name(column))}</text>')
    for row, who in enumerate(rows):
        y = top + row * _LINE
        parts.append(_text(_NAME - 8, y + 16, _name(who), "end"))
        for place, whom in enumerate(columns):
            count = counts.get((who, whom), 0)
            x = _NAME + place * step
            if count:
                box = f'x="{x:.1f}" y="{y + 2}" width="{step - 3:.1f}" height="{_LINE - 4}"'
                parts.append(f'<rect class="bar" {box} rx="2" opacity="{0.25 + 0.6 * count / most:.2f}"/>')
                parts.append(_text(x + step / 2 - 4, y + 16, str(count)))
            else:
                parts.append(f'<circle class="none" cx="{x + step / 2:.1f}" cy="{y + 12}" r="1.5"/>')
    caption = "Who answers (rows) whom (columns), and how often"
    return _svg(top + len(rows) * _LINE + 4, caption, parts) + f"<figcaption>{escape(caption)}</figcaption>"


def changes(section: Section) -> str:
    """A line from the earlier move to the later one, up for towards the treaty and down for away from it."""
    rows = section.findings[:_ROWS]
    years = [_year(str(row.cells[key])) for row in rows for key in ("since", "date")]
    first, last = min(years), max(max(years), min(years) + 1)
    scale = (_WIDTH - 2 * _NAME) / (last - first)
    parts, height = [], 44
    for number, row in enumerate(rows):
        y = number * height
        left, right = (_NAME + (_year(str(row.cells[key])) - first) * scale for key in ("since", "date"))
        low, high = (y + 32, y + 12) if row.cells["way"] == "towards" else (y + 12, y + 32)
        parts.append(_text(_NAME - 12, y + 18, _name(str(row.cells["actor"])), "end"))
        parts.append(_text(_NAME - 12, y + 34, _name(str(row.cells["treaty"])), "end quiet"))
        parts.append(f'<line class="change" x1="{left:.1f}" y1="{low}" x2="{right:.1f}" y2="{high}"/>')
        parts += [f'<circle class="dot" cx="{x:.1f}" cy="{at}" r="4"/>' for x, at in ((left, low), (right, high))]
        parts.append(_text(right + 10, high + 5, f"{row.cells['date']} {_name(str(row.cells['after']))}"))
    caption = "Moves towards a treaty (line goes up) and away from it (line goes down), over the years"
    return _svg(len(rows) * height + 6, caption, parts) + f"<figcaption>{escape(caption)}</figcaption>"


def _year(date: str) -> float:
    day = first_day(date) or "2000-01-01"
    return int(day[:4]) + (int(day[5:7]) - 1) / 12


#: By name of the section.
PLOTS: dict[str, Callable[[Section], str]] = {
    "centre": centre, "brokers": brokers, "timeline": timeline, "answers": answers, "changes": changes,
}  # fmt: skip
