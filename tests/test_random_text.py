"""Damaged text: slices, shuffles and stray marks never stop the pipeline, and every graph keeps its shapes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import kg
from kg.graph.rdf import article_triples
from kg.graph.validate import Validator
from kg.model import Article
from kg.nlp.pipeline import extract

GOLD = Path(__file__).parent / "gold"
STRAY = "「」『』“”《》（）()，。：；、\n\t \u3000\x00·-—…!?0123456789年月日第百万美俄中法称说指"
ROUNDS = 400


def damaged(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text))
    piece = text[start : start + chance.randrange(1, 500)]
    kind = chance.random()
    if kind < 0.2:
        return "".join(chance.sample(piece, len(piece)))
    if kind < 0.6:
        letters = list(piece)
        for _ in range(chance.randrange(1, 20)):
            letters.insert(chance.randrange(len(letters) + 1), chance.choice(STRAY))
        return "".join(letters)
    return piece.replace("，", "").replace("。", "") if kind < 0.8 else piece


def test_damaged_text_gives_a_valid_graph() -> None:
    chance = random.Random(20260205)
    golds = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(GOLD.glob("*.json"))]
    pipelines = {code: kg.load(code) for code in ("zh", "en")}
    validator = Validator()
    for _ in range(ROUNDS):
        gold = chance.choice(golds)
        text = damaged(gold["text"], chance)
        article = Article("x", text, "", chance.choice([None, "2026", "2026-02", "2026-02-08"]), gold["lang"])
        triples = article_triples(extract(pipelines[gold["lang"][:2]], article))
        assert validator.check_article(triples, "urn:x") == [], text
