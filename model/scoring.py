"""Scoring: from answers to one assessment per channel, exactly additive, with unknown answers kept apart.

    log-odds = Σ needs (rank weight × fit weight) + Σ rules (weight × fires) + what records add

A channel for which the same rules fire and the same unknown answers wait, for the same needs, has one `Assessment`,
which is kept and shared. Nothing in an assessment depends on the order of channels, rules or answers, except the order
of needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any

from model.artifact import INTERCEPT, TRUST, Artifact
from model.channels import Channel, Moment
from model.errors import ArtifactError
from model.features import ANSWER, ATTRIBUTES, RuleTerm, answer_feature, channel_feature, rule_feature
from model.knowledge.base import Knowledge
from model.matching import DIGITS, Matcher, Waiting, remember
from model.profile import Profile, ProfileReader
from model.questions import Text
from model.reasons import Reason, Undecided
from model.rules import Effect, Rule

LEVEL = 0.9
"""Share of the belief that an interval holds."""
_Z = 1.6448536269514722  # 95 % point of the standard normal


def sigmoid(log_odds: float) -> float:
    """Probability of these log-odds, without overflow."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    odds = math.exp(log_odds)
    return odds / (1 + odds)


def mean_probability(log_odds: float, variance: float) -> float:
    """Mean of the logistic of a normal variable (D. MacKay, Neural Computation 4(5), 1992, eq. 10)."""
    return sigmoid(log_odds / math.sqrt(1 + math.pi * variance / 8))


