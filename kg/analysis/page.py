"""An analysis as one HTML page with plots: nothing is fetched, no script runs, no text of an article is ever markup."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources

from kg.analysis import plots
from kg.analysis.model import Analysis, Finding, Section
from kg.analysis.report import sentences

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def render(analysis: Analysis, top: int) -> str:
    """The page, with the first ``top`` rows of each section."""
    style = resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    body = "\n".join(part for section in analysis.sections for part in _section(analysis, section, top))
    links = " ".join(f'<a href="#{one.name}">{escape(one.title)}</a>' for one in analysis.sections)
    head = f"{analysis.actors} actors and {analysis.links} relations, from {analysis.articles} articles."
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Who deals with whom, and how</title>\n<style>\n{style}</style>\n</head>\n<body>\n<header>\n"
        f"<h1>Who deals with whom, and how</h1>\n<p>{head} Counted by kg from what the articles say; open a row to "
        f"read the sentences that it was counted from.</p>\n<nav>{links}</nav>\n</header>\n"
        f"<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(analysis: Analysis, section: Section, top: int) -> Iterator[str]:
    yield f'<section id="{section.name}">\n<h2>{escape(section.title)}</h2>'
    yield f'<p class="about">{escape(section.about)}</p>'
    explained = [column for column in section.columns if column.about]
    if explained:
        words = "".join(f"<dt>{escape(c.title)}</dt><dd>{escape(c.about)}</dd>" for c in explained)
        yield f"<details><summary>What the columns mean</summary><dl>{words}</dl></details>"
    if not section.findings:
        yield "<p>Nothing found.</p>\n</section>"
        return
    plot = plots.PLOTS.get(section.name)
    if plot is not None:
        yield f'<figure class="plot">{plot(section)}</figure>'
    yield from _table(analysis, section, top)
    yield "</section>"


def _table(analysis: Analysis, section: Section, top: int) -> Iterator[str]:
    heads = "".join(f'<th scope="col">{escape(column.title)}</th>' for column in section.columns)
    yield f'<div class="wide"><table>\n<thead><tr>{heads}<th scope="col">Read</th></tr></thead>\n<tbody>'
    for finding in section.findings[:top]:
        cells = "".join(_cell(finding, column.name) for column in section.columns)
        yield f"<tr>{cells}<td>{_evidence(analysis, finding)}</td></tr>"
    yield "</tbody>\n</table></div>"
    if len(section.findings) > top:
        yield f'<p class="more">{len(section.findings) - top} more rows: kg analyze --top {len(section.findings)}</p>'


def _cell(finding: Finding, name: str) -> str:
    value = finding.cells.get(name, "")
    kind = ' class="number"' if isinstance(value, (int, float)) else ""
    return f"<td{kind}>{escape(str(value))}</td>"


def _evidence(analysis: Analysis, finding: Finding) -> str:
    found = sentences(analysis, finding)
    if not found:
        return ""
    items = []
    for one in found:
        text, (first, last) = one["sentence"], one["mark"]
        words = f"{escape(text[:first])}<mark>{escape(text[first:last])}</mark>{escape(text[last:])}"
        about = " · ".join(
            escape(part) for part in (one["date"], one["title"] or one["article"], one["publisher"]) if part
        )
        items.append(f"<li>{words}<small>{about}</small></li>")
    total = len(finding.witnesses)
    more = f"<li><small>and {total - len(found)} more</small></li>" if total > len(found) else ""
    return f"<details><summary>{total}</summary><ul>{''.join(items)}{more}</ul></details>"
