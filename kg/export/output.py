"""Where an export goes, and which characters may go there.

A file appears whole or not at all: it is written under a temporary name in the same folder and then renamed.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import KgError

#: Stands for each character that a format cannot hold, so that the reader sees that something stood there.
REPLACEMENT = "\ufffd"
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_XML_ATTRIBUTE = {**_XML_TEXT, '"': "&quot;", "\n": "&#10;", "\t": "&#9;"}
_TEXT_TABLE, _ATTRIBUTE_TABLE = str.maketrans(_XML_TEXT), str.maketrans(_XML_ATTRIBUTE)


class OutputError(KgError):
    """An export that could not be written where it was sent."""

    def __init__(self, path: Path | str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.reason}; give another place with -o, or - for standard output"


def utf8(text: str) -> str:
    """The text with lone surrogates, which UTF-8 cannot encode, replaced by U+FFFD."""
    return _LONE_SURROGATE.sub(REPLACEMENT, text)


def xml_text(text: str) -> str:
    """The text as XML character data; the control characters that XML 1.0 forbids are replaced by U+FFFD."""
    return _NOT_XML.sub(REPLACEMENT, text).translate(_TEXT_TABLE)


def xml_attribute(text: str) -> str:
    """The text for a double-quoted XML attribute; line ends and tabs survive, as ``xml_text`` otherwise."""
    return _NOT_XML.sub(REPLACEMENT, text).translate(_ATTRIBUTE_TABLE)


@contextmanager
def output(target: str | os.PathLike[str] | BinaryIO) -> Iterator[BinaryIO]:
    """A binary stream to write to: a path, ``-`` for standard output, or a stream that stays open.

    Raises OutputError when the file cannot be written; the file that stood there before is then unchanged.
    """
    if not isinstance(target, (str, os.PathLike)):
        yield target
        return
    if os.fspath(target) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(target)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        stream = temporary.open("xb")
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error
    try:
        with stream:
            yield stream
        os.replace(temporary, path)
    except OSError as error:
        raise OutputError(path, error.strerror or str(error)) from error
    finally:
        temporary.unlink(missing_ok=True)