@dataclass(frozen=True, slots=True, eq=False)
class Assessment:
    """What is to be said of one channel for one community; shared by all profiles in which it is the same.

    Attributes:
        log_odds: the sum of all contributions, undecided ones included.
        low, high: the log-odds that answers to unknown questions can lead to.
        probability: chance that the channel will be used, averaged over what is uncertain about the weights.
        interval: 90 % interval of that chance, unknown answers being what is believed of them.
        probability_range: the same chance at `low` and `high`.
        records_share: how much of the uncertainty records have taken away, 0 (rules only) to 1.
        excluded_by: exclusion rules that fire; such a channel is not ranked.
        may_be_excluded_by: exclusion rules that unknown answers may make fire.
        rendered: ready-made texts of this assessment, kept by whoever renders it.
    """

    channel: Channel
    moment: Moment
    log_odds: float
    low: float
    high: float
    probability: float
    interval: tuple[float, float]
    probability_range: tuple[float, float]
    records_share: float
    reasons: tuple[Reason, ...]
    undecided: tuple[Undecided, ...]
    excluded_by: tuple[Rule, ...]
    may_be_excluded_by: tuple[Rule, ...]
    advice: tuple[Rule, ...]
    features: Mapping[str, float]
    rendered: dict[str, Any] = field(default_factory=dict)

    @property
    def excluded(self) -> bool:
        return bool(self.excluded_by)


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
        self._matcher = Matcher(knowledge, self._weight)
        self._assessments: dict[Any, Assessment] = {}
        self._learned_answers = self._learned_by_answer()
        self._answers_matter = any(
            name.startswith(ANSWER) for name in (*self.artifact.deviations, *self.artifact.covariance.names)
        )
        self._run_self_test()

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment per channel, in the order of the knowledge."""
        bits, waits = self._matcher.match(profile.masks)
        # Beside what matches, an assessment depends on the needs, and its uncertainty on the answers (or their number).
        answers = profile.masks if self._answers_matter else profile.chosen
        shared = (profile.answers.get(self.knowledge.needs.id), answers)
        memo = self._assessments
        assessments = []
        for place, key in enumerate(zip(bits, waits, repeat(shared), range(len(bits)), strict=False)):
            assessment = memo.get(key)
            if assessment is None:
                assessment = remember(memo, key, self._assessment(place, key[0], key[1], profile))
            assessments.append(assessment)
        return assessments

    def _learned_by_answer(self) -> Mapping[tuple[str, str], Sequence[tuple[str, float]]]:
        """(question, code) → what records add for that answer: attribute and deviation."""
        learned: dict[tuple[str, str], list[tuple[str, float]]] = {}
        for question in self.knowledge.questionnaire:
            for code in question.codes:
                for attribute in ATTRIBUTES:
                    if deviation := self.artifact.deviation(answer_feature(question.id, code, attribute)):
                        learned.setdefault((question.id, code), []).append((attribute, deviation))
        return learned

    def _run_self_test(self) -> None:
        reader = ProfileReader(self.knowledge.questionnaire)
        for test in self.artifact.self_test:
            profile = reader.read(dict(test.profile))
            found = None
            if profile is not None:
                found = next((each.log_odds for each in self.assess(profile) if each.channel.id == test.channel), None)
            if found is None or abs(found - test.log_odds) > 1e-6:
                raise ArtifactError(f"artifact '{self.artifact.id}' fails its self-test on '{test.channel}'")

    def _weight(self, rule: Rule) -> float:
        """What a rule adds when it fires: the expert weight, trusted as far as records say, plus its deviation."""
        return rule.weight * self._scale + self.artifact.deviation(rule_feature(rule))

    def _assessment(self, place: int, bits: int, waits: Iterable[Waiting | None], profile: Profile) -> Assessment:
        channel, terms = self.knowledge.channels[place], self._matcher.terms[place]
        waiting = [each for each in waits if each is not None]
        bits |= sum(each.fired for each in waiting)
        assumed = {bit: questions for each in waiting for bit, questions in each.provisional}
        undecided = (
            *self._undecided_needs(channel, profile),
            *(part for each in waiting for part in each.undecided),
        )
        fired = [
            (term.rule, assumed.get(1 << place, ()))
            for place, term in enumerate(terms)
            if bits >> place & 1 or 1 << place in assumed
        ]
        reasons = [
            *self._need_reasons(channel, profile),
            *(self._rule_reason(rule, questions) for rule, questions in fired if rule.effect is Effect.LOG_ODDS),
            *self._record_reasons(channel, profile),
        ]
        reasons = [reason for reason in reasons if reason.contribution]
        reasons.sort(key=lambda reason: (-abs(reason.contribution), reason.name))
        log_odds = sum(reason.contribution for reason in reasons) + sum(part.contribution for part in undecided)
        low = log_odds + sum(part.low for part in undecided)
        high = log_odds + sum(part.high for part in undecided)
        features = self._features(channel, profile, reasons, undecided)
        prior, variance = self.artifact.variance(features)
        half = _Z * math.sqrt(variance)
        return Assessment(
            channel=channel,
            moment=channel.moment,
            log_odds=round(log_odds, DIGITS),
            low=round(low, DIGITS),
            high=round(high, DIGITS),
            probability=mean_probability(log_odds, variance),
            interval=(sigmoid(log_odds - half), sigmoid(log_odds + half)),
            probability_range=(mean_probability(low, variance), mean_probability(high, variance)),
            records_share=max(0.0, 1 - variance / prior) if prior else 0.0,
            reasons=tuple(reasons),
            undecided=undecided,
            excluded_by=tuple(rule for rule, _ in fired if rule.effect is Effect.EXCLUDE),
            may_be_excluded_by=_rules(terms, sum(each.may_exclude for each in waiting) & ~bits),
            advice=tuple(rule for rule, _ in fired if rule.effect is Effect.ADVICE),
            features=features,
        )

    def _need_reasons(self, channel: Channel, profile: Profile) -> Iterable[Reason]:
        for rank, need in enumerate(profile.codes(self.knowledge.needs.id)):
            function, score = self.knowledge.functions[need], channel.functions[need]
            weight = self.knowledge.fit_weights.weight(rank, score) * self._scale
            yield Reason("need", need, round(weight, DIGITS), function.sentence(score))

    def _undecided_needs(self, channel: Channel, profile: Profile) -> Iterable[Undecided]:
        """While the needs are unknown: one of them, each equally likely; bounded by the best and worst choice."""
        needs = self.knowledge.needs
        if profile.answers.get(needs.id) is not None:
            return
        weights = self.knowledge.fit_weights
        fits = sorted(weights.scores[channel.functions[code]] * self._scale for code in needs.codes)
        expected = sum(fits) / len(fits) * weights.ranks[0]
        low, high = _extremes(fits, weights.ranks[: needs.limit])
        yield Undecided(
            (needs.id,),
            (),
            round(expected, DIGITS),
            round(low - expected, DIGITS),
            round(high - expected, DIGITS),
        )

    def _rule_reason(self, rule: Rule, assumed: tuple[str, ...]) -> Reason:
        return Reason("rule", rule.id, round(self._weight(rule), DIGITS), rule.text, assumed)

    def _record_reasons(self, channel: Channel, profile: Profile) -> Iterable[Reason]:
        """What records add that belongs to no rule: the channel in general, and answers that no rule connects."""
        own = self.artifact.deviation(INTERCEPT) + self.artifact.deviation(channel_feature(channel))
        yield self._record_reason(channel_feature(channel), own)
        for question, code in self._learned_answers:
            if code in profile.codes(question):
                learned = self._learned_answers[question, code]
                added = sum(deviation * ATTRIBUTES[attribute](channel) for attribute, deviation in learned)
                yield self._record_reason(f"answer:{question}={code}", added)

    def _record_reason(self, name: str, contribution: float) -> Reason:
        return Reason("records", name, round(contribution, DIGITS), self._record_text(name, contribution > 0))

    def _record_text(self, name: str, better: bool) -> Text:
        key = "records_better" if better else "records_worse"
        kind, _, answer = name.partition(":")
        texts = {}
        for language, messages in self.knowledge.messages.items():
            if kind == "answer":
                question, _, code = answer.partition("=")
                option = next(each for each in self.knowledge.questionnaire[question].options if each.code == code)
                texts[language] = messages[f"{key}_answer"].format(answer=option.text[language])
            else:
                texts[language] = messages[key]
        return texts

    def _features(
        self, channel: Channel, profile: Profile, reasons: Sequence[Reason], undecided: Sequence[Undecided]
    ) -> Mapping[str, float]:
        """Every feature of this pair that is not 0, by name."""
        features: dict[str, float] = {INTERCEPT: 1.0, channel_feature(channel): 1.0}
        expert = 0.0
        for reason in reasons:
            if reason.kind == "rule":
                features[f"rule:{reason.name}"] = 1.0
                expert += self.knowledge.rule_by_id[reason.name].weight
            elif reason.kind == "need":
                expert += reason.contribution / self._scale
        for part in undecided:
            for rule_id, probability in part.rules:
                if 0 < probability < 1:
                    features[f"rule:{rule_id}"] = probability
                    expert += self.knowledge.rule_by_id[rule_id].weight * probability
            if not part.rules:
                expert += part.contribution / self._scale
        features[TRUST] = expert
        scaled = [(name, value) for name, scale in ATTRIBUTES.items() if (value := scale(channel))]
        for question, answer in profile.answers.items():
            for code in (answer,) if isinstance(answer, str) else answer:
                for name, value in scaled:
                    features[answer_feature(question, code, name)] = value
        return features


def _rules(terms: Sequence[RuleTerm], bits: int) -> tuple[Rule, ...]:
    return tuple(term.rule for place, term in enumerate(terms) if bits >> place & 1)


def _extremes(fits: Sequence[float], ranks: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest Σ rank weight × fit over all choices of one need or more, from sorted fits."""
    lows = highs = 0.0
    low, high = math.inf, -math.inf
    for place, rank in enumerate(ranks[: len(fits)]):
        lows += rank * fits[place]
        highs += rank * fits[-1 - place]
        low, high = min(low, lows), max(high, highs)
    return low, high
