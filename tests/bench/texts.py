"""The texts that all measurements share: as long as the corpus's articles, and no two the same."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

from kg import corpus
from kg.model import Article
from kg.nlp.folding import fold


def articles(count: int, lang: str = "zh") -> list[Article]:
    """Articles of the corpus with their paragraphs in an order of their own and one paragraph of another article."""
    return list(made(count, lang))


def made(count: int, lang: str = "zh") -> Iterator[Article]:
    """The same as a stream."""
    found = [a for a in corpus.read([corpus.folder()]) if isinstance(a, Article) and a.lang.startswith(lang)]
    shuffle = random.Random(20260205)
    for number in range(count):
        article = found[number % len(found)]
        paragraphs = article.text.split("\n\n")
        other = found[shuffle.randrange(len(found))].text.split("\n\n")
        paragraphs[shuffle.randrange(len(paragraphs))] = shuffle.choice(other)
        shuffle.shuffle(paragraphs)
        yield replace(article, id=f"{article.id}-{number}", text="\n\n".join(paragraphs))


def write(path: Path, count: int, lang: str = "zh") -> int:
    """Write them as JSON Lines; how many characters they have."""
    characters = 0
    with path.open("w", encoding="utf-8") as file:
        for article in made(count, lang):
            characters += len(article.text)
            file.write(json.dumps(asdict(article), ensure_ascii=False) + "\n")
    return characters


def sentences(texts: list[str]) -> list[str]:
    """Simplified sentences, as a segmenter wants them."""
    simplified = (fold(text, width=False) for text in texts)
    return [part for text in simplified for part in re.split(r"(?<=[。!?\n;！？；])", text) if part.strip()]
