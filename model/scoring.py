"""Scoring: from answers to one assessment per channel, exactly additive, with unknown answers kept apart.

    log-odds = Σ needs (rank weight × fit weight) + Σ rules (weight × fires) + what records add

A `Scorer` applies every rule to every channel once, when it is made. What remains are conditions on the answers,
grouped in blocks that look at the same questions. Scoring then takes three steps, each with a memo, because the same
partial answers come back in ever new profiles:

1. a block whose questions are all answered says, per channel, which rules fire (one bit per rule);
2. questions with an unknown answer that are connected by a rule are looked at together: per channel, which rules fire
   all the same, which are undecided, and how far they can move the score (`Waiting`);
3. a channel with these bits, these needs and these `Waiting`s has one `Assessment`.

Nothing in an assessment depends on the order of channels, rules or answers, except the order of needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, TypeVar

from model.artifact import INTERCEPT, TRUST, Artifact
from model.channels import Channel
from model.completions import Ask, Bounding
from model.conditions import Masks
from model.errors import ArtifactError
from model.features import ATTRIBUTES, RuleTerm, answer_feature, channel_feature, rule_feature, rule_terms
from model.knowledge.base import Knowledge
from model.profile import Profile, ProfileReader
from model.questions import Text
from model.reasons import Reason, Undecided
from model.rules import Effect, Rule

LEVEL = 0.9
"""Share of the belief that an interval holds."""
_Z = 1.6448536269514722  # 95 % point of the standard normal
_DIGITS = 9
_MEMO = 2048
"""Entries kept per memo; a full memo is emptied, which costs a few milliseconds and bounds the memory."""


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


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """What connected unknown answers mean for one channel.

    Attributes:
        fired: bits of rules that fire whatever the answers will be.
        provisional: (bit, questions) of rules that fire as things stand but may stop doing so.
        undecided: the rest, in groups.
        may_exclude: bits of exclusion rules that may fire.
    """

    fired: int
    provisional: tuple[tuple[int, tuple[str, ...]], ...]
    undecided: tuple[Undecided, ...]
    may_exclude: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One condition of one rule and the channels (with the rule's bit there) for which it remains."""

    ask: Ask
    rule: Rule
    places: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Block:
    """Conditions that look at the same questions, with what they said before."""

    key: Callable[[Masks], Any]
    indices: frozenset[int]
    rows: tuple[_Row, ...]
    memo: dict[Any, list[int] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Component:
    """Unknown questions that rules connect, the blocks that look at them, and what they meant before."""

    key: Callable[[Masks], Any]
    blocks: tuple[_Block, ...]
    memo: dict[Any, list[Waiting | None] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class _Plan:
    """Which blocks can be decided and which unknown questions belong together, for one set of unknown questions."""

    decided: tuple[_Block, ...]
    components: tuple[_Component, ...]


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
        self.terms = tuple(rule_terms(channel, knowledge) for channel in knowledge.channels)
        self._bounding = Bounding(knowledge.questionnaire)
        self._scale = 1 + self.artifact.deviation(TRUST)
        self._blocks = self._make_blocks()
        self._plans: dict[tuple[bool, ...], _Plan] = {}
        self._interned: dict[Any, Waiting] = {}
        self._assessments: dict[Any, Assessment] = {}
        self._learned_answers = self._learned_by_answer()
        self._no_bits = [0] * len(knowledge.channels)
        self._nothing_waits: list[tuple[Waiting | None, ...]] = [()] * len(knowledge.channels)
        self._run_self_test()

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment per channel, in the order of the knowledge."""
        masks = profile.masks
        plan = self._plan(masks)
        fired = [found for block in plan.decided if (found := self._fired(block, masks))]
        waiting = [open_ for part in plan.components if (open_ := self._waiting(part, masks))]
        shared = (profile.answers.get(self.knowledge.needs.id), masks if self._learned_answers else None)
        rows = zip(
            [sum(bits) for bits in zip(*fired, strict=True)] if fired else self._no_bits,
            list(zip(*waiting, strict=True)) if waiting else self._nothing_waits,
            strict=True,
        )
        memo = self._assessments
        assessments = []
        for place, (bits, waits) in enumerate(rows):
            key = (place, bits, waits, shared)
            assessment = memo.get(key)
            if assessment is None:
                assessment = _remember(memo, key, self._assessment(place, bits, waits, profile))
            assessments.append(assessment)
        return assessments

    # --- made once ------------------------------------------------------------------------------------------

    def _make_blocks(self) -> tuple[_Block, ...]:
        """Rules with the same remaining condition become one row, rows with the same questions one block."""
        rows: dict[tuple[Any, str], list[tuple[int, int]]] = {}
        for place, terms in enumerate(self.terms):
            for bit, term in enumerate(terms):
                rows.setdefault((term.when, term.rule.id), []).append((place, 1 << bit))
        asks: dict[Any, Ask] = {}
        grouped: dict[tuple[int, ...], list[_Row]] = {}
        for (condition, rule_id), places in rows.items():
            ask = asks.setdefault(condition, Ask(condition, self.knowledge.questionnaire))
            row = _Row(ask, self.knowledge.rule_by_id[rule_id], tuple(places))
            grouped.setdefault(ask.indices, []).append(row)
        return tuple(_Block(_key(indices), frozenset(indices), tuple(group)) for indices, group in grouped.items())

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
        if not self.artifact.self_test:
            return
        reader = ProfileReader(self.knowledge.questionnaire)
        for test in self.artifact.self_test:
            profile = reader.read(dict(test.profile))
            found = None
            if profile is not None:
                found = next((each.log_odds for each in self.assess(profile) if each.channel.id == test.channel), None)
            if found is None or abs(found - test.log_odds) > 1e-6:
                raise ArtifactError(f"artifact '{self.artifact.id}' fails its self-test on '{test.channel}'")

    # --- decided and waiting rules ---------------------------------------------------------------------------

    def _plan(self, masks: Masks) -> _Plan:
        unknown = tuple(not mask for mask in masks)
        plan = self._plans.get(unknown)
        if plan is None:
            if len(self._plans) >= _MEMO:
                self._plans.clear()
            plan = self._plans[unknown] = self._make_plan({i for i, is_unknown in enumerate(unknown) if is_unknown})
        return plan

    def _make_plan(self, unknown: set[int]) -> _Plan:
        decided, groups = [], list[tuple[set[int], list[_Block]]]()
        for block in self._blocks:
            waits_for = block.indices & unknown
            if not waits_for:
                decided.append(block)
                continue
            touching = [group for group in groups if group[0] & waits_for]
            merged = set(waits_for).union(*(group[0] for group in touching))
            blocks = [block, *(each for group in touching for each in group[1])]
            groups = [group for group in groups if group not in touching]
            groups.append((merged, blocks))
        components = tuple(
            _Component(_key(sorted(frozenset().union(*(block.indices for block in blocks)))), tuple(blocks))
            for _, blocks in groups
        )
        return _Plan(tuple(decided), components)

    def _fired(self, block: _Block, masks: Masks) -> list[int] | None:
        """Per channel the bits of the rules that fire, or None when none does anywhere."""
        key = block.key(masks)
        try:
            return block.memo[key]
        except KeyError:
            bits = list(self._no_bits)
            for row in block.rows:
                if row.ask.now(masks):
                    for place, bit in row.places:
                        bits[place] |= bit
            return _remember(block.memo, key, bits if any(bits) else None)

    def _waiting(self, component: _Component, masks: Masks) -> list[Waiting | None] | None:
        """Per channel what the unknown answers of this component mean, or None when they mean nothing anywhere."""
        key = component.key(masks)
        try:
            return component.memo[key]
        except KeyError:
            found = self._look_at(component, masks)
            return _remember(component.memo, key, found if any(found) else None)

    def _look_at(self, component: _Component, masks: Masks) -> list[Waiting | None]:
        fired = list(self._no_bits)
        open_rows: list[list[tuple[_Row, int, float]]] = [[] for _ in self._no_bits]
        for block in component.blocks:
            for row in block.rows:
                later, probability = row.ask.later(masks), row.ask.probability(masks)
                for place, bit in row.places:
                    if later is None or float(later) != probability:
                        open_rows[place].append((row, bit, probability))
                    elif later:
                        fired[place] |= bit
        return [
            self._intern(bits, rows, masks) if bits or rows else None
            for bits, rows in zip(fired, open_rows, strict=True)
        ]

    def _intern(self, fired: int, rows: Sequence[tuple[_Row, int, float]], masks: Masks) -> Waiting:
        """The `Waiting` with this content; equal content is one object, so that assessments can be shared."""
        unknown = self._unknown_questions(masks)
        provisional = tuple(
            (bit, tuple(question for question in unknown if question in row.ask.questions))
            for row, bit, probability in rows
            if probability == 1
        )
        may_exclude = sum(bit for row, bit, _ in rows if row.rule.effect is Effect.EXCLUDE)
        undecided = self._undecided(
            [(row, probability) for row, _, probability in rows if row.rule.effect is Effect.LOG_ODDS], masks
        )
        content = (fired, provisional, undecided, may_exclude)
        if len(self._interned) >= _MEMO * 4:
            self._interned.clear()
        return self._interned.setdefault(content, Waiting(*content))

    def _undecided(self, rows: Sequence[tuple[_Row, float]], masks: Masks) -> tuple[Undecided, ...]:
        weighted = [(row.ask, self._weight(row.rule)) for row, _ in rows]
        groups = []
        for bounds in self._bounding.groups(weighted, masks):
            members = [(*rows[member], weighted[member][1]) for member in bounds.members]
            counted = sum(weight * probability for _, probability, weight in members)
            expected = sum(weight * probability for _, probability, weight in members if probability < 1)
            groups.append(
                Undecided(
                    questions=bounds.questions,
                    rules=tuple((row.rule.id, round(probability, _DIGITS)) for row, probability, _ in members),
                    contribution=round(expected, _DIGITS),
                    low=round(min(bounds.low - counted, 0.0), _DIGITS),
                    high=round(max(bounds.high - counted, 0.0), _DIGITS),
                )
            )
        return tuple(groups)

    def _unknown_questions(self, masks: Masks) -> list[str]:
        return [question.id for question, mask in zip(self.knowledge.questionnaire, masks, strict=True) if not mask]

    # --- one channel ---------------------------------------------------------------------------------------

    def _weight(self, rule: Rule) -> float:
        """What a rule adds when it fires: the expert weight, trusted as far as records say, plus its deviation."""
        return rule.weight * self._scale + self.artifact.deviation(rule_feature(rule))

    def _assessment(self, place: int, bits: int, waits: Iterable[Waiting | None], profile: Profile) -> Assessment:
        channel, terms = self.knowledge.channels[place], self.terms[place]
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
            log_odds=round(log_odds, _DIGITS),
            low=round(low, _DIGITS),
            high=round(high, _DIGITS),
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
            yield Reason("need", need, round(weight, _DIGITS), function.sentence(score))

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
            round(expected, _DIGITS),
            round(low - expected, _DIGITS),
            round(high - expected, _DIGITS),
        )

    def _rule_reason(self, rule: Rule, assumed: tuple[str, ...]) -> Reason:
        return Reason("rule", rule.id, round(self._weight(rule), _DIGITS), rule.text, assumed)

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
        return Reason("records", name, round(contribution, _DIGITS), self._record_text(name, contribution > 0))

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


def _key(indices: Iterable[int]) -> Callable[[Masks], Any]:
    """A function that picks these masks, as something a memo can look up."""
    picked = tuple(indices)
    return itemgetter(*picked) if picked else lambda masks: ()


_Kept = TypeVar("_Kept")


def _remember(memo: dict[Any, _Kept], key: Any, value: _Kept) -> _Kept:
    if len(memo) >= _MEMO:
        memo.clear()
    memo[key] = value
    return value


def _extremes(fits: Sequence[float], ranks: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest Σ rank weight × fit over all choices of one need or more, from sorted fits."""
    lows = highs = 0.0
    low, high = math.inf, -math.inf
    for place, rank in enumerate(ranks[: len(fits)]):
        lows += rank * fits[place]
        highs += rank * fits[-1 - place]
        low, high = min(low, lows), max(high, highs)
    return low, high
