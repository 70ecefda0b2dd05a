"""Scoring: from answers to one assessment per channel, exactly additive, with unknown answers kept apart.

    log-odds = Σ needs (rank weight × fit weight) + Σ rules (weight × fires) + what records add

Needs, rules and records each make statements (`model.scoring.statements`). Their sum is the score, so nothing is worked
out channel by channel but what waits for unknown answers (`model.scoring.undecided_rules`). Nothing in an assessment
depends on the order of channels, rules or answers, except the order of needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from model.domain.channels import Channel, Moment
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect, Rule
from model.errors import ArtifactError
from model.profiles.profile import Profile, ProfileReader
from model.scoring.artifact import INTERCEPT, TRUST, Artifact
from model.scoring.columns import Columns
from model.scoring.compiled_rules import Applied
from model.scoring.features import channel_feature, rule_feature, rule_strength
from model.scoring.learned_reasons import Learned
from model.scoring.needs import Needs
from model.scoring.reasons import UNIT, Reason, Undecided
from model.scoring.rule_matching import Matcher
from model.scoring.statements import COLUMNS, FeatureValues, Heard, weightiest_first
from model.scoring.uncertainty import interval, mean_probabilities, mean_probability, sigmoid
from model.scoring.undecided_rules import Waiting
from model.scoring.variances import Variances, prior_variances


@dataclass(slots=True, eq=False)
class Assessment:
    """What is to be said of one channel for one community.

    Attributes:
        place: of the channel in the knowledge.
        log_odds: the sum of all contributions, undecided ones included.
        low, high: the log-odds that answers to unknown questions can lead to.
        expert: the log-odds by the rules alone.
        variance: of the log-odds, for what is not known about the weights.
        prior_variance: the same before any record was seen.
        learned: whether records say anything; without them the probability is that of the rules.
        probability: chance that the channel will be used: by the rules, or averaged over what records leave uncertain.
        waiting: what unknown answers can still change.
        excluded_by: exclusion rules that fire; such a channel is not ranked.
        rendered: language → ready-made texts, kept by whoever renders it.
    """

    channel: Channel
    moment: Moment
    place: int
    log_odds: float
    low: float
    high: float
    expert: float
    variance: float
    prior_variance: float
    learned: bool
    probability: float
    heard: Heard
    waiting: Waiting
    excluded_by: tuple[Rule, ...]
    advice: tuple[Rule, ...]
    rendered: dict[str, Any] = field(default_factory=dict)

    @property
    def excluded(self) -> bool:
        return bool(self.excluded_by)

    @property
    def reasons(self) -> Sequence[Reason]:
        """The contributions that are settled, the weightiest first."""
        return self.heard.reasons[self.place]

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """The contributions that wait for unknown answers."""
        return self.waiting.undecided

    @property
    def may_be_excluded_by(self) -> tuple[Rule, ...]:
        """Exclusion rules that unknown answers may make fire."""
        return self.waiting.may_exclude

    @property
    def feature_values(self) -> Iterator[FeatureValues]:
        """The features behind the contributions, as (name, value)."""
        own = 1 << self.place
        yield from [statement.reason.features for statement in self.heard.statements if statement.on & own]
        yield from [part.features for part in self.undecided]

    @property
    def features(self) -> Mapping[str, float]:
        """Every feature of this pair that is not 0, by name (see `model.scoring.features`)."""
        own = ((INTERCEPT, 1.0), (channel_feature(self.channel), 1.0), (TRUST, self.expert))
        return dict(chain(own, *self.feature_values))

    @property
    def probability_range(self) -> tuple[float, float]:
        """The chance at `low` and at `high`."""
        if self.low == self.high:
            return self.probability, self.probability
        if self.learned:
            low, high = mean_probabilities((self.low, self.high), self.variance)
            return low, high
        return sigmoid(self.low), sigmoid(self.high)

    @property
    def interval(self) -> tuple[float, float]:
        """90 % interval of the chance, unknown answers being what is believed of them."""
        return interval(self.log_odds, self.variance)

    @property
    def records_share(self) -> float:
        """How much of the uncertainty records have taken away, 0 (rules only) to 1."""
        return max(0.0, 1 - self.variance / self.prior_variance)


class Scorer:
    """The rules of some knowledge and the numbers of an artifact, compiled for scoring.

    Attributes:
        applied: the rules, applied to each channel.

    Raises:
        ArtifactError: the artifact was made for other knowledge, or its self-test does not come out.
    """

    def __init__(self, knowledge: Knowledge, artifact: Artifact | None = None) -> None:
        self.knowledge = knowledge
        self.artifact = artifact or Artifact.of_rules(knowledge.score_fingerprint)
        if self.artifact.knowledge != knowledge.score_fingerprint:
            raise ArtifactError(
                f"artifact '{self.artifact.id}' was made for other rules, channels or questions than are loaded: "
                "train again"
            )
        self._scale = 1 + self.artifact.deviation(TRUST)
        self._columns = Columns(len(knowledge.channels), COLUMNS)
        self.applied = Applied(knowledge)
        self._matcher = Matcher(knowledge, self.applied, self.weight, self._columns)
        self._needs = Needs(knowledge, self._columns, self._scale)
        self._learned = Learned(knowledge, self.artifact, self._columns)
        self._variances = Variances(knowledge, self.artifact) if self.artifact.covariance.names else None
        self._moments = [channel.moment for channel in knowledge.channels]
        self._place_of_rule = {rule.id: place for place, rule in enumerate(knowledge.rules)}
        self._run_self_test()

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment per channel, in the order of the knowledge."""
        masks, needs = profile.masks, profile.codes(self.knowledge.needs.id)
        adds, statements, rules, waits = self._matcher.match(masks)
        if not needs:
            waits = list(map(Waiting.plus, self._needs.unknown, waits))
        for statement in (*self._needs.statements(needs), *self._learned.statements(masks)):
            adds += statement.adds
            statements.append(statement)
        statements.sort(key=weightiest_first)
        return self._assessments(Heard(statements, len(waits)), adds, waits, rules)

    def _assessments(
        self, heard: Heard, adds: int, waits: Sequence[Waiting], rules: Sequence[tuple[Rule, Sequence[int]]]
    ) -> list[Assessment]:
        settled, experts, squares = self._columns.unpacked(adds)
        log_odds = [(own + part.expected) / UNIT for own, part in zip(settled, waits, strict=True)]
        expert = [(own + part.expert) / UNIT for own, part in zip(experts, waits, strict=True)]
        squared = [own + part.squares for own, part in zip(squares, waits, strict=True)]
        before = prior_variances(self.artifact, expert, squared)
        variance = self._variances.of(heard.statements, waits, expert) if self._variances else before
        return list(
            map(
                Assessment,
                self.knowledge.channels,
                self._moments,
                range(len(waits)),
                log_odds,
                [(own + part.low) / UNIT for own, part in zip(settled, waits, strict=True)],
                [(own + part.high) / UNIT for own, part in zip(settled, waits, strict=True)],
                expert,
                variance,
                before,
                repeat(self._variances is not None),
                map(mean_probability, log_odds, variance) if self._variances else map(sigmoid, log_odds),
                repeat(heard),
                waits,
                *self._by_channel(rules),
            )
        )

    def weight(self, rule: Rule) -> float:
        """What a rule adds when it fires: the expert weight, trusted as far as records say, plus its deviation."""
        return rule.weight * self._scale + self.artifact.deviation(rule_feature(rule)) * rule_strength(rule)

    def _by_channel(
        self, rules: Sequence[tuple[Rule, Sequence[int]]]
    ) -> tuple[Sequence[tuple[Rule, ...]], Sequence[tuple[Rule, ...]]]:
        """Per channel the exclusions and the advice that fire, in the order of the knowledge."""
        excluded_by: list[tuple[Rule, ...]] = [()] * len(self.knowledge.channels)
        advice = excluded_by.copy()
        for rule, places in sorted(rules, key=lambda fired: self._place_of_rule[fired[0].id]):
            said = excluded_by if rule.effect is Effect.EXCLUDE else advice
            for place in places:
                said[place] += (rule,)
        return excluded_by, advice

    def _run_self_test(self) -> None:
        reader = ProfileReader(self.knowledge.questionnaire)
        for test in self.artifact.self_test:
            profile = reader.read(dict(test.profile))
            assessments = self.assess(profile) if profile is not None else []
            found = [each.log_odds for each in assessments if each.channel.id == test.channel]
            if not found or abs(found[0] - test.log_odds) > 1e-6:
                raise ArtifactError(f"artifact '{self.artifact.id}' fails its self-test on '{test.channel}'")
