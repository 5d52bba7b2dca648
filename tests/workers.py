"""Extractors that worker processes can import: quick ones, and ones that fail in the ways in which real ones do."""

from __future__ import annotations

import os
import re
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from kg.model import Article, Entity, Mention, Records

CRASH, HANG, WAIT, HUGE = "#crash", "#hang", "#wait", "#huge"


def plain(article: Article) -> Records:
    """One mention, and no pipeline to load."""
    entity = Entity("state-us", "State", {"en": "United States"})
    return Records(article, (entity,), (Mention(0, 2, "State", "state-us"),))


def fragile(article: Article) -> Records:
    """Ends its process, or never ends, where the text says so."""
    if CRASH in article.text:
        os._exit(7)
    if HANG in article.text:
        re.match(r"(a+)+$", "a" * 64 + "!")  # holds the interpreter's lock for years
    if WAIT in article.text:
        time.sleep(0.02)
    if HUGE in article.text:
        raise MemoryError
    return plain(article)


@dataclass(frozen=True)
class KilledOnce:
    """Kills its own process as the kernel does when memory is short: at one article, the first time."""

    article_id: str
    flag: Path

    def __call__(self, article: Article) -> Records:
        if article.id == self.article_id and not self.flag.exists():
            self.flag.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return plain(article)
