"""What every request passes: the check of its Host, the headers of every answer, and the access log."""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from collections.abc import Iterable

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ACCESS = logging.getLogger("kg.web.access")
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?")
_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
    )
)  # fmt: skip
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
}


class Front:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        """``names``: host names by which the service may be called, beside loopback's and its own address."""
        self._app = app
        self._names = _LOCAL | {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        sent = [0, 0]

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent[0] = message["status"]
                MutableHeaders(scope=message).update(_HEADERS)
            elif message["type"] == "http.response.body":
                sent[1] += len(message.get("body", b""))
            await send(message)

        try:
            if self._is_called_by_name(scope):
                await self._app(scope, receive, watched)
            else:
                # a page elsewhere whose name was pointed at this machine must not read the store through a browser
                refused = PlainTextResponse("this service does not go by that name: see --allow-host\n", 421)
                await refused(scope, receive, watched)
        finally:
            _log(scope, sent[0], sent[1], time.monotonic() - started)

    def _is_called_by_name(self, scope: Scope) -> bool:
        hosts = [value.decode("latin-1") for key, value in scope["headers"] if key == b"host"]
        match = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
        if not match:
            return False
        name = match[1].lower()
        return name in self._names or _is_address(name, scope)


def _is_address(name: str, scope: Scope) -> bool:
    """Whether a name is the very address that the client has connected to."""
    try:
        return ipaddress.ip_address(name.strip("[]")) == ipaddress.ip_address((scope.get("server") or ("",))[0])
    except ValueError:
        return False


def _log(scope: Scope, status: int, size: int, seconds: float) -> None:
    """One line; of the address only the path, for a query may hold what is nobody's business."""
    client = (scope.get("client") or ("-",))[0]
    path = re.sub(rb"[^!-~]", b"?", scope.get("raw_path", b"")).decode("ascii")[:200]
    _ACCESS.info("%s %s %s %s %d B %.1f ms", client, scope["method"], path, status or "gone", size, seconds * 1000)
