"""Lever effects: what the steps that a team can take would do to the advice, each worked out in full."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.advice.advice import Overview
from model.domain.questions import Lever, Question, Text
from model.domain.rules import Effect
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import WORST_FIRST
from service.components import parts
from service.web.chances import chance_word

MOST = 3


@dataclass(frozen=True, slots=True)
class DecisionView:
    """What a reader is told of one advice.

    Attributes:
        verdict: the name of the sentence that says it.
        to_fix: how many things must be done before the start.
        channels: of the set, each with how likely it is that members will use it, in words.
    """

    verdict: str
    to_fix: int
    channels: tuple[tuple[Text, str], ...]


@dataclass(frozen=True, slots=True)
class LeverEffect:
    """One answer that a team can bring about.

    Attributes:
        after: its codes.
        answers: (question, code) of all that changes with it.
        effect: how much better the advice becomes: steps of the verdict, things to fix, utility of the set.
    """

    question: Question
    lever: Lever
    after: tuple[str, ...]
    answers: Sequence[tuple[str, str]]
    effect: tuple[int, int, float]
    now: DecisionView
    then: DecisionView


def lever_effects(recommendation: Recommendation, language: str) -> list[LeverEffect]:
    """The levers that make the advice better, each once with what brings most, the largest effect first."""
    best: dict[str, LeverEffect] = {}
    for each in _effects(recommendation, language):
        known = best.get(each.question.id)
        if known is None or each.effect > known.effect:
            best[each.question.id] = each
    return sorted(best.values(), key=lambda each: each.effect, reverse=True)[:MOST]


def _effects(recommendation: Recommendation, language: str) -> Iterator[LeverEffect]:
    champion = parts().champion.current
    changes = champion.advice.changes
    before = recommendation, champion.advice.overview(recommendation)
    now = _view(*before, language)
    for group in changes.options(recommendation.profile):
        for option in group:
            then = champion.advisor.recommend(changes.applied([option], recommendation.profile))
            after = then, champion.advice.overview(then)
            later, effect = _view(*after, language), _gain(before, after)
            if effect > (0, 0, 0.0) and now != later and option.question.lever and not _waits(*after):
                lever, answers = option.question.lever, option.answers
                yield LeverEffect(option.question, lever, option.codes, answers, effect, now, later)


def _gain(before: tuple[Recommendation, Overview], after: tuple[Recommendation, Overview]) -> tuple[int, int, float]:
    verdicts = [WORST_FIRST.index(each.readiness.verdict) for each, _ in (before, after)]
    to_fix = [_to_fix(overview) for _, overview in (before, after)]
    utilities = [overview.bundle.utility if overview.bundle else 0.0 for _, overview in (before, after)]
    return verdicts[1] - verdicts[0], to_fix[0] - to_fix[1], utilities[1] - utilities[0]


def _waits(recommendation: Recommendation, overview: Overview) -> bool:
    """Whether a warning says not to start with a channel of the set."""
    scorer = parts().champion.current.advice.quick_scorer
    waiting = scorer.held_back_later.places(recommendation.profile.masks)
    return any(scorer.place[channel.id] in waiting for channel in (overview.bundle.channels if overview.bundle else ()))


def _to_fix(overview: Overview) -> int:
    return sum(each.effect is not Effect.WARN for each in overview.findings)


def _view(recommendation: Recommendation, overview: Overview, language: str) -> DecisionView:
    chances = {each.assessment.channel.id: each.assessment.probability for each in recommendation.channels}
    channels = overview.bundle.channels if overview.bundle else ()
    named = tuple([(channel.name, chance_word(chances[channel.id], language)) for channel in channels])
    return DecisionView(recommendation.readiness.wording, _to_fix(overview), named)
