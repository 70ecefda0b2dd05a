"""The store as the service sees it: opened when it is first needed, and asked again when it was out of reach.

Most workers only rank, and ranking works without the store. So SQLAlchemy, 27 MB of it, is loaded by the first request
that really needs records.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from model.storage.engine import Store


class LazyStore:
    """A store that may not be open yet.

    Attributes:
        url: where it is.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._opening = threading.Lock()
        self._store: Store | None = None

    def get(self) -> Store:
        """The open store.

        Raises:
            StoreBusyError: it is out of reach now.
            StoreError: it can never be opened: the URL is wrong or the store too new.
        """
        with self._opening:
            if self._store is None:
                from model.storage.engine import Store

                self._store = Store.open(self.url)
            return self._store
