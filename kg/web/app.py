"""The application: which path does what."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib import resources
from pathlib import Path

import pyoxigraph
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg import __version__
from kg.errors import KgError
from kg.export import html as page
from kg.graph.store import StoreError
from kg.show import html
from kg.web import formats, links, protocol, snapshot
from kg.web.explore import Explorer
from kg.web.front import Front
from kg.web.messages import Job
from kg.web.pages import Pages
from kg.web.pool import Pool, PoolError
from kg.web.protocol import RequestError
from kg.web.rendering import Rendering
from kg.web.replies import cross_origin, done, preflight, response
from kg.web.settings import Settings

_LOG = logging.getLogger("kg.web")
Handler = Callable[[Request], Awaitable[Response]]
_READ = ["GET", "POST", "OPTIONS"]


def create(settings: Settings, first: Path) -> Starlette:
    """The application over a first snapshot, which it removes when it ends."""
    pool = Pool(
        first, workers=settings.workers, seconds=settings.query_seconds, memory=settings.memory,
        answer=settings.answer, waiting=settings.waiting, wait_seconds=settings.wait_seconds,
    )  # fmt: skip
    rendering = Rendering()
    pages, explorer, data = (
        Pages(settings, pool, rendering),
        Explorer(pool, rendering, settings.workers),
        _Data(settings, pool),
    )

    def forget() -> None:
        pages.forget()
        explorer.forget()

    @contextlib.asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        refreshing = None
        try:
            await pool.start()
            refreshing = asyncio.create_task(_follow(settings, pool, forget))
            yield
        finally:
            if refreshing is not None:
                refreshing.cancel()
            await pool.close()

    static = Path(str(resources.files("kg.web"))) / "static"
    routes = [
        Route("/", pages.home),
        Route("/query", pages.query, methods=["GET", "POST"]),
        Route("/find", pages.find),
        Route("/statements", explorer.statements),
        Route("/timeline", explorer.timeline),
        Route("/list/{name}", explorer.other),
        Route("/graph", explorer.graph),
        Route("/graph/near", explorer.near, methods=["GET", "POST"]),
        Route("/evidence", explorer.evidence),
        Route("/sparql", data.sparql, methods=_READ),
        Route("/sparql/", data.sparql, methods=_READ),
        Route("/entity/{name:path}", _either(explorer.entity, data.entity), methods=["GET", "OPTIONS"]),
        Route("/article/{name:path}", _either(pages.article, data.article), methods=["GET", "OPTIONS"]),
        Route("/health", data.health),
        Route("/version", data.version),
        Route("/static/marks.css", _marks),
        *_picture(),
        Mount("/static", StaticFiles(directory=static)),
    ]
    handlers = {HTTPException: pages.failed, KgError: pages.wrong}
    front = Middleware(Front, names=(settings.host, *settings.names))
    return Starlette(routes=routes, middleware=[front], lifespan=running, exception_handlers=handlers)


def _picture() -> list[Mount]:
    """The script and style sheet of the graph, beside those of the one-file page; none where Node was not."""
    folder = page.built()
    return [] if folder is None else [Mount("/static/graph", StaticFiles(directory=folder))]


async def _marks(request: Request) -> Response:
    """The style sheet of an article's marks, which ``kg show`` has too."""
    return Response(html.style("marks.css"), media_type="text/css")


async def _follow(settings: Settings, pool: Pool, forget: Callable[[], None]) -> None:
    """Take a new snapshot whenever the store has changed and nobody writes to it."""
    seen = snapshot.state(settings.store)
    while True:
        await asyncio.sleep(settings.refresh_seconds)
        now = snapshot.state(settings.store)
        if now is None or now == seen:
            continue
        try:
            folder = await asyncio.to_thread(snapshot.take, settings.store)
            await pool.switch(folder)
        except (StoreError, PoolError, OSError) as error:
            _LOG.info("the store has changed but cannot be read yet: %s", error)
            continue
        seen = now
        forget()
        _LOG.info("the store has changed: answering from its new state")


def _address(request: Request) -> str:
    """The endpoint's own address, which is also the base of relative IRIs in queries."""
    return str(request.url.replace(query="", fragment=""))


def _either(page: Handler, data: Handler) -> Handler:
    """HTML for people, RDF for programs, at one address."""

    async def negotiated(request: Request) -> Response:
        if request.method == "OPTIONS":
            return preflight()
        accept = request.headers.get("accept", "")
        as_page = "format" not in request.query_params and formats.wants_page(accept)
        answer = await (page if as_page else data)(request)
        answer.headers["vary"] = "Accept"
        return answer if as_page else cross_origin(answer)

    return negotiated


class _Data:
    """What programs ask."""

    def __init__(self, settings: Settings, pool: Pool) -> None:
        self._settings, self._pool = settings, pool

    async def sparql(self, request: Request) -> Response:
        """The endpoint; without a query, its description."""
        if request.method == "OPTIONS":
            return preflight()
        accept = request.headers.get("accept", "")
        try:
            asked = await protocol.read(request, self._settings.body)
        except RequestError as error:
            return cross_origin(Response(f"{error}\n", error.status, media_type="text/plain"))
        if asked.query is None and request.method == "POST":
            return cross_origin(Response("the request has no query\n", 400, media_type="text/plain"))
        if asked.query is None:
            return self._describe(request, accept, asked.form)
        arguments = {
            "text": asked.query, "default": asked.default, "named": asked.named, "accept": accept, "form": asked.form,
            "base": _address(request),
        }  # fmt: skip
        job = Job("query", arguments)
        answer = response(await done(self._pool, request, job))
        if asked.form and answer.status_code == 200:
            answer.headers["content-disposition"] = f'attachment; filename="answer.{asked.form}"'
        answer.headers["vary"] = "Accept"
        return cross_origin(answer)

    def _describe(self, request: Request, accept: str, form: str) -> Response:
        if not form and "text/html" in accept:
            return RedirectResponse("/query", 303)
        try:
            chosen = formats.choose(accept, formats.GRAPHS, form)
        except formats.NotAcceptableError as error:
            return cross_origin(Response(f"{error}\n", 406, media_type="text/plain"))
        return cross_origin(Response(protocol.description(_address(request), chosen), media_type=chosen.media))

    async def entity(self, request: Request) -> Response:
        """An entity as RDF."""
        name = links.entity_of(request.scope["raw_path"])
        return await self._graph(request, "entity_graph", {"name": name})

    async def article(self, request: Request) -> Response:
        """An article's graph as RDF."""
        name = links.article_of(request.scope["raw_path"])
        return await self._graph(request, "article_graph", {"article_id": name})

    async def _graph(self, request: Request, name: str, arguments: dict[str, str]) -> Response:
        wanted = {"accept": request.headers.get("accept", ""), "form": request.query_params.get("format", "")}
        return response(await done(self._pool, request, Job(name, {**arguments, **wanted})))

    async def health(self, request: Request) -> Response:
        """200 while there is a worker to answer, else 503."""
        pool = self._pool
        state = {
            "status": "ok" if pool.alive else "down",
            "workers": pool.alive,
            "busy": pool.busy,
            "waiting": pool.queued,
        }
        return JSONResponse(state, 200 if pool.alive else 503, headers={"cache-control": "no-store"})

    async def version(self, request: Request) -> Response:
        """What answers here."""
        return JSONResponse({"kg": __version__, "pyoxigraph": pyoxigraph.__version__})
