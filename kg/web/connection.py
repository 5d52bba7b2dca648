"""One client's connection. A client that sends too slowly, or does not take its answer, is let go."""

from __future__ import annotations

import asyncio
import socket
import struct

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_AT_ONCE = struct.pack("ii", 1, 0)


def deadlines(read_seconds: float, write_seconds: float) -> type[H11Protocol]:
    """The protocol of a server: a request must be whole in one time, each piece of an answer be taken in another."""

    class Connection(H11Protocol):
        """uvicorn's own has a time limit only between requests."""

        _reading: asyncio.TimerHandle | None = None
        _writing: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._reading = self._end_in(read_seconds)

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state in (h11.DONE, h11.MUST_CLOSE, h11.CLOSED):
                _cancel(self._reading)
                self._reading = None
            elif self._reading is None:
                self._reading = self._end_in(read_seconds)

        def pause_writing(self) -> None:
            super().pause_writing()
            _cancel(self._writing)
            self._writing = self.loop.call_later(write_seconds, self._give_up)

        def resume_writing(self) -> None:
            super().resume_writing()
            _cancel(self._writing)

        def connection_lost(self, exc: Exception | None) -> None:
            _cancel(self._reading)
            _cancel(self._writing)
            super().connection_lost(exc)

        def _give_up(self) -> None:
            """End without waiting for what the system still holds for this client."""
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
            self.transport.abort()

        def _end_in(self, seconds: float) -> asyncio.TimerHandle:
            return self.loop.call_later(seconds, self.transport.abort)

    return Connection


def _cancel(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
