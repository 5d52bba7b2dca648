"""How much memory this process has, and giving back what it does not use, where the system can do so."""

from __future__ import annotations

import ctypes
from contextlib import suppress
from functools import cache
from pathlib import Path

_STATM = Path("/proc/self/statm")
_PAGE = 4096


def resident() -> int | None:
    """Bytes of memory that this process has; None where the system does not tell (it does on Linux)."""
    try:
        return int(_STATM.read_text(encoding="ascii").split()[1]) * _page()
    except (OSError, IndexError, ValueError):
        return None


def give_back() -> None:
    """Let the system have what the engine's threads have freed; some milliseconds. Nothing happens without glibc."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


@cache
def _page() -> int:
    try:
        import resource
    except ImportError:
        return _PAGE
    return resource.getpagesize()
