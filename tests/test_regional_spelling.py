"""What the tables and the authority file say in Simplified is found as Taiwan and Hong Kong write it too."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

import opencc
import pytest

from kg import authority
from kg.nlp.folding import fold

REGIONS = ("s2t", "s2tw", "s2hk")
CHINESE = re.compile("[\u3400-\u9fff]{2,8}")


@lru_cache(maxsize=3)
def converter(name: str) -> opencc.OpenCC:
    """By words, as people write, not a character at a time."""
    return opencc.OpenCC(name)


@pytest.mark.parametrize("region", REGIONS)
def test_words_of_the_tables(region: str) -> None:
    words = set()
    for path in resources.files("kg.lang.zh").iterdir():
        if path.name.endswith(".toml") and path.name not in {"sounds.toml", "script.toml"}:
            lines = path.read_text(encoding="utf-8").splitlines()
            words.update(CHINESE.findall("\n".join(line for line in lines if not line.startswith("#"))))
    assert len(words) > 5000
    written = {word: fold(converter(region).convert(word)) for word in words}
    assert {word: other for word, other in written.items() if other != fold(word)} == {}


@pytest.mark.parametrize("region", REGIONS)
def test_names_of_the_authority_file(region: str) -> None:
    names = {name.text for record in authority.load(()).values() for name in record.names if CHINESE.search(name.text)}
    assert len(names) > 3000
    forms = {fold(name) for name in names}
    missing = {name: fold(converter(region).convert(name)) for name in names}
    assert {name: other for name, other in missing.items() if other not in forms} == {}


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("隨著美國退出條約", "随着美国退出条约"),
        ("俄方已著手準備", "俄方已着手准备"),
        ("朝着目標", "朝着目标"),
        ("著名學者的專著", "著名学者的专著"),
        ("顯著提升", "显著提升"),
        ("國防部答覆說,政權遭顛覆", "国防部答复说,政权遭颠覆"),
        ("收回覆蓋的帆布", "收回覆盖的帆布"),
        ("飛彈計畫與規畫", "飞弹计划与规划"),
        ("設計畫面", "设计画面"),
        ("藉由談判,以此為藉口", "借由谈判,以此为借口"),
        ("慰藉", "慰藉"),
        ("瞭解瞭望台", "了解瞭望台"),
        ("佈署飛彈", "部署飞弹"),
        ("宣布署名", "宣布署名"),
        ("恐怖份子只是一份子", "恐怖分子只是一份子"),
        ("不具名身分", "不具名身份"),
        ("本身分為三級", "本身分为三级"),
        ("敍利亞的革命衞隊", "叙利亚的革命卫队"),
    ],
)
def test_words_told_by_their_neighbours(written: str, folded: str) -> None:
    assert fold(written) == folded
    assert fold(written, width=False) == folded
    assert fold(folded) == folded


def test_another_language_keeps_its_characters() -> None:
    written = "條約 計畫 衞星 答覆 著手"
    assert fold(written, script=False) == written
    assert fold("ＡＢＣ條約", script=False) == "ABC條約"
