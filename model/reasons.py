"""Reasons: the shares of a channel's score, each with the sentence that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from model.questions import Text

ReasonKind = Literal["need", "rule", "records"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One contribution, explained.

    Attributes:
        kind: "need" (how well the channel serves a need), "rule" (an expert rule) or "records" (what outcome
            records add to both).
        name: the need, the rule, or the feature that records moved.
        contribution: share of the log-odds.
        assumed: questions with an unknown answer that were taken for something to get here.
    """

    kind: ReasonKind
    name: str
    contribution: float
    text: Text
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Undecided:
    """What unknown answers may still change: rules that wait for the same questions, together.

    Attributes:
        questions: the questions they wait for.
        rules: (rule, probability that it fires) for each of them.
        contribution: what they are expected to add to the log-odds.
        low, high: the least and most that the questions can change the log-odds, against what is counted now.
    """

    questions: tuple[str, ...]
    rules: tuple[tuple[str, float], ...]
    contribution: float
    low: float
    high: float
