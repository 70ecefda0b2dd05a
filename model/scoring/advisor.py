"""Advisor: the one way in, from a profile to a recommendation."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from model.domain.channels import MOMENTS, Moment
from model.domain.conditions import ALWAYS
from model.domain.knowledge import Knowledge
from model.domain.questions import Assumption, Question
from model.domain.rules import Effect, Rule
from model.memo import Memo
from model.profiles.profile import Profile
from model.scoring.artifact import Artifact
from model.scoring.compiled_conditions import CompiledCondition
from model.scoring.launch_verdict import LaunchRules, Readiness, Verdict
from model.scoring.scorer import Assessment, Scorer, Scores

GOOD = 2
"""The function score from which a channel is said to serve a need."""
SHOWN_PER_NEED = 3
HARDLY = 0.195
"""Below this a chance is shown as "almost certainly not"; such a channel is not named for a wish."""
RECENT = 16
"""Recommendations that are kept: a page, its print view and its other language ask for the same one."""


class RankedChannel(NamedTuple):
    """A channel at its place.

    Attributes:
        rank: place among all channels, 1 is best; equal scores share a rank.
        rank_in_moment: the same among the channels of its kind, online or live.
        tied: whether another channel has the same score.
    """

    assessment: Assessment
    rank: int
    rank_in_moment: int
    tied: bool


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The whole answer to one profile.

    Attributes:
        channels: the best first; channels with equal scores in the order of their ids.
        best: moment → the channels that are first of their kind.
        best_per_need: for each need, in its order, the channels that serve it and may be used, the best first.
        hypothetical: the verdict says not to launch, so the ranking only shows what would fit.
        advice: rules that add a sentence for the community as a whole.
        scores: what the answers mean for every channel.
    """

    profile: Profile
    readiness: Readiness
    channels: tuple[RankedChannel, ...]
    excluded: tuple[Assessment, ...]
    best: Mapping[Moment, tuple[str, ...]]
    best_per_need: Mapping[str, tuple[str, ...]]
    assumptions: Sequence[tuple[Question, Assumption]]
    advice: tuple[Rule, ...]
    scores: Scores

    @property
    def hypothetical(self) -> bool:
        return self.readiness.verdict is Verdict.DO_NOT_LAUNCH_YET


class Advisor:
    """Knowledge and an artifact, made ready to answer profiles.

    Attributes:
        scorer: scores all channels.
        launch: the launch rules.
        by_name: places of all channels, in the order of their ids.

    Raises:
        ArtifactError: the artifact does not belong to the knowledge, or fails its self-test.
    """

    def __init__(self, knowledge: Knowledge, artifact: Artifact | None = None) -> None:
        self.knowledge = knowledge
        self.scorer = Scorer(knowledge, artifact)
        self.launch = LaunchRules(knowledge)
        self._recent: Memo[Recommendation] = Memo(RECENT)
        self.by_name = sorted(range(len(knowledge.channels)), key=lambda place: knowledge.channels[place].id)
        self._advice = [
            (rule, CompiledCondition(rule.when, knowledge.questionnaire))
            for rule in knowledge.rules_with(Effect.ADVICE)
            if rule.channel == ALWAYS and rule.bundle is None
        ]
        self._serving = serving_well(knowledge)

    @property
    def artifact(self) -> Artifact:
        return self.scorer.artifact

    def recommend(self, profile: Profile, near: Scores | None = None) -> Recommendation:
        """Rank the channels for a community, and say whether to launch.

        Args:
            near: the scores for a profile that is mostly the same: what is the same need not be scored again.
        """
        answers = self.scorer.answers(profile)
        return self._recent.of(
            answers,
            lambda: self._recommend(profile, near.after(answers) if near else self.scorer.scores(answers)),
        )

    def _recommend(self, profile: Profile, scores: Scores) -> Recommendation:
        places = [place for place in self.by_name if place not in scores.excluded]
        places.sort(key=scores.scores.__getitem__, reverse=True)  # equal scores stay in the order of their names
        ranked = [scores.assessment(place) for place in places]
        channels = _ranks(ranked)
        return Recommendation(
            profile=profile,
            readiness=self.launch.look_at(profile, ranked, self.serving_first(scores.answers.needs)),
            channels=channels,
            excluded=tuple([scores.assessment(place) for place in sorted(scores.excluded)]),
            best={moment: _first_of(moment, channels) for moment in MOMENTS},
            best_per_need={need: self._serving_best(need, scores) for need in profile.codes(self.knowledge.needs.id)},
            assumptions=self.knowledge.questionnaire.assumptions(profile.masks),
            advice=tuple([rule for rule, condition in self._advice if condition.holds(profile.masks)]),
            scores=scores,
        )

    def serving_first(self, needs: Sequence[str]) -> Collection[int] | None:
        """Places of the channels that serve the first wish well; None while no wish is known."""
        return self._serving[needs[0]] if needs else None

    def _serving_best(self, need: str, scores: Scores) -> tuple[str, ...]:
        """The channels that serve a wish well, the best first as if it were the only one, if anybody may use them."""
        chances, serves = scores.probabilities, self._serving[need]
        serving = [
            place
            for place in self.by_name
            if place in serves and chances[place] >= HARDLY and place not in scores.excluded
        ]
        alone = scores.for_one_need(need, serving)
        serving.sort(key=alone.__getitem__, reverse=True)
        return tuple([self.knowledge.channels[place].id for place in serving[:SHOWN_PER_NEED]])


def serving_well(knowledge: Knowledge) -> Mapping[str, frozenset[int]]:
    """Need → places of the channels that serve it well."""
    return {
        need: frozenset(place for place, channel in enumerate(knowledge.channels) if channel.functions[need] >= GOOD)
        for need in knowledge.functions
    }


def _ranks(ranked: Sequence[Assessment]) -> tuple[RankedChannel, ...]:
    """Competition ranks ("1, 2, 2, 4"): a rank is one more than the number of channels with a higher score."""
    scores = [each.score for each in ranked]
    rank, above = 0, math.inf
    in_moment: dict[Moment, tuple[int, int, float]] = dict.fromkeys(MOMENTS, (0, 0, math.inf))
    channels = []
    for place, (each, score, below) in enumerate(zip(ranked, scores, [*scores[1:], -math.inf], strict=False), 1):
        moment = each.moment
        if score != above:
            rank = place
        moment_place, moment_rank, moment_above = in_moment[moment]
        moment_place += 1
        if score != moment_above:
            moment_rank = moment_place
        in_moment[moment] = moment_place, moment_rank, score
        channels.append(RankedChannel(each, rank, moment_rank, score in (above, below)))
        above = score
    return tuple(channels)


def _first_of(moment: Moment, channels: Sequence[RankedChannel]) -> tuple[str, ...]:
    first = [each.assessment for each in channels if each.rank_in_moment == 1]
    return tuple([each.channel.id for each in first if each.moment == moment])
