"""Serving: whether a service is using a store in a file, so that nobody puts another file in its place meanwhile."""

from __future__ import annotations

import atexit
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from model.errors import Phrase, StoreError
from model.storage.location import file_of

_ENDING = ".serving"


def announce(url: str) -> IO[bytes] | None:
    """Say that this process uses the store, for as long as what is given stays open, or the process lives."""
    file = file_of(url)
    if file is None:
        return None
    try:
        said = file.with_name(file.name + _ENDING).open("ab")
        atexit.register(said.close)
        fcntl.flock(said, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return said
    except OSError:  # no folder yet, or one that may not be written: then nothing can be replaced either
        return None


@contextmanager
def nobody_serving(file: Path) -> Iterator[None]:
    """While no service uses the store in this file.

    Raises:
        StoreError: one does.
    """
    with file.with_name(file.name + _ENDING).open("ab") as said:
        try:
            fcntl.flock(said, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StoreError(
                Phrase("a service is using {0}: stop it first, and start it again afterwards", file)
            ) from None
        yield
