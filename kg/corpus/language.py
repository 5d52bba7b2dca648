"""Which language, and which script, a text is written in: by counting characters, offline and always the same."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

import opencc

from kg import lang

_SAMPLE = 5000
_LEAST_SHARE = 0.05
"""How much of the letters must be of a script for it to count; a name in brackets is less."""
#: Scripts that tell the language by themselves.
_TELLING = {"HIRAGANA": "ja", "KATAKANA": "ja", "HANGUL": "ko", "CYRILLIC": "ru", "ARABIC": "ar"}
_WORD = re.compile(r"[A-Za-z]+")


def detect(text: str) -> str:
    """The BCP 47 tag of a text: ``zh-Hant``, ``zh-Hans``, ``en``, another primary tag, or ``und``."""
    sample = text[:_SAMPLE]
    scripts = Counter(_script(character) for character in sample if character.isalpha())
    letters = sum(scripts.values())
    if not letters:
        return "und"
    for script, code in _TELLING.items():
        if scripts[script] > _LEAST_SHARE * letters and scripts[script] * 3 > scripts["CJK"]:
            return code
    if scripts["CJK"] > 2 * _LEAST_SHARE * letters:
        return refine("zh", sample)
    return _by_words(sample)


def refine(tag: str, text: str) -> str:
    """A tag of a language with two scripts with the script that the text is in; any other tag as it is."""
    if tag.lower() not in {"zh", "zho", "chi", "zh-cn", "zh-sg", "zh-tw", "zh-hk", "zh-mo", "zh-my"}:
        return tag
    traditional = simplified = 0
    for character, count in Counter(text[:_SAMPLE]).items():
        kind = _kind(character)
        traditional += count * (kind == "traditional")
        simplified += count * (kind == "simplified")
    if traditional == simplified:
        return "zh-Hant" if tag.lower() in {"zh-tw", "zh-hk", "zh-mo"} else "zh-Hans"
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _by_words(text: str) -> str:
    """The language of the Latin alphabet whose commonest words fill the text best; ``und`` when none does."""
    words = [word.lower() for word in _WORD.findall(text)]
    best = ("und", 0.08)
    for code in lang.languages():
        common = frozenset(lang.table(code, "language").get("detect", {}).get("words", ()))
        share = sum(word in common for word in words) / len(words) if words and common else 0.0
        if share > best[1]:
            best = (code, share)
    return best[0]


@cache
def _script(character: str) -> str:
    name = unicodedata.name(character, "").split(" ")[0]
    return "CJK" if name in {"CJK", "IDEOGRAPHIC"} else name


@cache
def _converters() -> tuple[opencc.OpenCC, opencc.OpenCC]:
    return opencc.OpenCC("t2s"), opencc.OpenCC("s2t")


@cache
def _kind(character: str) -> str:
    """``traditional`` or ``simplified`` for a character that only one script has, else empty."""
    if ord(character) < 0x3400:
        return ""
    to_simplified, to_traditional = _converters()
    if to_simplified.convert(character) != character:
        return "traditional"
    return "simplified" if to_traditional.convert(character) != character else ""
