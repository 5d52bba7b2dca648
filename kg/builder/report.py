"""What a build did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class BuildReport:
    """What a build did, by article id."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    linked: int = 0
    """Names of persons that were taken for another name of one that the authority file does not know either."""
    characters: int = 0
    """Of the articles that were read anew."""
    share: float | None = None
    """How much of the sources is through, from 0 to 1; None when that cannot be told."""
    problems: list[str] = field(default_factory=list)
    """One line for each article or source that is not in, and why; in the order of the sources."""

    @property
    def articles(self) -> int:
        return self.added + self.replaced + self.unchanged
