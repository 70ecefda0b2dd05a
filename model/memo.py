"""Memo: what was worked out before is looked up, in a bounded amount of memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, TypeVar

from model.domain.conditions import Masks

KEPT = 512
"""Entries per memo, which bounds the memory."""

FEW = 256
"""Entries of the memos that advice keeps: answers that were just tried are tried again, older ones rarely."""

_Kept = TypeVar("_Kept")


def key_of(indices: Iterable[int]) -> Callable[[Masks], Any]:
    """A function that picks these masks, as something a memo can look up."""
    picked = tuple(indices)
    return itemgetter(*picked) if picked else lambda masks: ()


def remember(memo: dict[Any, _Kept], key: Any, value: _Kept, at_most: int | None = None) -> _Kept:
    """Put a value into a memo of at most so many entries, `KEPT` unless told otherwise.

    A full memo loses its older half, so that much of what comes back is still there. Threads may share it: what two of
    them drop at once is only dropped twice.
    """
    most = at_most or KEPT
    if len(memo) >= most:
        for old in list(memo)[: most // 2]:
            memo.pop(old, None)
    memo[key] = value
    return value


def compact(text: bytes) -> bytes:
    """The same in no more memory than it needs: orjson leaves the whole buffer, of a kB or more, to its result."""
    return bytes(memoryview(text))
