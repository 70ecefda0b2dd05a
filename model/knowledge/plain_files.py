"""Plain files: what somebody else may have put into a folder is only read when it is a file, and not too large.

A pipe would keep a reader waiting for ever, and what has no end would take all memory.
"""

from __future__ import annotations

import stat
from pathlib import Path

from model.errors import KnowledgeError, KnowledgeProblem, Phrase, reason

LARGEST = 2_000_000
"""Bytes of a file that people write; the largest has a tenth of it."""
LARGEST_MADE = 50_000_000
"""Bytes of a file that this product makes."""


def content_of(file: Path, name: str = "", largest: int = LARGEST) -> bytes:
    """All that a file holds.

    Args:
        name: how to call it in a message.
        largest: bytes that it may have.

    Raises:
        FileNotFoundError: there is nothing at this place.
        KnowledgeError: it is no plain file, is too large or cannot be read.
    """
    name = name or file.name
    try:
        found = file.stat()
        if not stat.S_ISREG(found.st_mode):
            raise _refused(name, Phrase("this is no plain file"))
        if found.st_size > largest:
            raise _refused(name, Phrase("this file has more than {0} MB", largest // 1_000_000))
        return file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise _refused(name, Phrase("this points to a file that is not there")) from None
        raise
    except OSError as error:
        raise _refused(name, Phrase("this file cannot be read: {0}", reason(error))) from None


def text_of(file: Path, name: str = "") -> str:
    """The text of a file that people write.

    Raises:
        FileNotFoundError: there is nothing at this place.
        KnowledgeError: as for `content_of`, or it is no UTF-8.
    """
    try:
        return content_of(file, name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(name or file.name, Phrase("this file is not saved as UTF-8 text")) from None


def _refused(name: str, message: Phrase) -> KnowledgeError:
    return KnowledgeError([KnowledgeProblem(name, 0, "", message)])
