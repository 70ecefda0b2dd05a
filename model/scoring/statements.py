"""Statements: what rules, needs and records say of channels, all in one form.

A statement is a reason with the channels that it is given for. It also holds what it adds to their scores, as columns,
so that reasons and scores can never part.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import NamedTuple

from model.scoring.answer_classes import bits_of
from model.scoring.artifact import ANSWER
from model.scoring.columns import Columns
from model.scoring.reasons import Reason

COLUMNS = 3
"""What is added up for each channel: log-odds, the same by expert weights alone, squared values of rule features."""

FeatureValues = Iterable[tuple[str, float]]


class Statement(NamedTuple):
    """A reason and the channels that it is given for.

    Attributes:
        order: of the reason: the weightiest first.
        places: of the channels in the knowledge.
        on: the same places as bits.
        adds: what it adds to the columns.
    """

    order: str
    reason: Reason
    places: tuple[int, ...]
    on: int
    adds: int

    @staticmethod
    def of(reason: Reason, places: Iterable[int], columns: Columns, expert: float = 0.0) -> Statement:
        """Give a reason for these channels.

        Args:
            expert: what the expert weights alone add.
        """
        at = tuple(places)
        # A pattern is part of what is not said until it is found, so it adds no variance of its own.
        squares = sum(value * value for name, value in reason.features if not name.startswith(ANSWER))
        adds = columns.packed(at, (reason.contribution, expert, squares))
        return Statement(reason.order, reason, at, bits_of(at), adds)


weightiest_first = itemgetter(0)


class Heard:
    """All that is said for one community.

    Attributes:
        statements: the weightiest first.
    """

    def __init__(self, statements: Sequence[Statement], channels: int) -> None:
        self.statements = statements
        self._channels = channels

    @cached_property
    def reasons(self) -> Sequence[Sequence[Reason]]:
        """Per channel its reasons, the weightiest first."""
        reasons: list[list[Reason]] = [[] for _ in range(self._channels)]
        for statement in self.statements:
            for place in statement.places:
                reasons[place].append(statement.reason)
        return reasons
