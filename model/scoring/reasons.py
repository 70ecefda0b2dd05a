"""Reasons: the shares of a channel's score, each with the sentence that explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from model.domain.questions import Text

DIGITS = 9
"""Decimals that log-odds are rounded to, so that sums do not depend on the order of their parts."""

UNIT = 10**DIGITS
"""Whole numbers in one log-odds, where log-odds are counted."""

_HEAVIEST = 10**18 - 1


def in_units(log_odds: float) -> int:
    """The same as a whole number of 1/`UNIT`."""
    whole: int = round(log_odds * UNIT)
    return whole


ReasonKind = Literal["need", "rule", "records"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One contribution, explained; the same object wherever the same is said.

    Attributes:
        kind: "need" (how well the channel serves a need), "rule" (an expert rule) or "records" (what outcome
            records add to both).
        name: the need, the rule, or the feature that records moved.
        contribution: share of the log-odds.
        assumed: questions with an unknown answer that were taken for something to get here.
        features: (name, value) of the features behind it (see `model.scoring.features`).
        order: sorts the weightiest first, equal ones by name.
        rendered: language → ready-made text, kept by whoever renders it.
    """

    kind: ReasonKind
    name: str
    contribution: float
    text: Text
    assumed: tuple[str, ...] = ()
    features: tuple[tuple[str, float], ...] = ()
    order: str = field(init=False, compare=False, repr=False)
    rendered: dict[str, bytes] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        weight = in_units(abs(self.contribution))
        object.__setattr__(self, "order", f"{_HEAVIEST - weight:018} {self.name}")


@dataclass(frozen=True, slots=True)
class Undecided:
    """What unknown answers may still change: rules that wait for the same questions, together.

    Attributes:
        questions: the questions they wait for.
        rules: (rule, probability that it fires) for each of them, also those that are assumed to fire or not to.
        contribution: what they are expected to add to the log-odds, beside rules that are assumed to fire.
        low, high: the least and most that the questions can change the log-odds, against what is counted now.
        expert: the contribution by the expert weights alone.
        features: (name, value) of those rules as features (see `model.scoring.features`).
        rendered: ready-made texts, kept by whoever renders it.
    """

    questions: tuple[str, ...]
    rules: tuple[tuple[str, float], ...]
    contribution: float
    low: float
    high: float
    expert: float
    features: tuple[tuple[str, float], ...] = ()
    rendered: dict[str, bytes] = field(default_factory=dict, init=False, compare=False, repr=False)
