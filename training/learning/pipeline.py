"""Pipeline: from outcome records to something that scores channels. Read this first.

records → cells (`cells` in memory, `aggregation` in an engine) → design matrix (`design_matrix`)
        → fit (`fitting`, `patterns`, `learning`) → artifact (`export`) → judged (`evaluation`, `gate`),
        each rule looked at (`audit`)
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from scipy.special import ndtr

from model.domain.knowledge import Knowledge
from model.errors import UnknownNameError
from model.profiles.profile import Profile
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from model.scoring.scorer import Assessment
from training.learning.artifact import to_artifact
from training.learning.cells import Evidence, RecordTable, TrainingRecord
from training.learning.design_matrix import Featuriser
from training.learning.learn import FittedModel, LearningSettings, learn


@dataclass(frozen=True)
class LearnedScorer:
    """What was learned, ready to be asked; all answers come from the artifact, as in serving."""

    learned: FittedModel
    artifact: Artifact

    @cached_property
    def advisor(self) -> Advisor:
        return Advisor(self.learned.featuriser.knowledge, self.artifact)

    def assessment(self, profile: Profile, channel: str) -> Assessment:
        """Everything that is to be said of one channel for one community.

        Raises:
            UnknownNameError: there is no such channel.
        """
        places = self.learned.featuriser.channel_place
        if channel not in places:
            raise UnknownNameError("channel", channel, tuple(places))
        return self.advisor.scorer.assess(profile)[places[channel]]

    def probability(self, profile: Profile, channel: str) -> float:
        """Chance that the channel will be used."""
        return self.assessment(profile, channel).probability

    def interval(self, profile: Profile, channel: str) -> tuple[float, float]:
        """90 % interval of that chance."""
        return self.assessment(profile, channel).interval

    def contributions(self, profile: Profile, channel: str) -> Mapping[str, float]:
        """What each reason adds to the log-odds, and each group of unknown answers; the sum is the log-odds."""
        found = self.assessment(profile, channel)
        parts: dict[str, float] = {reason.name: reason.contribution for reason in found.reasons}
        for part in found.undecided:
            name = f"unknown:{'+'.join(part.questions)}"
            parts[name] = parts.get(name, 0.0) + part.contribution
        return parts

    def chance_of_beating(self, profile: Profile, channel: str, other: str) -> float:
        """Probability that the first channel is the better of the two for this community."""
        left, right = self.assessment(profile, channel), self.assessment(profile, other)
        if channel == other:
            return 0.5
        spread = math.sqrt(self.artifact.difference_variance(left.features, right.features))
        return float(ndtr((left.log_odds - right.log_odds) / spread))


def fit(
    records: Iterable[TrainingRecord],
    knowledge: Knowledge,
    *,
    settings: LearningSettings | None = None,
    created: str = "",
    identifier: str | None = None,
) -> LearnedScorer:
    """Learn from outcome records; without any, the result equals the rules.

    The same records, in any order, give the same artifact byte for byte.

    Args:
        records: outcome records, for instance `model.outcomes.record.OutcomeRecord`s.
        created: ISO date to write into the artifact.
        identifier: name of the artifact.
    """
    featuriser = Featuriser(knowledge)
    return fit_evidence(RecordTable.of(records, featuriser), featuriser, settings, created, identifier)


def fit_evidence(
    evidence: Evidence,
    featuriser: Featuriser,
    settings: LearningSettings | None = None,
    created: str = "",
    identifier: str | None = None,
) -> LearnedScorer:
    """The same from records that are somewhere else, of which only cells and a sample come into memory."""
    learned = learn(evidence, featuriser, settings or LearningSettings())
    return LearnedScorer(learned, to_artifact(learned, created, identifier))
