"""Errors that a user can meet. Each carries its data, and its message says what to do."""

from __future__ import annotations

from pathlib import Path


class KgError(Exception):
    """Base of all errors that kg raises on purpose; the command line prints them as one line."""


class UsageError(KgError):
    """The call itself is wrong: exit status 2."""


class UnknownLanguageError(KgError):
    """No folder under kg/lang for a language tag."""

    def __init__(self, lang: str, known: tuple[str, ...]) -> None:
        super().__init__(lang, known)
        self.lang, self.known = lang, known

    def __str__(self) -> str:
        if self.lang in {"", "und"}:
            return f"its language cannot be told from its text: set 'lang' on the article ({', '.join(self.known)})"
        return f"language {self.lang!r} is not supported; kg reads {', '.join(self.known)}: set 'lang' on the article"


class DataFileError(KgError):
    """A table, authority file or ontology that cannot be read."""

    def __init__(self, path: Path | str, reason: str, line: int | None = None) -> None:
        super().__init__(path, reason, line)
        self.path, self.reason, self.line = path, reason, line

    def __str__(self) -> str:
        at = f"{self.path}:{self.line}" if self.line else f"{self.path}"
        return f"{at}: {self.reason}"


class MissingPackageError(KgError):
    """A format that needs a package which is not installed."""

    def __init__(self, what: str, package: str, extra: str) -> None:
        super().__init__(what, package, extra)
        self.what, self.package, self.extra = what, package, extra

    def __str__(self) -> str:
        return f"{self.what} needs {self.package}, which is not installed: pip install 'kg[{self.extra}]'"


class TrainedPipelineError(KgError):
    """A trained spaCy pipeline that cannot be used."""

    def __init__(self, package: str, why: str) -> None:
        super().__init__(package, why)
        self.package, self.why = package, why

    def __str__(self) -> str:
        return f"the spaCy pipeline {self.package!r} cannot be used: {self.why}"


class NoTrainedPipelineWarning(UserWarning):
    """A language goes without its trained pipeline."""
