"""File identity: whether the file of a store is still the one that was opened.

What is written to a file that was removed, or over which another was copied, is lost without a word of SQLite's.
"""

from __future__ import annotations

import os
from pathlib import Path

from model.errors import Phrase, StoreBusyError

_CHANGED = Phrase(
    "the file of the store was removed or replaced while it was in use: stop the service, look with"
    " `platform-fit store check`, and start it again"
)


class FileIdentity:
    """Remembers the file that was opened first. A store in use never shrinks: its pages are used again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None
        self._size = 0

    def check(self, *_: object) -> None:
        """Look whether it is there and the same one.

        Raises:
            StoreBusyError: it is not; nothing may be kept in it.
        """
        try:
            found = os.stat(self._file)
        except OSError:
            raise StoreBusyError(_CHANGED) from None
        same = self._known in (None, (found.st_dev, found.st_ino))
        if not same or found.st_size < self._size:
            raise StoreBusyError(_CHANGED)
        self._known, self._size = (found.st_dev, found.st_ino), found.st_size
