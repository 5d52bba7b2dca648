"""How every page is made: one set of templates, the language of names, and what a reader is told of errors."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kg import __version__, iri
from kg.export import html
from kg.web import formats, links
from kg.web.messages import Reply

LANGUAGES = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}


class Rendering:
    """The templates and what all of them are given."""

    def __init__(self) -> None:
        editor = resources.files("kg.web").joinpath("static", "editor", "editor.js")
        self._templates = Environment(
            loader=PackageLoader("kg.web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["names_in"] = links.in_language
        self._templates.globals.update(
            version=__version__,
            languages=LANGUAGES,
            prefixes=iri.PREFIXES,
            editor=editor.is_file(),
            picture=html.is_built(),
            asked_by=links.of_query,
            listed_at=links.of_list,
        )

    def page(self, request: Request, template: str, code: int = 200, **values: Any) -> Response:
        """The page of a template."""
        text = self._templates.get_template(f"{template}.html").render(
            lang=language(request), here=_here(request), **values
        )
        return HTMLResponse(text.encode("utf-8", errors="replace"), code, {"cache-control": "no-cache"})

    def error(self, request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
        """What went wrong, as a page for people and as a line for programs."""
        if formats.HTML not in request.headers.get("accept", ""):
            return PlainTextResponse(f"{message}\n", status, headers)
        answer = self.page(request, "error", status, status=status, message=message)
        answer.headers.update(headers or {})
        return answer

    def refused(self, request: Request, reply: Reply) -> Response:
        """What a worker says that it cannot do."""
        message = reply.text().strip()
        return self.error(request, reply.status, message[:1].upper() + message[1:], reply.headers)


def language(request: Request) -> str:
    """The language of names: the one asked for, else the first of the browser's that there are names in."""
    asked = request.query_params.get("lang", "").lower()
    if asked in LANGUAGES:
        return asked
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh-hant" if any(word in tag for word in ("hant", "tw", "hk", "mo")) else "zh-hans"
        if tag.startswith("en"):
            return "en"
    return "en"


def number(request: Request, name: str) -> int | None:
    """A field of the address that is a whole number; None for all else."""
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _here(request: Request) -> list[tuple[str, str]]:
    """The fields of this address, for a form that changes only the language."""
    return [(key, value) for key, value in request.query_params.items() if key != "lang"]
