"""The share of annotated statements that textacy's direct_quotations finds on the English articles, beside ours.

    python tests/bench/quotations.py

Needs textacy and a spaCy pipeline for English (pip install textacy 'kg[en]'). A statement counts as found when at least
half of the union of both contents is shared, whoever is said to speak.
"""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path

import spacy
from textacy.extract import direct_quotations

from kg import lang
from kg.evaluation.compare import overlap
from kg.model import Article
from kg.nlp import pipeline

GOLD = Path(__file__).parent.parent / "gold"


def share(wanted: list[tuple[int, int]], found: list[tuple[int, int]]) -> int:
    """How many of the wanted spans one of the found ones covers."""
    return sum(any(overlap(span, other) >= 0.5 for other in found) for span in wanted)


def main() -> None:
    warnings.simplefilter("ignore")
    package = lang.installed(lang.table("en", "language"))
    if package is None:
        sys.exit("no spaCy pipeline for English: pip install 'kg[en]'")
    theirs, ours = spacy.load(package), pipeline.load("en")
    total = hits = our_hits = quoted = quoted_hits = quoted_ours = 0
    for path in sorted(GOLD.glob("*.json")):
        gold = json.loads(path.read_text(encoding="utf-8"))
        if not str(gold.get("lang", "")).startswith("en"):
            continue
        text = gold["text"]
        rows = [s for s in gold["statements"] if not s.get("optional")]
        spans = [(at, at + len(s["content"])) for s in rows if (at := text.find(s["content"])) >= 0]
        direct = [span for span, s in zip(spans, rows, strict=True) if s.get("quoted")]
        doc = theirs(text)
        try:
            their = [(q.content.start_char, q.content.end_char) for q in direct_quotations(doc)]
        except ValueError:  # it gives up on an odd number of quotation marks
            their = []
        records = pipeline.extract(ours, Article(gold["id"], text, "", gold["published"], "en"))
        our = [(s.start, s.end) for s in records.statements]
        total += len(spans)
        hits += share(spans, their)
        our_hits += share(spans, our)
        quoted += len(direct)
        quoted_hits += share(direct, their)
        quoted_ours += share(direct, our)
    print(f"statements           {total:4}   textacy {hits / total:.3f}   kg {our_hits / total:.3f}")
    print(f"of them in quotes    {quoted:4}   textacy {quoted_hits / quoted:.3f}   kg {quoted_ours / quoted:.3f}")


if __name__ == "__main__":
    main()
