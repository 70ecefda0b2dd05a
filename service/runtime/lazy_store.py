"""The store as the service sees it: opened when it is first needed, and asked again when it was out of reach.

Most workers only rank, and ranking works without the store. So SQLAlchemy, 27 MB of it, is loaded by the first request
that really needs records.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from model.errors import StoreError
from model.storage.file_identity import FileIdentity
from model.storage.guard import WRITING, Guard
from model.storage.location import file_of

if TYPE_CHECKING:
    from model.storage.engine import Store

SCRUB_PAUSES = (0.5, 2, 5, 15, 60, 300, 1800)
"""Seconds before each try to take what was deleted out of the files; one is enough where nobody reads."""

_LOG = logging.getLogger("platform_fit.store")


class LazyStore:
    """A store that may not be open yet.

    Attributes:
        url: where it is.
        guard: who may go in, and how it failed last.
        identity: of its file; None where it is in no file.

    Args:
        threads: requests that a worker has in hand; one of them at least never waits for the store.
    """

    def __init__(self, url: str, threads: int) -> None:
        self.url = url
        self.guard = Guard(max(1, threads - 1))
        self.identity = FileIdentity(file) if (file := file_of(url)) else None
        self._opening = threading.Lock()
        self._scrubbing = threading.Lock()
        self._store: Store | None = None

    def get(self) -> Store:
        """The open store.

        Raises:
            StoreBusyError: it is out of reach now.
            StoreError: it can never be opened: the URL is wrong or the store too new.
        """
        if self._store is None:
            with self.guard.let_in(WRITING), self._opening:
                if self._store is None:
                    self.guard.check(WRITING)  # who waited for somebody that failed does not try as well
                    self._store = self._open()
        return self._store

    def _open(self) -> Store:
        from model.storage.engine import Store

        # Where the store was out of reach when `serve` started, this brings it up to date in its place.
        store = Store.open(self.url, guard=self.guard, earlier="upgrade", identity=self.identity)
        store.after_deletion = self._scrub_soon
        return store

    def _scrub_soon(self) -> None:
        """Take what was deleted out of the files as well, on a thread of its own: who reads can hold that up."""
        if self._scrubbing.acquire(blocking=False):
            threading.Thread(target=self._scrub, name="scrub", daemon=True).start()

    def _scrub(self) -> None:
        from model.storage.engine import Store

        try:
            for pause in SCRUB_PAUSES:
                time.sleep(pause)
                with suppress(StoreError), closing(Store.open(self.url)) as store:
                    if store.scrub():
                        return
            _LOG.warning("not scrubbed")
        finally:
            self._scrubbing.release()
