"""From a worker's reply to an HTTP response."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kg.web.messages import Job, Reply, problem
from kg.web.pool import Pool

_CHUNK = 256 * 1024
_CORS: dict[str, str] = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "accept, content-type",
    "access-control-max-age": "86400",
}


async def done(pool: Pool, request: Request, job: Job) -> Reply:
    """The reply to a job. When the client goes away the job is stopped."""
    work, gone = asyncio.ensure_future(pool.run(job)), asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
    finally:
        for task in (work, gone):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
    return problem(499, "the client went away")


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def response(reply: Reply) -> Response:
    """The whole answer, with its length."""
    headers = dict(reply.headers)
    if reply.file is None:
        return Response(reply.body, reply.status, headers, media_type=reply.media)
    file = reply.file.open("rb")
    headers["content-length"] = str(reply.file.stat().st_size)
    reply.file.unlink()  # it stays readable through the open file, whatever becomes of this process

    async def pieces() -> AsyncIterator[bytes]:
        with file:
            while piece := await asyncio.to_thread(file.read, _CHUNK):
                yield piece

    return StreamingResponse(pieces(), reply.status, headers, media_type=reply.media)


def cross_origin(answer: Response) -> Response:
    """Let pages of other sites read an answer; no cookie or password is involved."""
    answer.headers["access-control-allow-origin"] = "*"
    return answer


def preflight() -> Response:
    """What a browser asks before it lets another site's page read."""
    return Response(status_code=204, headers=_CORS)
