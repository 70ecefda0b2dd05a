"""Scoring: from answers to one assessment per channel, exactly additive, with unknown answers kept apart.

    log-odds = Σ needs (rank weight × fit weight) + Σ rules (weight × fires) + what records add

Reasons are few (one per rule, one per need, place and function score) and made once; an assessment refers to them.
Nothing in an assessment depends on the order of channels, rules or answers, except the order of needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Any

from model.artifact import INTERCEPT, TRUST, Artifact
from model.channels import Channel, Moment
from model.errors import ArtifactError
from model.features import channel_feature, rule_feature, rule_strength
from model.knowledge.base import Knowledge
from model.learned import Learned, Pattern
from model.matching import Matcher, Waiting, remember
from model.profile import Profile, ProfileReader
from model.reasons import DIGITS, Reason, Undecided, weightiest_first
from model.rules import Effect, Rule
from model.uncertainty import interval, mean_probability

FeatureValues = Iterable[tuple[str, float]]


@dataclass(frozen=True, slots=True, eq=False)
class FiredRules:
    """The rules that fire for one channel whatever the unknown answers will be.

    Attributes:
        expert: what they add by their expert weights alone.
        features: (name, value) of those that move the score.
    """

    reasons: tuple[Reason, ...]
    expert: float
    features: tuple[tuple[str, float], ...]
    excluded_by: tuple[Rule, ...]
    advice: tuple[Rule, ...]


@dataclass(slots=True, eq=False)
class Assessment:
    """What is to be said of one channel for one community.

    Attributes:
        log_odds: the sum of all contributions, undecided ones included.
        low, high: the log-odds that answers to unknown questions can lead to.
        expert: the log-odds by the rules alone.
        variance: of the log-odds, for what is not known about the weights.
        prior_variance: the same before any record was seen.
        learned: whether records say anything; without them the probability is that of the rules.
        reasons: the contributions that are settled, the weightiest first.
        undecided: the contributions that wait for unknown answers.
        excluded_by: exclusion rules that fire; such a channel is not ranked.
        may_be_excluded_by: exclusion rules that unknown answers may make fire.
        rendered: language → ready-made texts, kept by whoever renders it.
    """

    channel: Channel
    moment: Moment
    log_odds: float
    low: float
    high: float
    expert: float
    variance: float
    prior_variance: float
    learned: bool
    reasons: list[Reason]
    undecided: tuple[Undecided, ...]
    excluded_by: tuple[Rule, ...]
    may_be_excluded_by: tuple[Rule, ...]
    advice: tuple[Rule, ...]
    feature_values: tuple[FeatureValues, ...]
    rendered: dict[str, Any] = field(default_factory=dict)

    @property
    def excluded(self) -> bool:
        return bool(self.excluded_by)

    @property
    def features(self) -> Mapping[str, float]:
        """Every feature of this pair that is not 0, by name (see `model.features`)."""
        own = ((INTERCEPT, 1.0), (channel_feature(self.channel), 1.0), (TRUST, self.expert))
        return dict(chain(own, *self.feature_values))

    @property
    def probability(self) -> float:
        """Chance that the channel will be used: by the rules, or averaged over what records leave uncertain."""
        return self._probability_at(self.log_odds)

    @property
    def probability_range(self) -> tuple[float, float]:
        """The chance at `low` and at `high`."""
        return self._probability_at(self.low), self._probability_at(self.high)

    @property
    def interval(self) -> tuple[float, float]:
        """90 % interval of the chance, unknown answers being what is believed of them."""
        return interval(self.log_odds, self.variance)

    @property
    def records_share(self) -> float:
        """How much of the uncertainty records have taken away, 0 (rules only) to 1."""
        return max(0.0, 1 - self.variance / self.prior_variance)

    def _probability_at(self, log_odds: float) -> float:
        return mean_probability(log_odds, self.variance if self.learned else 0.0)


class Scorer:
    """The rules of some knowledge and the numbers of an artifact, compiled for scoring.

    Raises:
        ArtifactError: the artifact was made for other knowledge, or its self-test does not come out.
    """

    def __init__(self, knowledge: Knowledge, artifact: Artifact | None = None) -> None:
        self.knowledge = knowledge
        self.artifact = artifact or Artifact.of_rules(knowledge.fingerprint)
        if self.artifact.knowledge != knowledge.fingerprint:
            raise ArtifactError(f"artifact '{self.artifact.id}' was made for other knowledge than is loaded")
        self._scale = 1 + self.artifact.deviation(TRUST)
        self._matcher = Matcher(knowledge, self.weight)
        self._learned = Learned(knowledge, self.artifact)
        self._has_records = bool(self.artifact.covariance.names)
        self._rule_reasons: dict[tuple[str, tuple[str, ...]], Reason] = {}
        self._fired_rules: dict[tuple[int, int], FiredRules] = {}
        self._need_reasons = self._make_need_reasons()
        self._undecided_needs = [self._make_undecided_needs(channel) for channel in knowledge.channels]
        self._run_self_test()

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment per channel, in the order of the knowledge."""
        masks, needs = profile.masks, profile.codes(self.knowledge.needs.id)
        bits, waits = self._matcher.match(masks)
        served: Iterable[tuple[Reason, ...]] = repeat(())
        if needs:
            served = zip(*(self._need_reasons[need, rank] for rank, need in enumerate(needs)), strict=True)
        patterns = self._learned.patterns(masks)
        rows = zip(range(len(bits)), bits, waits, served, strict=False)
        return [self._assessment(place, fired, waiting, reasons, patterns) for place, fired, waiting, reasons in rows]

    def _assessment(
        self, place: int, bits: int, waiting: Waiting, needs: tuple[Reason, ...], patterns: Sequence[Pattern]
    ) -> Assessment:
        channel = self.knowledge.channels[place]
        fired = self._fired(place, bits)
        undecided = waiting.undecided if needs else (self._undecided_needs[place], *waiting.undecided)
        reasons = [*needs, *fired.reasons, *self._learned.reasons(place, patterns)]
        expert = fired.expert + sum([reason.contribution for reason in needs]) / self._scale
        features: list[FeatureValues] = [fired.features, *(pattern.features(channel) for pattern in patterns)]
        for rule, questions in waiting.assumed:
            if rule.effect is Effect.LOG_ODDS:
                reasons.append(self._rule_reason(rule, questions))
                expert += rule.weight
                features.append(((rule_feature(rule), rule_strength(rule)),))
        log_odds = low = high = sum([reason.contribution for reason in reasons])
        for part in undecided:
            log_odds += part.contribution
            low += part.contribution + part.low
            high += part.contribution + part.high
            expert += part.expert
            features.append(part.features)
        reasons.sort(key=weightiest_first)
        assessment = Assessment(
            channel=channel,
            moment=channel.moment,
            log_odds=round(log_odds, DIGITS),
            low=round(low, DIGITS),
            high=round(high, DIGITS),
            expert=expert,
            variance=0.0,
            prior_variance=0.0,
            learned=self._has_records,
            reasons=reasons,
            undecided=undecided,
            excluded_by=fired.excluded_by,
            may_be_excluded_by=waiting.may_exclude,
            advice=fired.advice,
            feature_values=tuple(map(tuple, features)),
        )
        self._set_variance(assessment)
        return assessment

    def _set_variance(self, assessment: Assessment) -> None:
        if self._has_records:
            assessment.prior_variance, assessment.variance = self.artifact.variance(assessment.features)
            return
        rules = sum([value * value for values in assessment.feature_values for _, value in values])
        prior = self.artifact.scales.without_records(assessment.expert, rules)
        assessment.prior_variance = assessment.variance = prior

    # --- reasons, made once ------------------------------------------------------------------------------------

    def weight(self, rule: Rule) -> float:
        """What a rule adds when it fires: the expert weight, trusted as far as records say, plus its deviation."""
        return rule.weight * self._scale + self.artifact.deviation(rule_feature(rule)) * rule_strength(rule)

    def _rule_reason(self, rule: Rule, assumed: tuple[str, ...] = ()) -> Reason:
        key = rule.id, assumed
        found = self._rule_reasons.get(key)
        if found is None:
            reason = Reason("rule", rule.id, round(self.weight(rule), DIGITS), rule.text, assumed)
            found = remember(self._rule_reasons, key, reason)
        return found

    def _fired(self, place: int, bits: int) -> FiredRules:
        found = self._fired_rules.get((place, bits))
        if found is None:
            found = remember(self._fired_rules, (place, bits), self._make_fired(place, bits))
        return found

    def _make_fired(self, place: int, bits: int) -> FiredRules:
        rules = [term.rule for bit, term in enumerate(self._matcher.terms[place]) if bits >> bit & 1]
        weighted = [rule for rule in rules if rule.effect is Effect.LOG_ODDS]
        return FiredRules(
            reasons=tuple(self._rule_reason(rule) for rule in weighted),
            expert=sum(rule.weight for rule in weighted),
            features=tuple((rule_feature(rule), rule_strength(rule)) for rule in weighted),
            excluded_by=tuple(rule for rule in rules if rule.effect is Effect.EXCLUDE),
            advice=tuple(rule for rule in rules if rule.effect is Effect.ADVICE),
        )

    def _make_need_reasons(self) -> Mapping[tuple[str, int], Sequence[Reason]]:
        """(need, place among the needs) → what it says of every channel."""
        weights = self.knowledge.fit_weights
        made: dict[tuple[str, int], Sequence[Reason]] = {}
        for need, function in self.knowledge.functions.items():
            for rank in range(len(weights.ranks)):
                by_score = [
                    Reason(
                        "need", need, round(weights.weight(rank, score) * self._scale, DIGITS), function.sentence(score)
                    )
                    for score in range(len(weights.scores))
                ]
                made[need, rank] = [by_score[channel.functions[need]] for channel in self.knowledge.channels]
        return made

    def _make_undecided_needs(self, channel: Channel) -> Undecided:
        """While the needs are unknown: one of them, each equally likely; bounded by the best and worst choice."""
        needs, weights = self.knowledge.needs, self.knowledge.fit_weights
        fits = sorted(weights.scores[channel.functions[code]] * self._scale for code in needs.codes)
        expected = sum(fits) / len(fits) * weights.ranks[0]
        low, high = _extremes(fits, weights.ranks[: needs.limit])
        return Undecided(
            questions=(needs.id,),
            rules=(),
            contribution=round(expected, DIGITS),
            low=round(low - expected, DIGITS),
            high=round(high - expected, DIGITS),
            expert=expected / self._scale,
        )

    def _run_self_test(self) -> None:
        reader = ProfileReader(self.knowledge.questionnaire)
        for test in self.artifact.self_test:
            profile = reader.read(dict(test.profile))
            assessments = self.assess(profile) if profile is not None else []
            found = [each.log_odds for each in assessments if each.channel.id == test.channel]
            if not found or abs(found[0] - test.log_odds) > 1e-6:
                raise ArtifactError(f"artifact '{self.artifact.id}' fails its self-test on '{test.channel}'")


def _extremes(fits: Sequence[float], ranks: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest Σ rank weight × fit over all choices of one need or more, from sorted fits."""
    lows = highs = 0.0
    low, high = math.inf, -math.inf
    for rank, lowest, highest in zip(ranks, fits, reversed(fits), strict=False):
        lows += rank * lowest
        highs += rank * highest
        low, high = min(low, lows), max(high, highs)
    return low, high
