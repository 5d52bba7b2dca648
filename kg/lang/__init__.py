"""Languages: one folder each, found by its code; tables are TOML, read once when a pipeline is made."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kg.errors import DataFileError, UnknownLanguageError


def languages() -> tuple[str, ...]:
    """Codes of all languages that have a folder, sorted."""
    items = (item for root in _roots() for item in root.iterdir())
    return tuple(sorted({item.name for item in items if item.joinpath("language.toml").is_file()}))


def _roots() -> list[Path]:
    """The folders that hold languages: those of this package, to which another distribution may add its own."""
    return [Path(root) for root in __path__]


def primary(tag: str) -> str:
    """The primary subtag of a BCP 47 tag, checked: ``zh-Hant-TW`` gives ``zh``.

    Raises UnknownLanguageError when no folder has it.
    """
    code = tag.replace("_", "-").split("-")[0].lower()
    if code not in languages():
        raise UnknownLanguageError(tag, languages())
    return code


def table(code: str, name: str) -> dict[str, Any]:
    """The table ``kg/lang/CODE/NAME.toml``; empty where the language does not have it."""
    paths = [root / code / f"{name}.toml" for root in _roots()]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(str(path), str(error)) from error


def installed(language: Mapping[str, Any]) -> str | None:
    """The first installed spaCy package of a table ``language``, section ``trained``; None when there is none."""
    packages: list[str] = language.get("trained", {}).get("packages", [])
    return next((name for name in packages if find_spec(name) is not None), None)


def trained_identity(code: str) -> str:
    """Name and version of the trained pipeline that a language takes here, empty for none: it decides the records."""
    name = installed(table(code, "language"))
    if name is None:
        return ""
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:
        return name
