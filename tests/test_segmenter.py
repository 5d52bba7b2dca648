"""The segmenter against the words that the reference port of LAC gives (32-bit weights; ours are 8-bit)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from kg.lang.zh.segmenter import Segmenter

REFERENCE = Path(__file__).parent / "data" / "lac_reference.jsonl.gz"


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    return Segmenter()


def test_segmenter_agrees_with_the_reference_port(segmenter: Segmenter) -> None:
    """At least 99.8 % of the reference's words, with the same tag at the same place."""
    with gzip.open(REFERENCE, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    got = segmenter.segment([row["sentence"] for row in rows])
    want = [{(a, b, tag) for a, b, tag in row["words"]} for row in rows]
    same = sum(len(words & {tuple(word) for word in found}) for words, found in zip(want, got, strict=True))
    total = sum(map(len, want))
    assert total > 8000
    assert same / total >= 0.998


def test_segmenter_covers_every_character(segmenter: Segmenter) -> None:
    sentences = ["美俄新条约。", " \t前后有空白 ", "a" * 1000 + "核" * 1000, "𠀀𠮷", "。"]
    for sentence, words in zip(sentences, segmenter.segment(sentences), strict=True):
        assert [w.start for w in words] == [0, *(w.end for w in words[:-1])]
        assert words[-1].end == len(sentence)


def test_segmenter_does_not_depend_on_the_batch(segmenter: Segmenter) -> None:
    sentences = [
        "普京宣布暂停履行条约。",
        "美国。",
        "国际原子能机构总干事格罗西在维也纳警告说,新技术正在制造监管的空白。",
    ]
    alone = [segmenter.segment([sentence])[0] for sentence in sentences]
    assert segmenter.segment(sentences) == alone


def test_segmenter_takes_nothing(segmenter: Segmenter) -> None:
    assert segmenter.segment([]) == []
    assert segmenter.segment([""]) == [[]]
