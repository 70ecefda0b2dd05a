"""Shared counts: how often something happened in a window of time, added up over all workers of one server.

A table in memory that is made before there are workers, so that they all see the same one. Nothing in it tells whom a
count is about: names are hashed. Where the table is full, the smallest count in reach makes room.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import NamedTuple

_SLOT = struct.Struct("<QII")
"""Hash of the name, number of the window, count."""
SLOTS = 16_384
_PLACES = 8
"""Places that a name can have, one after the other."""


class Counted(NamedTuple):
    """What became of one count.

    Attributes:
        fits: whether it could be added; what does not fit is not counted.
        remaining: what can still be added in this window.
        left: seconds until the window ends.
    """

    fits: bool
    remaining: int
    left: float


class SharedCounts:
    """Counts in memory that is shared with every process that is forked after it was made."""

    def __init__(self) -> None:
        self._file = os.memfd_create("platform-fit-counts")
        os.ftruncate(self._file, SLOTS * _SLOT.size)
        self._table = mmap.mmap(self._file, SLOTS * _SLOT.size)
        self._threads = threading.Lock()

    def add(self, name: str, seconds: int, most: int, amount: int = 1, now: float | None = None) -> Counted:
        """Count further, as long as it fits.

        Args:
            name: of what is counted.
            seconds: length of the windows.
            most: what fits in one window.
            amount: how much is added; what is more than a whole window takes all of it.
            now: seconds since the epoch.
        """
        now = time.time() if now is None else now
        window = int(now) // seconds
        key = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little")
        with self._alone():
            place, count = self._find(key, window)
            more = count + min(amount, most)
            fits = more <= most
            if fits:
                _SLOT.pack_into(self._table, place, key, window & 0xFFFFFFFF, count := more)
        return Counted(fits, max(0, most - count), (window + 1) * seconds - now)

    def _find(self, key: int, window: int) -> tuple[int, int]:
        """Where this name has its count, and what it is; a place to begin one otherwise."""
        free, least = -1, 1 << 32
        for step in range(_PLACES):
            place = (key + step) % SLOTS * _SLOT.size
            found, its_window, count = _SLOT.unpack_from(self._table, place)
            # Windows of other lengths have other numbers; to them only their own names matter.
            if found == key:
                return place, count if its_window == window & 0xFFFFFFFF else 0
            if count < least:
                free, least = place, count
        return free, 0

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Without other threads, and without other processes: a lock of a process goes with it when it is killed."""
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
