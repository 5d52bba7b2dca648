"""Running the service: from the settings to a server that ends cleanly."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from kg.errors import KgError
from kg.web import app, snapshot
from kg.web.connection import deadlines
from kg.web.settings import Settings

_HEAD = 64 * 1024
"""The longest request line with its headers, in bytes."""
_CONNECTIONS = 500


class AddressError(KgError):
    """An address that the service cannot be at."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host, self.port, self.reason = host, port, reason

    def __str__(self) -> str:
        return f"cannot serve at {self.host} port {self.port} ({self.reason}): choose others with --host and --port"


class _Server(uvicorn.Server):
    """Stops with exit status 0 on SIGTERM and Ctrl-C; uvicorn's own would die of the signal once more."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        signals = (signal.SIGINT, signal.SIGTERM)
        for one in signals:
            loop.add_signal_handler(one, self.handle_exit, one, None)
        try:
            yield
        finally:
            for one in signals:
                loop.remove_signal_handler(one)


def serve(settings: Settings, ready: Callable[[str], None], *, log: bool = True) -> None:
    """Serve until the process is told to stop.

    ``ready`` is called with the service's URL once it can be asked. ``log``: write the access log to standard error.
    Raises the errors of a store, AddressError and PoolError.
    """
    _log_to_stderr(log)
    listening = _listen(settings)
    try:
        snapshot.sweep(settings.store)
        folder = snapshot.take(settings.store)
        try:
            asyncio.run(_run(settings, app.create(settings, folder), listening, ready))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        listening.close()


async def _run(
    settings: Settings, application: Starlette, listening: socket.socket, ready: Callable[[str], None]
) -> None:
    config = uvicorn.Config(
        application,
        http=deadlines(settings.read_seconds, settings.write_seconds),
        ws="none",
        h11_max_incomplete_event_size=_HEAD,
        limit_concurrency=_CONNECTIONS,
        timeout_graceful_shutdown=int(settings.shutdown_seconds),
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
    server = _Server(config)
    telling = asyncio.create_task(_tell(server, listening, ready))
    await server.serve(sockets=[listening])
    telling.cancel()


async def _tell(server: uvicorn.Server, listening: socket.socket, ready: Callable[[str], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.02)
    host, port = listening.getsockname()[:2]
    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}/")


def _listen(settings: Settings) -> socket.socket:
    """The listening socket, before the store is copied: an address in use is told at once."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.create_server(address[:2], family=family, backlog=256)
    except OSError as error:
        number = error.errno or 0  # negative for a name that is not found, which has its own text
        reason = os.strerror(number) if number > 0 else str(error.strerror or error)
        raise AddressError(settings.host, settings.port, reason) from error
    # Connections inherit it. Without, an answer's second half waits 40 ms for the client to confirm the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _log_to_stderr(access: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%S"))
    for name, level in (("kg.web", logging.INFO), ("uvicorn.error", logging.WARNING)):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(level)
    logging.getLogger("kg.web.access").setLevel(logging.INFO if access else logging.WARNING)
