"""From bytes to text: UTF-8 and UTF-16 for sure, Big5 and GB18030 when the text then looks like a language."""

from __future__ import annotations

import codecs
from functools import cache

from kg import lang
from kg.errors import KgError

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LEGACY = ("gb18030", "cp950", "big5hkscs")
_PLAUSIBLE = 0.25
"""Least share of common characters among the non-ASCII ones of a right decoding; wrong ones have under 0.1."""
_SAMPLE = 20_000
_ALLOWED_CONTROLS = frozenset(b"\t\n\r\f\x0b")


class UndecodableError(KgError):
    """Bytes that are no text, or text in an unknown encoding."""


def decode(data: bytes) -> str:
    """The text of a file. Raises UndecodableError with the reason and the remedy."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UndecodableError(f"broken {encoding} at byte {error.start}: save it as UTF-8 again") from error
    sample = data[:_SAMPLE]
    controls = sum(byte < 32 and byte not in _ALLOWED_CONTROLS for byte in sample)
    if controls > 0.02 * len(sample) + 2:
        raise UndecodableError("is binary, not text: convert it to text first")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        legacy = _legacy(data)
        if legacy is None:
            reason = f"is not UTF-8 (byte {error.start} is wrong), nor Big5 or GB18030: save it as UTF-8"
            raise UndecodableError(reason) from error
        return legacy


def _legacy(data: bytes) -> str | None:
    """The decoding in an older Chinese encoding that reads best; None when none reads like text."""
    best: tuple[float, str] | None = None
    for encoding in _LEGACY:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = _share(text[:_SAMPLE])
        if score >= _PLAUSIBLE and (best is None or score > best[0] + 1e-9):
            best = (score, text)
    return best[1] if best else None


def _share(text: str) -> float:
    foreign = [character for character in text if ord(character) >= 0x3400]
    others = sum(1 for character in text if 0x80 <= ord(character) < 0x3000)
    common = _common()
    return sum(character in common for character in foreign) / max(1, len(foreign) + others)


@cache
def _common() -> frozenset[str]:
    tables = (lang.table(code, "language").get("detect", {}) for code in lang.languages())
    return frozenset("".join(table.get("common", "") for table in tables))
