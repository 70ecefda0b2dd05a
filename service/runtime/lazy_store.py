"""The store as the service sees it: opened when it is first needed, and asked again when it was out of reach.

Most workers only rank, and ranking works without the store. So SQLAlchemy, 27 MB of it, is loaded by the first request
that really needs records.
"""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

from model.errors import StoreBusyError

if TYPE_CHECKING:
    from model.storage.engine import Store

PAUSE = 2.0
"""Seconds after a failure in which nobody tries again: threads that wait for a store that is down cannot rank."""


class LazyStore:
    """A store that may not be open yet.

    Attributes:
        url: where it is.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._opening = threading.Lock()
        self._store: Store | None = None
        self._closed_until = 0.0

    def get(self) -> Store:
        """The open store.

        Raises:
            StoreBusyError: it is out of reach now.
            StoreError: it can never be opened: the URL is wrong or the store too new.
        """
        if self._store is not None:
            return self._store
        with self._opening:
            if self._store is None:
                self._store = self._open()
            return self._store

    def _open(self) -> Store:
        if monotonic() < self._closed_until:
            raise StoreBusyError("the store was out of reach a moment ago")
        from model.storage.engine import Store

        try:
            return Store.open(self.url)
        except Exception:
            self._closed_until = monotonic() + PAUSE
            raise
