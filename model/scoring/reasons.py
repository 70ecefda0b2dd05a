"""Reasons: the shares of a channel's score, each with the sentence that explains it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from model.domain.questions import Text
from model.scoring.artifact import INTERCEPT

USUAL_REASONS = 2
"""Reasons for and against a channel that a usual answer tells at most."""
DIGITS = 9
"""Decimals that shares are rounded to, so that what is added up is what is shown."""

ReasonKind = Literal["need", "rule", "records", "caution"]


@dataclass(frozen=True, slots=True, eq=False)
class Reason:
    """One share of the score, explained; the same object wherever the same is said.

    Attributes:
        kind: "need" (how well the channel serves a wish), "rule" (an expert rule), "records" (what documented
            communities and outcome records say) or "caution" (few communities have told of this channel).
        name: the need, the rule, or the feature.
        use: share of the log-odds that members will use the channel.
        order: share of what ranks channels beside that: how well it serves the wishes, and how sure we are.
        assumed: questions with an unknown answer that were taken for something to get here.
        place: sorts the weightiest first, equal ones by name; worked out once, because every answer sorts all reasons.
    """

    kind: ReasonKind
    name: str
    use: float
    text: Text
    order: float = 0.0
    assumed: tuple[str, ...] = ()
    place: tuple[float, str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", (-abs(self.contribution), self.name))

    @property
    def is_of_all(self) -> bool:
        """Whether it is the same for every channel, so that it says nothing of this one."""
        return self.name == INTERCEPT

    @property
    def contribution(self) -> float:
        """Share of the score that ranks channels."""
        return self.use + self.order


@dataclass(frozen=True, slots=True, eq=False)
class Undecided:
    """What unknown answers to the same questions may still change for one channel.

    Attributes:
        questions: the unknown questions.
        low, high: the least and most that their answers add to the log-odds; nothing is added now.
    """

    questions: tuple[str, ...]
    low: float
    high: float
