"""The segmenter against the words that the reference port of LAC gives (32-bit weights; ours are 8-bit)."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from kg.lang.zh.lac.network import Floats, Integers, Room, _Words
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
        assert [start for start, _, _ in words] == [0, *(end for _, end, _ in words[:-1])]
        assert words[-1][1] == len(sentence)


def test_offsets_count_from_where_a_sentence_begins(segmenter: Segmenter) -> None:
    sentences = ["普京宣布暂停履行条约。", "核" * 900]
    moved = segmenter.segment(sentences, [7, 18])
    plain = segmenter.segment(sentences)
    for start, found, words in zip([7, 18], moved, plain, strict=True):
        assert found == [(start + a, start + b, tag) for a, b, tag in words]


def test_segmenter_does_not_depend_on_the_batch(segmenter: Segmenter) -> None:
    sentences = [
        "普京宣布暂停履行条约。",
        "美国。",
        "国际原子能机构总干事格罗西在维也纳警告说,新技术正在制造监管的空白。",
    ]
    alone = [segmenter.segment([sentence])[0] for sentence in sentences]
    assert segmenter.segment(sentences) == alone


def test_what_a_word_gives_does_not_depend_on_when_it_was_met(segmenter: Segmenter) -> None:
    """To the last bit: otherwise the graph of an article could depend on the articles before it."""
    layer, embedding = segmenter.network.layers[0], segmenter.network.embedding
    ids = np.random.default_rng(1).permutation(len(embedding))[:5000]

    def given(words: _Words, some: Integers) -> Floats:
        ways = words.given(some, len(some), Room())
        return np.concatenate([way(slice(0, len(some))).copy() for way in ways], axis=1)

    at_once, bit_by_bit = _Words(embedding, layer), _Words(embedding, layer)
    expected = given(at_once, ids)
    parts = [given(bit_by_bit, part) for part in np.split(ids[::-1], [1, 2, 5, 70, 133, 2000])]
    assert np.array_equal(expected, np.concatenate(parts)[::-1])
    assert np.array_equal(expected, given(bit_by_bit, ids))


def test_segmenter_takes_nothing(segmenter: Segmenter) -> None:
    assert segmenter.segment([]) == []
    assert segmenter.segment([""]) == [[]]
