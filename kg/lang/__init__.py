"""Languages: one folder each, found by its code; tables are TOML, read once when a pipeline is made."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from kg.errors import DataFileError, UnknownLanguageError


def languages() -> tuple[str, ...]:
    """Codes of all languages that have a folder, sorted."""
    root = resources.files(__package__)
    return tuple(sorted(item.name for item in root.iterdir() if item.joinpath("language.toml").is_file()))


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
    path = resources.files(__package__) / code / f"{name}.toml"
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(str(path), str(error)) from error
