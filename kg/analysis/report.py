"""An analysis as text for a terminal and as JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from kg.analysis.model import Analysis, Finding, Section
from kg.export.output import utf8
from kg.table import render


def as_text(analysis: Analysis, top: int, cells: int | None = None) -> str:
    """Every section with its explanation and its first ``top`` rows; ``cells``: width of the terminal, None: any."""
    return "\n".join(_lines(analysis, top, cells)) + "\n"


def _lines(analysis: Analysis, top: int, cells: int | None) -> Iterator[str]:
    yield f"{analysis.actors} actors, {analysis.links} relations, from {analysis.articles} articles"
    for section in analysis.sections:
        yield f"\n{section.title}\n{'=' * len(section.title)}\n{section.about}"
        yield from (f"  {column.title}: {column.about}" for column in section.columns if column.about)
        if not section.findings:
            yield "\nNothing found."
            continue
        rows = [[_shown(finding, column.name) for column in section.columns] for finding in section.findings[:top]]
        yield "\n" + render([column.title for column in section.columns], rows, cells).rstrip("\n")
        if len(section.findings) > top:
            yield f"{len(section.findings) - top} more: ask for them with --top"


def _shown(finding: Finding, name: str) -> str:
    value = finding.cells.get(name, "")
    return str(value)


def as_json(analysis: Analysis, top: int) -> str:
    """All sections with their first ``top`` rows; each row has its cells and the sentences that it was counted from."""
    made = {
        "lang": analysis.lang, "articles": analysis.articles, "actors": analysis.actors, "relations": analysis.links,
        "sections": [_section(analysis, section, top) for section in analysis.sections],
    }  # fmt: skip
    return utf8(json.dumps(made, ensure_ascii=False, indent=1))


def _section(analysis: Analysis, section: Section, top: int) -> dict[str, Any]:
    columns = [{"name": one.name, "title": one.title, "about": one.about} for one in section.columns]
    rows = [
        {**finding.cells, "records": len(finding.witnesses), "evidence": sentences(analysis, finding)}
        for finding in section.findings[:top]
    ]
    about = {"name": section.name, "title": section.title, "about": section.about, "columns": columns}
    return {**about, "found": len(section.findings), "rows": rows}


def sentences(analysis: Analysis, finding: Finding) -> list[dict[str, Any]]:
    """The sentences behind a row, as far as they were looked up: text, offsets of the words in it, article, day."""
    found = []
    for witness in finding.witnesses:
        evidence = analysis.evidence.get(witness)
        if evidence is not None:
            source = analysis.sources.get(witness.article)
            found.append({
                "sentence": evidence.sentence, "mark": list(evidence.mark), "article": evidence.article,
                "title": source.title if source else "", "date": witness.day or "",
                "publisher": source.publisher if source else "", "start": evidence.start, "end": evidence.end,
            })  # fmt: skip
    return found
