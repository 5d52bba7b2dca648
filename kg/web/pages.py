"""What people read: pages made here, without a script, from what the workers find."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kg import __version__, iri
from kg.graph import query as queries
from kg.graph.query import Query, UnknownQueryError
from kg.web import formats, links, protocol
from kg.web.messages import Job, Reply
from kg.web.pool import Pool
from kg.web.protocol import RequestError
from kg.web.replies import done
from kg.web.settings import Settings

#: Rows shown on a page; the downloads have all.
ROWS, SECTION_ROWS, FOUND = 500, 25, 40
#: Seconds that the front page waits for its numbers; it is shown without them otherwise.
_PATIENCE = 1.0
LANGUAGES = {"en": "English", "zh-hant": "繁體中文", "zh-hans": "简体中文"}
#: What the front page suggests to look up.
_EXAMPLES = ("new-start", "putin", "burevestnik", "state-cn", "iaea")
_START = """SELECT ?source ?said WHERE {
  GRAPH ?article {
    ?s a kg:Statement ; kg:speaker ent:putin ; kg:content ?said .
    ?article dcterms:identifier ?source
  }
}
LIMIT 20
"""


class Pages:
    """The handlers of all pages."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool
        self._counting: asyncio.Task[Reply] | None = None
        self._questions = [queries.find(name) for name in queries.names()]
        static = resources.files("kg.web").joinpath("static", "editor")
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
            editor=static.joinpath("editor.js").is_file(),
        )

    def forget(self) -> None:
        """The store has changed."""
        self._counting = None

    async def home(self, request: Request) -> Response:
        """What is in the store and where to begin."""
        if self._counting is None or (self._counting.done() and self._counting.result().status != 200):
            self._counting = asyncio.create_task(self._pool.run(Job("numbers", {})))
        await asyncio.wait({self._counting}, timeout=_PATIENCE)  # a large store is counted while others read on
        counted = self._counting.result() if self._counting.done() else None
        numbers = json.loads(counted.text()) if counted and counted.status == 200 else None
        reply = await done(self._pool, request, Job("names", {"keys": _EXAMPLES, "lang": _lang(request)}))
        found = json.loads(reply.text()) if reply.status == 200 else {}
        examples = [(name, links.of_entity(iri.entity(key))) for key, name in found.items()]
        return self._page(request, "home", numbers=numbers, questions=self._questions, examples=examples)

    async def find(self, request: Request) -> Response:
        """What has these words in its name."""
        words = request.query_params.get("q", "")[:200]
        reply = await done(self._pool, request, Job("find", {"words": words, "lang": _lang(request), "limit": FOUND}))
        if reply.status != 200:
            return self._refused(request, reply)
        return self._page(request, "find", words=words, **json.loads(reply.text()))

    async def query(self, request: Request) -> Response:
        """The editor, a named query with its parameters, and the answer to what was asked."""
        try:
            fields = await self._fields(request)
            chosen = self._chosen(fields.get("name", ""))
        except (RequestError, UnknownQueryError) as error:
            status = error.status if isinstance(error, RequestError) else 404
            return self._page(request, "error", status, status=status, message=str(error))
        text = fields.get("query", "") or (chosen.text if chosen else "")
        values = {
            p.name: v for p in (chosen.parameters if chosen else ()) if (v := fields.get(f"p.{p.name}", "").strip())
        }
        shown: dict[str, Any] = {
            "chosen": chosen, "text": text or _declared(_START), "values": values,
            "questions": self._questions, "answer": None, "problem": "",
        }  # fmt: skip
        if not text:
            return self._page(request, "query", **shown)
        reply = await self._asked(request, text, chosen, values)
        if reply.status == 200:
            shown["answer"] = json.loads(reply.text())
            shown["text"] = shown["answer"]["query"] if fields.get("query") else _declared(shown["answer"]["query"])
        else:
            shown["problem"] = reply.text().strip()
        return self._page(request, "query", reply.status, **shown)

    async def _asked(self, request: Request, text: str, chosen: Query | None, values: Mapping[str, str]) -> Reply:
        lang = _lang(request)
        own = {p.name: lang for p in (chosen.parameters if chosen else ()) if p.kind == "lang"}
        arguments = {
            "text": text, "name": chosen.name if chosen else "", "values": {**own, **values}, "lang": lang,
            "limit": ROWS,
        }  # fmt: skip
        return await done(self._pool, request, Job("page", arguments))

    async def _fields(self, request: Request) -> dict[str, str]:
        """The fields of a form, sent either way. Raises RequestError."""
        fields = dict(request.query_params)
        if request.method == "POST":
            sent = await protocol.body(request, self._settings.body)
            fields.update(protocol.fields(sent))
        return fields

    def _chosen(self, name: str) -> Query | None:
        """A shipped query; only of those, for a name may also be a file's."""
        if not name:
            return None
        found = next((one for one in self._questions if one.name == name), None)
        if found is None:
            raise UnknownQueryError(name, [one.name for one in self._questions])
        return found

    async def entity(self, request: Request) -> Response:
        """An entity."""
        name = links.entity_of(request.scope["raw_path"])
        job = Job("entity", {"name": name, "lang": _lang(request), "limit": SECTION_ROWS})
        reply = await done(self._pool, request, job)
        if reply.status != 200:
            return self._refused(request, reply)
        return self._page(request, "entity", path=links.of_entity(name), **json.loads(reply.text()))

    async def article(self, request: Request) -> Response:
        """An article with its marks, and the words between ``start`` and ``end`` as evidence."""
        name = links.article_of(request.scope["raw_path"])
        start, end = _offset(request, "start"), _offset(request, "end")
        words = request.query_params.get("words", "")[: links.LONGEST]
        job = Job("article", {"article_id": name, "lang": _lang(request), "start": start, "end": end, "words": words})
        reply = await done(self._pool, request, job)
        if reply.status != 200:
            return self._refused(request, reply)
        found = json.loads(reply.text())
        source = found["url"] if found["url"].startswith(("https://", "http://")) else ""
        return self._page(request, "article", path=links.of_article(name), source=source, **found)

    async def failed(self, request: Request, error: Exception) -> Response:
        """No such page, or a method that it does not have."""
        assert isinstance(error, HTTPException)
        message = {404: "There is no such page here.", 405: "This address is not asked that way."}.get(
            error.status_code
        )
        return self._error(request, error.status_code, message or error.detail, error.headers)

    async def wrong(self, request: Request, error: Exception) -> Response:
        """An error of kg that no handler has answered."""
        status = error.status if isinstance(error, RequestError) else 400
        return self._error(request, status, str(error))

    def _refused(self, request: Request, reply: Reply) -> Response:
        message = reply.text().strip()
        return self._error(request, reply.status, message[:1].upper() + message[1:], reply.headers)

    def _error(self, request: Request, status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
        if formats.HTML not in request.headers.get("accept", ""):
            return PlainTextResponse(f"{message}\n", status, headers)
        answer = self._page(request, "error", status, status=status, message=message)
        answer.headers.update(headers or {})
        return answer

    def _page(self, request: Request, template: str, code: int = 200, **values: Any) -> Response:
        html = self._templates.get_template(f"{template}.html").render(
            lang=_lang(request), here=_here(request), **values
        )
        return HTMLResponse(html.encode("utf-8", errors="replace"), code, {"cache-control": "no-cache"})


def _declared(text: str) -> str:
    """A query of ours with its prefixes declared, so that it runs at any endpoint and the editor finds no fault."""
    used = [
        p for p in iri.PREFIXES if re.search(rf"(?<![\w:<]){p}:", text) and not re.search(rf"(?i)PREFIX\s+{p}:", text)
    ]
    return "".join(f"PREFIX {prefix}: <{iri.PREFIXES[prefix]}>\n" for prefix in used) + text


def _lang(request: Request) -> str:
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


def _here(request: Request) -> list[tuple[str, str]]:
    """The fields of this address, for a form that changes only the language."""
    return [(key, value) for key, value in request.query_params.items() if key != "lang"]


def _offset(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
