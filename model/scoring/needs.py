"""Needs: how well each channel serves what a community needs, as statements."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from model.domain.knowledge import Knowledge
from model.scoring.columns import Columns
from model.scoring.reasons import DIGITS, Reason, Undecided
from model.scoring.statements import Statement
from model.scoring.undecided_rules import Waiting


class Needs:
    """The needs of some knowledge with what they add to each channel.

    Args:
        scale: how far the expert weights are trusted.

    Attributes:
        unknown: per channel what waits while the needs are unknown: one of them, each equally likely; bounded by the
            best and the worst choice.
    """

    def __init__(self, knowledge: Knowledge, columns: Columns, scale: float) -> None:
        self._knowledge = knowledge
        self._scale = scale
        self._statements: Mapping[tuple[str, int], Sequence[Statement]] = {
            (need, rank): list(self._of(need, rank, columns))
            for need in knowledge.functions
            for rank in range(len(knowledge.fit_weights.ranks))
        }
        self.unknown = [
            Waiting.of(self._undecided([channel.functions[need] for need in knowledge.needs.codes]))
            for channel in knowledge.channels
        ]

    def statements(self, needs: Sequence[str]) -> list[Statement]:
        """What is said of the channels for these needs, the first counting most."""
        return [each for rank, need in enumerate(needs) for each in self._statements[need, rank]]

    def _of(self, need: str, rank: int, columns: Columns) -> Iterator[Statement]:
        """One statement for each function score that some channel has for the need."""
        function, weights = self._knowledge.functions[need], self._knowledge.fit_weights
        for score in range(len(weights.scores)):
            places = [place for place, each in enumerate(self._knowledge.channels) if each.functions[need] == score]
            added = round(weights.weight(rank, score) * self._scale, DIGITS)
            reason = Reason("need", need, added, function.sentence(score))
            if places:
                yield Statement.of(reason, places, columns, added / self._scale)

    def _undecided(self, functions: Sequence[int]) -> Undecided:
        needs, weights = self._knowledge.needs, self._knowledge.fit_weights
        fits = sorted(weights.scores[score] * self._scale for score in functions)
        expected = sum(fits) / len(fits) * weights.ranks[0]
        low, high = extremes(fits, weights.ranks[: needs.limit])
        return Undecided(
            questions=(needs.id,),
            rules=(),
            contribution=round(expected, DIGITS),
            low=round(low - expected, DIGITS),
            high=round(high - expected, DIGITS),
            expert=expected / self._scale,
        )


def extremes(fits: Sequence[float], ranks: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest Σ rank weight × fit over all choices of one need or more, from sorted fits."""
    low, high = math.inf, -math.inf
    lows = highs = 0.0
    for rank, lowest, highest in zip(ranks, fits, reversed(fits), strict=False):
        lows += rank * lowest
        highs += rank * highest
        low, high = min(low, lows), max(high, highs)
    return low, high
