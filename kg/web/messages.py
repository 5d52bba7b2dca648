"""What goes between the service and its workers: a job as JSON, a reply as JSON and the bytes of the answer."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_LENGTHS = struct.Struct(">II")
HEAD = _LENGTHS.size


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done with the store: the name of a function of ``jobs.py`` and its arguments."""

    name: str
    arguments: Mapping[str, Any]

    def frame(self) -> bytes:
        """As bytes on a pipe."""
        return _frame({"name": self.name, "arguments": dict(self.arguments)}, b"")


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP status and what to send with it."""

    status: int
    media: str = "text/plain; charset=utf-8"
    body: bytes = b""
    file: Path | None = None
    """Where a large answer lies instead; whoever takes the reply removes it."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def frame(self) -> bytes:
        """As bytes on a pipe."""
        head = {"status": self.status, "media": self.media, "headers": dict(self.headers)}
        if self.file is not None:
            head["file"] = str(self.file)
        return _frame(head, self.body)

    def text(self) -> str:
        """The body, which must be text."""
        return self.body.decode("utf-8")


def problem(status: int, message: str) -> Reply:
    """An error as one line of text."""
    return Reply(status, body=f"{message}\n".encode("utf-8", errors="replace"))


def lengths(head: bytes) -> tuple[int, int]:
    """The sizes of the JSON and of the body that follow a frame's first HEAD bytes."""
    first, second = _LENGTHS.unpack(head)
    return first, second


def read_job(head: bytes) -> Job:
    """The job of a frame's JSON."""
    data = json.loads(head)
    return Job(data["name"], data["arguments"])


def read_reply(head: bytes, body: bytes) -> Reply:
    """The reply of a frame's JSON and body."""
    data = json.loads(head)
    file = data.get("file")
    return Reply(data["status"], data["media"], body, Path(file) if file else None, data["headers"])


def _frame(head: Mapping[str, Any], body: bytes) -> bytes:
    text = json.dumps(head).encode("ascii")
    return _LENGTHS.pack(len(text), len(body)) + text + body
