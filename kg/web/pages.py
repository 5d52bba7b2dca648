"""What people read: pages made here, without a script, from what the workers find."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg import iri
from kg.graph import query as queries
from kg.graph.query import Query, UnknownQueryError
from kg.web import links, listing, protocol
from kg.web.messages import Job, Reply
from kg.web.pool import Pool
from kg.web.protocol import RequestError
from kg.web.rendering import Rendering, language, number
from kg.web.replies import done
from kg.web.settings import Settings

#: Rows shown on a page; the downloads have all.
ROWS, FOUND = 500, 40
#: Seconds that the front page waits for its numbers; it is shown without them otherwise.
_PATIENCE = 1.0
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

    def __init__(self, settings: Settings, pool: Pool, rendering: Rendering) -> None:
        self._settings, self._pool, self._rendering = settings, pool, rendering
        self._counting: asyncio.Task[Reply] | None = None
        self._questions = [queries.find(name) for name in queries.names()]

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
        reply = await done(self._pool, request, Job("names", {"keys": _EXAMPLES, "lang": language(request)}))
        found = json.loads(reply.text()) if reply.status == 200 else {}
        examples = [(name, links.of_entity(iri.entity(key))) for key, name in found.items()]
        return self._rendering.page(request, "home", numbers=numbers, questions=self._questions, examples=examples)

    async def find(self, request: Request) -> Response:
        """What has these words in its name."""
        words = request.query_params.get("q", "")[:200]
        reply = await done(
            self._pool, request, Job("find", {"words": words, "lang": language(request), "limit": FOUND})
        )
        if reply.status != 200:
            return self._rendering.refused(request, reply)
        return self._rendering.page(request, "find", words=words, **json.loads(reply.text()))

    async def query(self, request: Request) -> Response:
        """The editor, a named query with its parameters, and the answer to what was asked."""
        try:
            fields = await self._fields(request)
            chosen = self._chosen(fields.get("name", ""))
        except (RequestError, UnknownQueryError) as error:
            status = error.status if isinstance(error, RequestError) else 404
            return self._rendering.page(request, "error", status, status=status, message=str(error))
        text = fields.get("query", "") or (chosen.text if chosen else "")
        values = {
            p.name: v for p in (chosen.parameters if chosen else ()) if (v := fields.get(f"p.{p.name}", "").strip())
        }
        shown: dict[str, Any] = {
            "chosen": chosen, "text": text or _declared(_START), "values": values,
            "questions": self._questions, "answer": None, "problem": "",
        }  # fmt: skip
        if not text:
            return self._rendering.page(request, "query", **shown)
        reply = await self._asked(request, text, chosen, values)
        if reply.status == 200:
            shown["answer"] = json.loads(reply.text())
            shown["text"] = shown["answer"]["query"] if fields.get("query") else _declared(shown["answer"]["query"])
        else:
            shown["problem"] = reply.text().strip()
        return self._rendering.page(request, "query", reply.status, **shown)

    async def _asked(self, request: Request, text: str, chosen: Query | None, values: Mapping[str, str]) -> Reply:
        lang = language(request)
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
        """A shipped query or one of a page's lists; only of those, for a name may also be a file's."""
        if not name:
            return None
        if "/" in name:
            return listing.find(name)
        found = next((one for one in self._questions if one.name == name), None)
        if found is None:
            raise UnknownQueryError(name, [one.name for one in self._questions])
        return found

    async def article(self, request: Request) -> Response:
        """An article with its marks, and the words between ``start`` and ``end`` as evidence."""
        name = links.article_of(request.scope["raw_path"])
        start, end = number(request, "start"), number(request, "end")
        words = request.query_params.get("words", "")[: links.LONGEST]
        job = Job(
            "article", {"article_id": name, "lang": language(request), "start": start, "end": end, "words": words}
        )
        reply = await done(self._pool, request, job)
        if reply.status != 200:
            return self._rendering.refused(request, reply)
        found = json.loads(reply.text())
        source = found["url"] if found["url"].startswith(("https://", "http://")) else ""
        return self._rendering.page(request, "article", path=links.of_article(name), source=source, **found)

    async def failed(self, request: Request, error: Exception) -> Response:
        """No such page, or a method that it does not have."""
        assert isinstance(error, HTTPException)
        message = {404: "There is no such page here.", 405: "This address is not asked that way."}.get(
            error.status_code
        )
        return self._rendering.error(request, error.status_code, message or error.detail, error.headers)

    async def wrong(self, request: Request, error: Exception) -> Response:
        """An error of kg that no handler has answered."""
        status = error.status if isinstance(error, RequestError) else 400
        return self._rendering.error(request, status, str(error))


def _declared(text: str) -> str:
    """A query of ours with its prefixes declared, so that it runs at any endpoint and the editor finds no fault."""
    used = [
        p for p in iri.PREFIXES if re.search(rf"(?<![\w:<]){p}:", text) and not re.search(rf"(?i)PREFIX\s+{p}:", text)
    ]
    return "".join(f"PREFIX {prefix}: <{iri.PREFIXES[prefix]}>\n" for prefix in used) + text
