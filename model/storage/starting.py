"""Starting: what a service finds out about its store, and mends, before it takes requests."""

from __future__ import annotations

import os
from pathlib import Path

from model.errors import Phrase, StoreError
from model.storage import peek
from model.storage.location import file_of
from model.storage.migrations import HEAD


def make_ready(url: str) -> None:
    """Bring the lay-out up to date, so that no request waits for it; a file is only made when something is kept in it.

    Raises:
        StoreError: nothing can be kept there, or the store was made by a newer version.
        StoreBusyError: the store is out of reach now.
    """
    if file := file_of(url):
        _check_folder(file.absolute().parent)
    if not peek.is_made(url) or peek.revision(url) == HEAD:
        return
    # Imported here: only a store that is behind costs SQLAlchemy.
    from model.storage.engine import Store

    Store.open(url, earlier="upgrade").close()


def _check_folder(folder: Path) -> None:
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise StoreError(Phrase("nothing can be kept in the folder {0}, because {1} may not be written", folder, there))
