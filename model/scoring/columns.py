"""Columns: whole numbers for every channel, all in one long integer, so that one addition adds them all.

Each number has 64 bits. The sum of two such integers holds the sums of their numbers, as long as none of these comes
near 2^63; log-odds in units of 1e-9 do not.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence

from model.scoring.reasons import in_units

_BITS = 64


class Columns:
    """Columns with one number for each channel.

    Args:
        channels: numbers in a column.
        count: columns.
    """

    def __init__(self, channels: int, count: int) -> None:
        self._channels = channels
        self._numbers = channels * count
        self._signs = sum(1 << _BITS * place + _BITS - 1 for place in range(self._numbers))

    def packed(self, places: Iterable[int], values: Sequence[float]) -> int:
        """One value for each column, the same for all channels at these places, as one integer."""
        ones = sum(1 << _BITS * place for place in places)
        return sum(in_units(value) * ones << _BITS * self._channels * column for column, value in enumerate(values))

    def unpacked(self, total: int) -> list[Sequence[int]]:
        """The columns of one integer, in units of 1e-9."""
        signed = (total + self._signs) ^ self._signs
        numbers = array("q", signed.to_bytes(self._numbers * _BITS // 8, sys.byteorder))
        return [numbers[start : start + self._channels] for start in range(0, self._numbers, self._channels)]
