"""Matching what stands before and after a place in the text against the patterns of a table."""

from __future__ import annotations

import re

WINDOW = 40
"""How many characters of context a pattern sees at each side."""


class Around:
    """A pattern for what precedes a span (searched up to its start) or follows it (matched from its end)."""

    def __init__(self, *, before: str = "", after: str = "") -> None:
        self._before = re.compile(before) if before else None
        self._after = re.compile(after.lstrip("^")) if after else None

    def before(self, folded: str, start: int) -> bool:
        """True when the pattern fits the text that ends at ``start``; False without a pattern."""
        return self._before is not None and self._before.search(folded[max(0, start - WINDOW) : start]) is not None

    def after(self, folded: str, end: int) -> bool:
        """True when the pattern fits the text that starts at ``end``; False without a pattern."""
        return self._after is not None and self._after.match(folded[end : end + WINDOW]) is not None

    def either(self, folded: str, start: int, end: int) -> bool:
        return self.before(folded, start) or self.after(folded, end)
