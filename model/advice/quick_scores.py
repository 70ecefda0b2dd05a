"""Outline: the scores of all channels without their reasons, quick to redo when a few answers change.

Advice that looks at many "what if"s needs only numbers. An outline starts from the answers as they are; `after` looks
again only at the rules that ask for the answers that changed. Its numbers are those of `model.scoring.scorer`; tests
hold the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from model.domain.channels import MOMENTS, Moment
from model.domain.conditions import Masks, Unanswered, UnknownCount, leaves
from model.domain.knowledge import Knowledge
from model.domain.questions import Questionnaire
from model.domain.rules import Effect, Rule
from model.memo import FEW, remember
from model.profiles.profile import Profile
from model.scoring.advisor import Advisor
from model.scoring.answer_classes import Ask
from model.scoring.artifact import TRUST
from model.scoring.features import ATTRIBUTES, answer_feature, channel_feature
from model.scoring.launch_verdict import Verdict
from model.scoring.likelihood import Likelihood

EQUAL = 1e-7
"""Scores that differ by less count as a tie."""

Firsts = Mapping[Moment, tuple[str, ...]]


class Row(Likelihood):
    """One condition on the answers with everything that it moves.

    Attributes:
        pushes: place of a channel → log-odds that are added when it holds.
        excludes: place of a channel → how many rules exclude it when it holds.
        rules: place of a channel → the rules that this is the condition of.
    """

    def __init__(self, ask: Ask, questionnaire: Questionnaire) -> None:
        super().__init__(ask, questionnaire)
        self.pushes: dict[int, float] = {}
        self.excludes: dict[int, int] = {}
        self.rules: dict[int, list[Rule]] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The scores for some answers.

    Attributes:
        masks: the answers.
        needs: the needs in their order; empty when unknown.
        scores: log-odds per channel, in the order of the knowledge.
        excluded: per channel how many exclusion rules fire.
    """

    outliner: Outliner
    masks: tuple[int, ...]
    needs: tuple[str, ...]
    scores: list[float]
    excluded: list[int]

    def after(self, changed: Mapping[int, int], needs: tuple[str, ...] | None = None) -> Outline:
        """The outline when these answers (place of the question → mask) are different."""
        masks = list(self.masks)
        for index, mask in changed.items():
            masks[index] = mask
        scores, excluded = self.scores.copy(), self.excluded.copy()
        for row in self.outliner.rows_on(changed):
            before, now = row.value(self.masks), row.value(masks)
            if before != now:
                for place, weight in row.pushes.items():
                    scores[place] += weight * (now - before)
                for place, count in row.excludes.items():
                    excluded[place] += count * ((now == 1) - (before == 1))
        self.outliner.learned(changed, self.masks, masks, scores)
        new_needs = self.needs if needs is None else needs
        if new_needs != self.needs:
            for place, (old, new) in enumerate(
                zip(self.outliner.fits(self.needs), self.outliner.fits(new_needs), strict=True)
            ):
                scores[place] += new - old
        return Outline(self.outliner, tuple(masks), new_needs, scores, excluded)

    def first(self, moment: Moment) -> tuple[str, ...]:
        """The channels that are first of their kind; more than one when they tie."""
        scores, excluded = self.scores, self.excluded
        left = [(scores[place], name) for place, name in self.outliner.places[moment] if not excluded[place]]
        if not left:
            return ()
        almost = max(left)[0] - EQUAL
        return tuple([name for score, name in left if score > almost])

    def firsts(self) -> Firsts:
        return {moment: self.first(moment) for moment in MOMENTS}

    def lead(self, place: int) -> float:
        """How far a channel is ahead of the best other channel of its kind; negative when it is behind."""
        moment = self.outliner.knowledge.channels[place].moment
        others = [
            self.scores[other]
            for other, _ in self.outliner.places[moment]
            if other != place and not self.excluded[other]
        ]
        return round(self.scores[place] - max(others, default=float("-inf")), 6)

    def verdict(self) -> Verdict:
        """The launch verdict, as `model.scoring.launch_verdict` gives it."""
        left = [score for score, excluded in zip(self.scores, self.excluded, strict=True) if not excluded]
        stops, holds = self.outliner.readiness
        if not left or any(ask.now(self.masks) for _, ask in stops):
            return Verdict.DO_NOT_LAUNCH_YET
        if max(left) < -EQUAL or any(ask.now(self.masks) for _, ask in holds):
            return Verdict.FIX_FIRST
        return Verdict.GO


