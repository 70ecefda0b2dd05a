"""Guard: keeps a store that hangs from taking every thread of a service.

Advice needs no store, so some threads must never wait for one. Only so many are let in at once, and after a failure
none for a while: readers and writers apart, because a store that is locked can still be read.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from model.errors import Phrase, StoreBusyError

PAUSE = 2.0
"""Seconds after a failure in which nobody tries again."""
TURN = 1.0
"""Seconds that a thread waits for another one to come out; once one waited in vain, no other one waits."""
READING, WRITING = "reading", "writing"


@dataclass(slots=True)
class StoreFailure:
    """The last time that the store failed.

    Attributes:
        reason: the words for the operator.
        at: when, by the monotonic clock.
    """

    reason: str
    at: float = field(default_factory=monotonic)

    @property
    def age(self) -> float:
        """Seconds since then."""
        return monotonic() - self.at


class Guard:
    """Who may go into the store.

    Attributes:
        failures: `READING` or `WRITING` → how it failed last, until it works again.
        count: failures so far.

    Args:
        most: threads that may be in the store at once.
    """

    def __init__(self, most: int) -> None:
        self.failures: dict[str, StoreFailure] = {}
        self.count = 0
        self._most = most
        self._inside = 0
        self._full = False
        self._changed = threading.Condition()

    @contextmanager
    def let_in(self, purpose: str) -> Iterator[None]:
        """For as long as a thread uses the store.

        Raises:
            StoreBusyError: it failed a moment ago, or enough threads are in it; nothing was tried.
        """
        self.check(purpose)
        self._enter()
        try:
            yield
        except StoreBusyError as error:
            self.failures[purpose] = StoreFailure(str(error))
            self.count += 1
            raise
        finally:
            self._leave()
        self.failures.pop(purpose, None)

    def check(self, purpose: str) -> None:
        """Refuse who comes shortly after a failure.

        Raises:
            StoreBusyError: with the words of that failure.
        """
        failure = self.failures.get(purpose)
        if failure and failure.age < PAUSE:
            raise StoreBusyError(failure.reason)

    def _enter(self) -> None:
        with self._changed:
            if not self._full and not self._changed.wait_for(lambda: self._inside < self._most, TURN):
                self._full = True
            if self._inside >= self._most:
                raise StoreBusyError(Phrase("enough requests wait for the store already"))
            self._inside += 1

    def _leave(self) -> None:
        with self._changed:
            self._inside -= 1
            self._full = False
            self._changed.notify()
