"""Which of a thing's labels is shown in a language."""

from __future__ import annotations

from collections.abc import Iterable

#: Shown when nothing nearer is known; most of the authority file has a label in it.
LAST_RESORT = "en"


def choose(labels: Iterable[tuple[str, str]], lang: str) -> str | None:
    """The label of ``(text, language tag)`` pairs that stands nearest to ``lang``; None when there is none.

    Nearest is the same tag, then a longer or shorter form of it (``zh`` for ``zh-hant``), then the same language in
    another script, then LAST_RESORT, then whatever there is. Among equals the longest wins, then the first.
    """
    ranked = [(_distance(tag.lower(), lang.lower()), -len(text), text) for text, tag in labels]
    return min(ranked)[2] if ranked else None


def _distance(tag: str, lang: str) -> int:
    if tag == lang:
        return 0
    if tag.startswith(f"{lang}-") or (tag and lang.startswith(f"{tag}-")):
        return 1
    if tag.split("-")[0] == lang.split("-")[0]:
        return 2
    return 3 if tag.split("-")[0] == LAST_RESORT else 4


def local_name(iri: str) -> str:
    """What stands behind the last ``#`` or ``/`` of an IRI."""
    return iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1] or iri
