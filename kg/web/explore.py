"""Pages to look around in: lists with filters, what is known of one thing, the graph around it, the words behind it.

Everything is made here and readable without a script; the graph's script asks :meth:`Explorer.near` and
:meth:`Explorer.evidence` for more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from itertools import groupby
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from kg.export import html
from kg.web import charts, links, listing, protocol
from kg.web.messages import Job, Reply
from kg.web.neighbours import MOST, TOGETHER, VIEWS
from kg.web.pool import Pool
from kg.web.rendering import Rendering, language, number
from kg.web.replies import done

#: Rows of a list on its own page and on the page of an entity, neighbours of one thing, and sentences of one edge.
ROWS, SECTION_ROWS, FIGURES, NEIGHBOURS, SENTENCES = 50, 8, 100, 20, 10
#: The farthest row that a page begins with: a store sorts all that comes before it.
_FARTHEST = 100_000
#: Seconds that the page of an entity waits for its lists; those that are not there by then are links.
_PATIENCE = 1.5
#: Answers about entities that are kept until the store changes.
_KEPT = 400
#: Lists about entities that may be read or wait at once.
_READING = 80
#: The quickest first.
_SECTIONS = ("figures", "posts", "said", "about", "events", "mentions", "names", "connected")
_SCHEMES = ("Acts", "EventTypes")
_ON_RECORD = 200


class Explorer:
    """The handlers."""

    def __init__(self, pool: Pool, rendering: Rendering, workers: int) -> None:
        """``workers``: how many there are; half of them are left to others while lists about entities are read."""
        self._pool, self._rendering = pool, rendering
        self._turns = asyncio.Semaphore(max(1, workers // 2))
        self._sections: dict[tuple[str, str, str], asyncio.Task[Reply]] = {}
        self._reading: set[asyncio.Task[Reply]] = set()
        self._schemes: dict[str, dict[str, list[tuple[str, str]]]] = {}

    def forget(self) -> None:
        """The store has changed."""
        self._sections.clear()
        self._schemes.clear()

    async def statements(self, request: Request) -> Response:
        """Statements by speaker, act, what they are about, day and language; or accusations beside their denials."""
        pairs = request.query_params.get("pairs") == "1"
        return await self._listed(request, "disputes" if pairs else "statements", "statements", pairs=pairs)

    async def timeline(self, request: Request) -> Response:
        """Statements and events by day."""
        return await self._listed(request, "timeline", "timeline")

    async def other(self, request: Request) -> Response:
        """Any other list."""
        name = request.path_params["name"]
        if name not in listing.names():
            return self._rendering.error(request, 404, "There is no such list here.")
        return await self._listed(request, name, "list")

    async def _listed(self, request: Request, name: str, template: str, **more: Any) -> Response:
        query = listing.find(f"lists/{name}")
        fields = {key: value[:300] for key, value in request.query_params.items()}
        values, start = listing.given(query, fields), min(number(request, "from") or 0, _FARTHEST)
        arguments = {"name": query.name, "values": values, "lang": language(request), "size": ROWS, "start": start}
        schemes = await self._words(language(request))
        reply = await done(self._pool, request, Job("listed", arguments))
        problem = "" if reply.status == 200 else reply.text().strip()
        found: dict[str, Any] = {"rows": [], "more": False, "meant": {}, "columns": []}
        found |= json.loads(reply.text()) if not problem else {}
        months = [(day[:7], list(rows)) for day, rows in groupby(found["rows"], key=_month)]
        return self._rendering.page(
            request, template, reply.status, query=query, values=values, start=start, size=ROWS, problem=problem,
            schemes=schemes, months=months, name=name, **found, **more,
        )  # fmt: skip

    async def _words(self, lang: str) -> dict[str, list[tuple[str, str]]]:
        """The acts and the types of event that a form offers; none while no worker is free to say."""
        if lang not in self._schemes:
            reply = await self._pool.run(Job("schemes", {"wanted": _SCHEMES, "lang": lang}))
            if reply.status != 200:
                return {one: [] for one in _SCHEMES}
            self._schemes[lang] = json.loads(reply.text())
        return self._schemes[lang]

    async def entity(self, request: Request) -> Response:
        """What is known of an entity: what is on record, and the beginning of each list about it."""
        name, lang = links.entity_of(request.scope["raw_path"]), language(request)
        reply = await done(self._pool, request, Job("entity", {"name": name, "lang": lang, "limit": _ON_RECORD}))
        if reply.status != 200:
            return self._rendering.refused(request, reply)
        sections = await self._about(name, lang)
        names = sections["names"]
        return self._rendering.page(
            request, "entity", path=links.of_entity(name), sections=sections,
            charts=charts.of_figures(sections["figures"]["rows"]) if sections["figures"] else [],
            outlets=_outlets(names["rows"]) if names else [], **json.loads(reply.text()),
        )  # fmt: skip

    async def _about(self, name: str, lang: str) -> dict[str, dict[str, Any] | None]:
        """The lists about an entity; None for those that take longer than a reader waits."""
        tasks = {one: task for one in _SECTIONS if (task := self._section(one, name, lang)) is not None}
        if tasks:
            await asyncio.wait(tasks.values(), timeout=_PATIENCE)
        found: dict[str, dict[str, Any] | None] = dict.fromkeys(_SECTIONS)
        for one, task in tasks.items():
            if task.done() and task.result().status == 200:
                found[one] = json.loads(task.result().text())
        return found

    def _section(self, section: str, name: str, lang: str) -> asyncio.Task[Reply] | None:
        """A list about an entity that is being read, or was; what nobody waited for is there for the next reader.

        None when so many are being read that another one would only wait.
        """
        key = (section, name, lang)
        task = self._sections.get(key)
        if task is None or (task.done() and task.result().status != 200):
            if len(self._reading) >= _READING:
                return None
            size = FIGURES if section in ("figures", "names") else SECTION_ROWS
            arguments = {"name": f"lists/{section}", "values": {"entity": name}, "lang": lang, "size": size}
            task = asyncio.ensure_future(self._in_turn(Job("listed", arguments)))
            if len(self._sections) >= _KEPT:
                self._sections.pop(next(iter(self._sections)))
            self._sections[key] = task
            # held until it is done, whatever becomes of the answers that are kept: its worker must come back
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
        return task

    async def _in_turn(self, job: Job) -> Reply:
        async with self._turns:
            return await self._pool.run(job)

    async def graph(self, request: Request) -> Response:
        """The graph around what is opened, as a list that its script makes a picture of."""
        fields = request.query_params
        view = fields.get("view", VIEWS[0])
        opened = [one[:1000] for one in fields.getlist("open") if one.strip()][:TOGETHER]
        start = min(number(request, "from") or 0, _FARTHEST)
        arguments = {
            "view": view, "entity": opened[-1] if opened else "", "size": NEIGHBOURS, "start": start, "together": [],
        }  # fmt: skip
        reply = await done(self._pool, request, Job("around", arguments))
        problem = "" if reply.status == 200 else reply.text().strip()
        found = json.loads(reply.text()) if not problem else None
        return self._rendering.page(
            request, "graph", reply.status, view=view, views=VIEWS, opened=opened, found=found, problem=problem,
            relations=_relations(found) if found else [], nth=html.LANGUAGES.index(language(request)),
        )  # fmt: skip

    async def near(self, request: Request) -> Response:
        """What stands around one thing, as JSON for the graph's script."""
        sent = list(request.query_params.multi_items())
        if request.method == "POST":
            sent += protocol.fields(await protocol.body(request, 256 * 1024))
        fields = dict(sent)
        size, start = (_whole(fields.get(name, "")) for name in ("size", "from"))
        arguments = {
            "view": fields.get("view", VIEWS[0]), "entity": fields.get("of", ""), "size": min(size or NEIGHBOURS, MOST),
            "start": min(start, _FARTHEST), "together": [value for key, value in sent if key == "with"][:TOGETHER],
        }  # fmt: skip
        return _json(await done(self._pool, request, Job("around", arguments)))

    async def evidence(self, request: Request) -> Response:
        """The sentences that say an edge, as a page or as JSON."""
        fields = request.query_params
        start = min(number(request, "from") or 0, _FARTHEST)
        asked = {key: fields.get(key, "")[:1000] for key in ("source", "target", "kind", "flags")}
        reply = await done(self._pool, request, Job("evidence", {**asked, "size": SENTENCES, "start": start}))
        if fields.get("format") == "json":
            return _json(reply)
        if reply.status != 200:
            return self._rendering.refused(request, reply)
        nth = html.LANGUAGES.index(language(request))
        return self._rendering.page(
            request, "evidence", asked=asked, start=start, size=SENTENCES, nth=nth, **json.loads(reply.text())
        )


def _json(reply: Reply) -> Response:
    if reply.status != 200:
        return JSONResponse({"problem": reply.text().strip()}, reply.status)
    return Response(reply.body, media_type="application/json", headers={"cache-control": "no-cache"})


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _month(row: Mapping[str, Any]) -> str:
    day: str = row["day"]["text"] if "day" in row else ""
    return day[:7]


def _outlets(rows: list[dict[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """By name the outlets that use it with their numbers of articles, the most used first."""
    named: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        publisher = row["publisher"]["text"] if "publisher" in row else ""
        named.setdefault(row["name"]["text"], []).append((publisher, row["articles"]["text"]))
    return list(named.items())


def _relations(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The edges with their ends as nodes, the strongest first; those of one thing stand together."""
    nodes = {node["id"]: node for node in found["nodes"]}
    made = [{**edge, "source": nodes[edge["s"]], "target": nodes[edge["t"]]} for edge in found["edges"]]
    return sorted(made, key=lambda edge: (edge["curated"], -edge["w"]))
