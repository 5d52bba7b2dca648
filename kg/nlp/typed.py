"""Quotation marks as typewriters and wires wrote them: ``so'' and 'so' become straight double ones; no offset moves."""

from __future__ import annotations

import re

_DOUBLE = re.compile(r"``|''")
_OPENING = r"(?<![^\s(\[—–-])['‘](?=\w)"
_CLOSING = r"['’](?=[\s.,;:?!)]|$)"
_SINGLE = re.compile(rf"(?P<open>{_OPENING})|{_CLOSING}")
_WHOLE = re.compile(rf"{_OPENING}(?=[A-Z][^\n]{{8,400}}?[,.?!]{_CLOSING})")
_POSSESSIVE = re.compile(r"(?<=\w)['’](?=\s[a-z])(?=[^'‘’\n]*[,.?!]['’](?:\s|$))")
"""A mark behind a letter, when a better end of the quotation follows before a new one opens."""
_OPENS = re.compile(r"[\s(\[—–-]")
_ENOUGH = 2
"""Quotations in single marks that make these the marks of a text without double ones."""


def typed(text: str) -> str:
    """The text with such marks as ``"``, and a blank where a mark had two characters."""
    if "``" in text or "''" in text:
        text = _DOUBLE.sub(lambda m: '" ' if _is_open(text, m.start()) else ' "', text)
    if any(mark in text for mark in '"“«') or not any(mark in text for mark in "'‘"):
        return text
    if len(_WHOLE.findall(text)) < _ENOUGH:
        return text
    return "\n".join(_singles(paragraph) for paragraph in text.split("\n"))


def _is_open(text: str, at: int) -> bool:
    return at == 0 or _OPENS.match(text[at - 1]) is not None


def _singles(paragraph: str) -> str:
    """Openings, and the closings that follow them."""
    found = list(paragraph)
    inside = False
    for match in _SINGLE.finditer(paragraph):
        at = match.start()
        opening = match["open"] is not None
        if opening == inside or (inside and _POSSESSIVE.match(paragraph, at)):
            continue
        found[at], inside = '"', opening
    return "".join(found)
