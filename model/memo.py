"""Memo: what was worked out before is looked up, in a bounded amount of memory."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

KEPT = 128
"""Entries per memo, which bounds the memory: four times as many make a worker 6 MB larger and not quicker."""

V = TypeVar("V")


class Memo(Generic[V]):
    """Values that were worked out before, at most so many of them.

    A full memo loses its older half, so that much of what comes back is still there. Threads may share one: what two of
    them make at once is only made twice.
    """

    def __init__(self, at_most: int = KEPT) -> None:
        self._at_most = at_most
        self._entries: dict[Hashable, tuple[object, V]] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Hashable) -> V | None:
        """The value of this key, or None when it is not there (any more)."""
        found = self._entries.get(key)
        return found[1] if found else None

    def put(self, key: Hashable, value: V) -> V:
        """Keep a value, and give it back. With `get` it does without the function that `of` needs for every look."""
        return self._put(key, None, value)

    def of(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of this key; it is made when it is not there (any more)."""
        found = self._entries.get(key)
        return found[1] if found else self._put(key, None, make())

    def of_object(self, thing: object, make: Callable[[], V], *more: Hashable) -> V:
        """The value for this very object, equal ones not included, so that it need not be hashed or compared.

        Args:
            more: tells apart several values of one object.
        """
        key = id(thing), *more
        found = self._entries.get(key)
        # As long as an entry is there it holds its object, so that no other object can get the same id.
        return found[1] if found else self._put(key, thing, make())

    def _put(self, key: Hashable, thing: object, value: V) -> V:
        if len(self._entries) >= self._at_most:
            for old in list(self._entries)[: max(1, self._at_most // 2)]:
                self._entries.pop(old, None)
        self._entries[key] = thing, value
        return value


def key_of(indices: Iterable[int]) -> Callable[[Sequence[int]], Any]:
    """A function that picks these masks, as something a memo can look up."""
    picked = tuple(indices)
    return itemgetter(*picked) if picked else lambda masks: ()


def compact(text: bytes) -> bytes:
    """The same in no more memory than it needs: orjson leaves the whole buffer, of a kB or more, to its result."""
    return bytes(memoryview(text))