class Outliner:
    """The rules and numbers of an advisor in the form that outlines need; made once per advisor."""

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor
        self.knowledge: Knowledge = advisor.knowledge
        self._scale = 1 + advisor.artifact.deviation(TRUST)
        self._questions = self.knowledge.questionnaire
        self.index = {question.id: place for place, question in enumerate(self._questions)}
        self.place = {channel.id: place for place, channel in enumerate(self.knowledge.channels)}
        self.places: Mapping[Moment, Sequence[tuple[int, str]]] = {
            moment: sorted(
                ((self.place[each.id], each.id) for each in self.knowledge.channels if each.moment == moment),
                key=itemgetter(1),
            )
            for moment in MOMENTS
        }
        self.readiness = tuple(
            [(rule, Ask(rule.when, self._questions)) for rule in self.knowledge.rules_with(effect)]
            for effect in (Effect.STOP, Effect.HOLD)
        )
        self.rows = self._make_rows()
        self.rows_of = tuple(
            tuple(row for row in self.rows if place in row.rules) for place in range(len(self.knowledge.channels))
        )
        self._rows_by_question: Mapping[int, Sequence[Row]] = {
            index: [row for row in self.rows if index in row.depends] for index in self.index.values()
        }
        self._rows_by_set: dict[frozenset[int], tuple[Row, ...]] = {}
        self._fits: dict[tuple[str, ...], list[float]] = {}
        self._learned = self._learned_by_answer()

    def outline(self, profile: Profile) -> Outline:
        """The scores for these answers."""
        artifact, needs = self.advisor.artifact, profile.codes(self.knowledge.needs.id)
        scores = [
            fit + artifact.deviation("intercept") + artifact.deviation(channel_feature(channel))
            for fit, channel in zip(self.fits(needs), self.knowledge.channels, strict=True)
        ]
        excluded = [0] * len(scores)
        for row in self.rows:
            value = row.value(profile.masks)
            if value:
                for place, weight in row.pushes.items():
                    scores[place] += weight * value
                if value == 1:
                    for place, count in row.excludes.items():
                        excluded[place] += count
        nothing = [0] * len(profile.masks)
        self.learned(self.index.values(), nothing, profile.masks, scores)
        return Outline(self, profile.masks, needs, scores, excluded)

    def matters(self, question: int) -> bool:
        """Whether any rule or record looks at the answer to this question."""
        asks = [ask for group in self.readiness for _, ask in group]
        return (
            bool(self._rows_by_question[question])
            or question in self._learned
            or any(question in ask.indices for ask in asks)
        )

    def rows_on(self, questions: Iterable[int]) -> tuple[Row, ...]:
        """The rows that look at one of these questions."""
        key = frozenset(questions)
        found = self._rows_by_set.get(key)
        if found is None:
            rows = dict.fromkeys(row for index in sorted(key) for row in self._rows_by_question[index])
            found = remember(self._rows_by_set, key, tuple(rows), FEW)
        return found

    def fits(self, needs: tuple[str, ...]) -> list[float]:
        """Per channel what the needs add; while they are unknown, what one need adds on average."""
        found = self._fits.get(needs)
        if found is None:
            weights, codes = self.knowledge.fit_weights, self.knowledge.needs.codes
            fits = [
                sum(weights.weight(rank, channel.functions[need]) for rank, need in enumerate(needs))
                if needs
                else sum(weights.weight(0, channel.functions[need]) for need in codes) / len(codes)
                for channel in self.knowledge.channels
            ]
            found = remember(self._fits, needs, [self._scale * fit for fit in fits], FEW)
        return found

    def fit_bounds(self) -> tuple[float, float]:
        """The least and the most that needs can add to a channel."""
        weights = self.knowledge.fit_weights
        ends = [abs(self._scale) * sum(weights.ranks) * max(map(abs, weights.scores)) * sign for sign in (-1, 1)]
        return ends[0], ends[1]

    def learned_by(self, question: int) -> Sequence[tuple[int, Sequence[float]]]:
        """Bit of an option → what records add for it, per channel."""
        return self._learned.get(question, ())

    def learned_share(self, question: int, mask: int, place: int) -> float:
        """What records add to a channel for the answer to one question."""
        return sum(added[place] for bit, added in self._learned.get(question, ()) if mask & bit)

    def learned(self, questions: Iterable[int], before: Masks, now: Masks, scores: list[float]) -> None:
        """Add to the scores what records say about answers that no rule connects."""
        for index in questions:
            for bit, added in self._learned.get(index, ()):
                change = bool(now[index] & bit) - bool(before[index] & bit)
                if change:
                    for place, amount in enumerate(added):
                        scores[place] += change * amount

    def weight(self, rule: Rule) -> float:
        """What a rule adds when it fires."""
        return self.advisor.scorer.weight(rule)

    # --- made once ------------------------------------------------------------------------------------------

    def _make_rows(self) -> tuple[Row, ...]:
        rows: dict[Ask, Row] = {}
        for place, terms in enumerate(self.advisor.scorer.applied.terms):
            for rule, ask in terms:
                if rule.effect is Effect.ADVICE:
                    continue
                row = rows.get(ask)
                if row is None:
                    row = rows[ask] = Row(ask, self._questions)
                row.rules.setdefault(place, []).append(rule)
                if rule.effect is Effect.EXCLUDE:
                    row.excludes[place] = row.excludes.get(place, 0) + 1
                else:
                    row.pushes[place] = row.pushes.get(place, 0.0) + self.weight(rule)
        return tuple(rows.values())

    def _learned_by_answer(self) -> Mapping[int, Sequence[tuple[int, Sequence[float]]]]:
        learned: dict[int, list[tuple[int, Sequence[float]]]] = {}
        for question in self._questions:
            for code, bit in question.bit_of.items():
                numbers = [
                    (scale, deviation)
                    for attribute, scale in ATTRIBUTES.items()
                    if (deviation := self.advisor.artifact.deviation(answer_feature(question.id, code, attribute)))
                ]
                if numbers:
                    added = [
                        sum(scale(channel) * deviation for scale, deviation in numbers)
                        for channel in self.knowledge.channels
                    ]
                    learned.setdefault(self.index[question.id], []).append((bit, added))
        return learned


def waits_for_silence(ask: Ask) -> bool:
    """Whether an answer can stop this condition from holding only because it is known then."""
    return any(isinstance(leaf, Unanswered | UnknownCount) for leaf in leaves(ask.condition))
