"""Where a worker writes an answer: in memory, in a file when it grows, and never beyond the limit."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import IO

from kg.errors import KgError
from kg.web.messages import Reply

#: Answers larger than this go through a file, so that a slow client costs no memory.
INLINE = 1024 * 1024


class AnswerTooLargeError(KgError):
    """An answer beyond the limit; nothing of it is sent."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit

    def __str__(self) -> str:
        return (
            f"the answer is larger than {self.limit / 1024 / 1024:g} MB: ask for less, with LIMIT or a narrower pattern"
        )


class Answer:
    """A binary file to write to, as the engine's serializers want one."""

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._held = bytearray()
        self._file: IO[bytes] | None = None
        self._size = 0

    def write(self, data: bytes) -> int:
        """Raises AnswerTooLargeError."""
        self._size += len(data)
        if self._size > self._limit:
            self.discard()
            raise AnswerTooLargeError(self._limit)
        self._held += data
        if len(self._held) > INLINE:
            self._spill()
        return len(data)

    def flush(self) -> None:
        """For those who call it; all is written in :meth:`reply`."""

    def _spill(self) -> None:
        if self._file is None:
            # named by process, so that the service can clear up behind a killed one
            self._file = tempfile.NamedTemporaryFile(  # noqa: SIM115  closed in reply() or discard()
                prefix=f"answer-{os.getpid()}-", dir=self._folder, delete=False
            )
        self._file.write(self._held)
        self._held.clear()

    def reply(self, media: str) -> Reply:
        """What was written, as an answer with status 200."""
        if self._file is None:
            return Reply(200, media, bytes(self._held))
        self._spill()
        self._file.close()
        return Reply(200, media, file=Path(self._file.name))

    def discard(self) -> None:
        """Forget what was written."""
        self._held.clear()
        if self._file is not None:
            self._file.close()
            os.unlink(self._file.name)
            self._file = None
