"""Files as one stream."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any


class Joined(io.RawIOBase):
    """Reads files one after the other; each must end with a line end."""

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._paths = list(reversed(paths))
        self._file: io.FileIO | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while True:
            if self._file is None:
                if not self._paths:
                    return 0
                self._file = io.FileIO(self._paths.pop())
            size = self._file.readinto(buffer)
            if size:
                return size
            self._file.close()
            self._file = None
