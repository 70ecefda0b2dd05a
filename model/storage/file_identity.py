"""File identity: whether the file of a store is still the one that was opened.

What is written to a file that was removed, or over which another was copied, is lost without a word of SQLite's.
"""

from __future__ import annotations

import os
from pathlib import Path

from model.errors import Phrase, StoreBusyError

CHANGED = Phrase(
    "the file of the store was removed or replaced while it was in use: stop the service, look with"
    " `platform-fit store check`, and start it again"
)


class FileIdentity:
    """Remembers the file that was seen first. A store in use never shrinks: its pages are used again."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: tuple[int, int] | None = None
        self._size = 0

    def check(self, *_: object) -> None:
        """Look whether it is there and the same one.

        Raises:
            StoreBusyError: it is not; nothing may be kept in it.
        """
        found = self._found()
        if found is None or not self._is_the_same(found):
            raise StoreBusyError(CHANGED)
        self._known, self._size = (found.st_dev, found.st_ino), found.st_size

    def learn(self) -> None:
        """Remember the file that is there, unless one is known already."""
        if self._known is None and self._found():
            self.check()

    @property
    def lost(self) -> bool:
        """Whether the file that is known is not there any more as it was."""
        found = self._found()
        return self._known is not None and (found is None or not self._is_the_same(found))

    def _found(self) -> os.stat_result | None:
        try:
            return os.stat(self._file)
        except OSError:
            return None

    def _is_the_same(self, found: os.stat_result) -> bool:
        return self._known in (None, (found.st_dev, found.st_ino)) and found.st_size >= self._size
