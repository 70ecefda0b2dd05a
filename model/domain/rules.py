"""Rules and function sentences: what experts say, as data with sources."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from model.domain.conditions import ALWAYS, Condition
from model.domain.questions import Text


class Effect(StrEnum):
    """What a rule does when it fires."""

    LOG_ODDS = "log_odds"
    """It moves the score of a channel by its weight."""
    ORDER = "order"
    """It moves the place of a channel, and not its chance of use: what to find out or prefer before all else."""
    EXCLUDE = "exclude"
    """It takes a channel out of the ranking."""
    STOP = "stop"
    """Do not launch yet: no channel can help."""
    HOLD = "hold"
    """Fix something first; the advice is provisional until then."""
    WARN = "warn"
    """Launching is possible; mind this."""
    ADVICE = "advice"
    """It adds a sentence and moves nothing."""
    CONTRADICTION = "contradiction"
    """It points out answers that cannot all be true, and moves nothing: the team knows which one is right."""
    BUNDLE = "bundle"
    """It moves the value of a set of channels by its weight."""


SCORED = (Effect.LOG_ODDS, Effect.ORDER)
"""Effects that move the score of a channel."""
WEIGHTED = (*SCORED, Effect.BUNDLE)
"""Effects whose rules have a weight."""


def is_opinion(grade: Iterable[str]) -> bool:
    """Whether a statement with these grades rests on the editors' judgement alone."""
    return set(grade) <= {"expert_judgement", "general_knowledge"}


READINESS_EFFECTS = (Effect.STOP, Effect.HOLD, Effect.WARN)


@dataclass(frozen=True, slots=True)
class Instead:
    """Another aim that a team can choose where it cannot do what a hold asks: an answer, with what that means.

    Attributes:
        answer: the codes that it then gives to the question.
        cost: what the community does without.
    """

    question: str
    answer: tuple[str, ...]
    who: Text
    action: Text
    cost: Text


@dataclass(frozen=True, slots=True)
class Rule:
    """An expert statement.

    Attributes:
        weight: log-odds for `log_odds` and `order`, utility for `bundle`, 0 otherwise.
        fixed: it says what is allowed, lawful or possible. Its weight counts in full, and records do not change it.
        when: condition on the answers.
        channel: condition on the channel, and on the answers where the two belong together. Of a warning it says
            which channels not to start with.
        concerns: which channels a warning or hold is about, without keeping anybody from starting with them: a warning
            is only told where the answer names one, a hold where the set has one. `ALWAYS` where it is about the
            community.
        bundle: which property of a set of channels a bundle rule is about.
        action: the one thing to do first (stop and hold rules, and warnings that wait with no channel).
        action_of: the question whose answer that action changes.
        brief_action: the action in a few words, for where there is no room for all of it.
        who: who does it, where that is somebody else than who changes that answer.
        answer_first: of a stop because too little is known: the questions to answer first.
        instead: of a hold: another aim, where the team cannot do what it asks.
        proviso: of a hold whose action asks something: what to say between it and the channels, because these only
            suit one answer ("If not, start with").
        way_back: of a hold: what to do before anything leads back to the channel that the team has now.
        grade: how well the direction of the effect is supported.
    """

    id: str
    theme: str
    effect: Effect
    text: Text
    sources: tuple[str, ...]
    grade: tuple[str, ...]
    since: date
    review_by: date
    weight: float = 0.0
    fixed: bool = False
    when: Condition = ALWAYS
    channel: Condition = ALWAYS
    concerns: Condition = ALWAYS
    bundle: str | None = None
    action: Text | None = None
    action_of: str | None = None
    brief_action: Text | None = None
    who: Text | None = None
    answer_first: tuple[str, ...] = ()
    instead: Instead | None = None
    proviso: Text | None = None
    way_back: Text | None = None
    grade_note: Text | None = None

    @property
    def excludes(self) -> bool:
        return self.effect is Effect.EXCLUDE

    @property
    def advises(self) -> bool:
        return self.effect is Effect.ADVICE


@dataclass(frozen=True, slots=True)
class NeedFunction:
    """What can be said of a channel that serves a need well (score 2-3), a little (1) or not at all (0)."""

    need: str
    good: Text
    weak: Text
    none: Text
    sources: tuple[str, ...]
    grade: tuple[str, ...]

    def sentence(self, score: int) -> Text:
        return self.none if score == 0 else self.weak if score == 1 else self.good


@dataclass(frozen=True, slots=True)
class FitWeights:
    """How much it counts that a channel serves the wishes, a function score of 3 being 1 and one of 0 being 0.

    Attributes:
        ranks: what a wish counts by its place, the first wish first.
        use: log-odds between serving the wish that is served best fully and not at all: members use what serves one
            wish well, whatever else they want.
        order: what serving all wishes adds to the order of channels, but not to the chance of use.
    """

    ranks: tuple[float, ...]
    use: float
    order: float
