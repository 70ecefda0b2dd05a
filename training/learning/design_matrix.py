"""Design matrix: the features of many (profile, channel) pairs at once, equal to `Assessment.features`.

Profiles are kept as arrays: one bit mask per question, and the rank of each need. A condition is looked at for all
profiles together, in Kleene's three values. Only where unknown answers leave it undecided is it asked profile by
profile, and then once per distinct combination of the answers it can see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from model.domain.conditions import (
    All,
    AnyOf,
    Chosen,
    Condition,
    Constant,
    CountAtLeast,
    Masks,
    Not,
    OnlyChosen,
    Unanswered,
    compile_condition,
    leaves,
    questions_of,
)
from model.domain.knowledge import Knowledge
from model.domain.questions import Questionnaire
from model.domain.rules import Effect
from model.profiles.profile import Profile
from model.scoring.answer_classes import Ask
from model.scoring.artifact import TRUST
from model.scoring.features import ATTRIBUTES, answer_feature, channel_feature, rule_feature, rule_strength, rule_terms

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_BLOCK = 65_536
"""Pairs whose columns are made at a time."""
Decisions = Mapping[Condition, tuple[BoolArray, BoolArray]]
"""Part of a condition → (where it holds, where it does not)."""


@dataclass(frozen=True)
class ProfileTable:
    """Profiles as arrays, one row each.

    Attributes:
        masks: one column per question; 0 is unknown.
        ranks: one column per need: its place among the chosen needs (0 first), or -1 when it was not chosen.
    """

    masks: IntArray
    ranks: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.masks)

    @staticmethod
    def of(profiles: Sequence[Profile], knowledge: Knowledge) -> ProfileTable:
        needs = knowledge.needs
        masks = np.array([profile.masks for profile in profiles], dtype=np.int64)
        ranks = np.full((len(profiles), len(needs.codes)), -1, dtype=np.int8)
        column = {code: place for place, code in enumerate(needs.codes)}
        for row, profile in enumerate(profiles):
            for rank, code in enumerate(profile.codes(needs.id)):
                ranks[row, column[code]] = rank
        return ProfileTable(masks.reshape(len(profiles), len(knowledge.questionnaire.questions)), ranks)

    def distinct(self) -> tuple[ProfileTable, IntArray]:
        """The different profiles in an order that only depends on them, and for each row which one it is."""
        rows = np.hstack([self.masks, self.ranks.astype(np.int64)])
        kept, place = np.unique(rows, axis=0, return_inverse=True)
        width = self.masks.shape[1]
        return ProfileTable(kept[:, :width], kept[:, width:].astype(np.int8)), place.reshape(-1)

    @cached_property
    def values(self) -> Sequence[tuple[IntArray, IntArray]]:
        """Per question the masks that occur, and for each row which one it has."""
        return [np.unique(column, return_inverse=True) for column in self.masks.T]


@dataclass(frozen=True)
class Pairs:
    """(profile, channel) pairs: places in a `ProfileTable` and in the channels of the knowledge."""

    profiles: ProfileTable
    profile: IntArray
    channel: IntArray

    def __len__(self) -> int:
        return len(self.profile)

    def take(self, rows: IntArray | BoolArray) -> Pairs:
        """These rows, with the same profiles behind them."""
        return Pairs(self.profiles, self.profile[rows], self.channel[rows])

    @staticmethod
    def everywhere(profiles: ProfileTable, channels: int) -> Pairs:
        """Every profile with every channel, profile by profile."""
        every = np.arange(len(profiles))
        return Pairs(profiles, np.repeat(every, channels), np.tile(np.arange(channels), len(profiles)))


class FiringProbability:
    """How likely a condition holds for many profiles, unknown answers being what is believed of them."""

    def __init__(self, condition: Condition, questionnaire: Questionnaire) -> None:
        self._condition = condition
        self._questionnaire = questionnaire
        self._ask = Ask(condition, questionnaire)
        self._leaves = [leaf for leaf in dict.fromkeys(leaves(condition)) if not isinstance(leaf, Constant)]
        # What an unknown answer is taken for may hang on answers that the condition itself does not look at.
        assumed = {
            questionnaire.layout[question].index
            for index in self._ask.indices
            for assumption in questionnaire.questions[index].assumptions
            for question in questions_of(assumption.when)
        }
        self._assumed: IntArray = np.array(sorted(assumed), dtype=np.int64)

    def __call__(self, profiles: ProfileTable) -> FloatArray:
        decisions = self._decisions(profiles)
        holds, fails = self._decide(self._condition, decisions, len(profiles))
        probability = holds.astype(np.float64)
        undecided = np.flatnonzero(~holds & ~fails)
        if len(undecided):
            probability[undecided] = self._per_situation(profiles, decisions, undecided, self._ask.probability)
        return probability

    def certain(self, profiles: ProfileTable) -> BoolArray:
        """Whether it holds whatever the unknown answers will be."""

        def holds(masks: Masks) -> bool:
            return self._ask.later(masks) is True and self._ask.probability(masks) == 1

        everyone = np.arange(len(profiles))
        return self._per_situation(profiles, self._decisions(profiles), everyone, holds).astype(np.bool_)

    def _per_situation(
        self, profiles: ProfileTable, decisions: Decisions, rows: IntArray, look: Callable[[Masks], float]
    ) -> FloatArray:
        """Look once at each distinct situation: what the parts of the condition say, and what assumptions hang on."""
        parts = [holds[rows].astype(np.int64) - fails[rows] for holds, fails in decisions.values()]
        situations = np.column_stack([*parts, profiles.masks[np.ix_(rows, self._assumed)]])
        _, first, place = np.unique(situations, axis=0, return_index=True, return_inverse=True)
        found = [look(profiles.masks[rows[row]].tolist()) for row in first]
        return np.array(found, dtype=np.float64)[place.reshape(-1)]

    def _decisions(self, profiles: ProfileTable) -> Decisions:
        return {leaf: self._look_at(leaf, profiles) for leaf in self._leaves}

    def _look_at(self, leaf: Condition, profiles: ProfileTable) -> tuple[BoolArray, BoolArray]:
        """For which profiles a part without parts holds, and for which not; where neither is true it is undecided."""
        if not isinstance(leaf, Chosen | OnlyChosen | CountAtLeast | Unanswered):
            raise TypeError(f"{leaf} is not about the answer to one question")
        index = self._questionnaire.layout[leaf.question].index
        test = compile_condition(leaf, self._questionnaire.layout)
        values, place = profiles.values[index]
        masks = [0] * len(self._questionnaire.questions)
        decided = []
        for masks[index] in values.tolist():
            decided.append(test(masks))
        holds, fails = ([decision is wanted for decision in decided] for wanted in (True, False))
        return np.array(holds, dtype=np.bool_)[place], np.array(fails, dtype=np.bool_)[place]

    def _decide(self, condition: Condition, decisions: Decisions, count: int) -> tuple[BoolArray, BoolArray]:
        match condition:
            case Constant(value):
                holds = np.full(count, value)
                return holds, ~holds
            case Not(part):
                holds, fails = self._decide(part, decisions, count)
                return fails, holds
            case All(parts):
                decided = [self._decide(part, decisions, count) for part in parts]
                return np.all([each[0] for each in decided], axis=0), np.any([each[1] for each in decided], axis=0)
            case AnyOf(parts):
                decided = [self._decide(part, decisions, count) for part in parts]
                return np.any([each[0] for each in decided], axis=0), np.all([each[1] for each in decided], axis=0)
            case _:
                return decisions[condition]


class Featuriser:
    """Turns pairs into rows of a sparse matrix.

    Columns (`names`): trust, then one per rule with a weight, then one per channel. Answers × channel attributes are
    columns only on demand (`pattern`), because there are many and few of them mean anything. The intercept is no
    column: it is the estimator's own.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        questionnaire = knowledge.questionnaire
        self.rules = knowledge.rules_with(Effect.LOG_ODDS)
        self.names = (
            TRUST,
            *(rule_feature(rule) for rule in self.rules),
            *(channel_feature(channel) for channel in knowledge.channels),
        )
        self.channel_place = {channel.id: place for place, channel in enumerate(knowledge.channels)}
        self.codes = tuple((question.id, code) for question in questionnaire for code in question.codes)
        self.attributes: FloatArray = np.array(
            [[scale(channel) for scale in ATTRIBUTES.values()] for channel in knowledge.channels]
        )
        self.weights: FloatArray = np.array([rule.weight for rule in self.rules])
        self.strengths: FloatArray = np.array([rule_strength(rule) for rule in self.rules])
        fits = knowledge.fit_weights
        # What a function score adds for a need in the first place: need × channel.
        self._fits: FloatArray = np.array(
            [[fits.scores[channel.functions[code]] for channel in knowledge.channels] for code in knowledge.needs.codes]
        )
        self._rank_weights: FloatArray = np.array([*fits.ranks, 0.0])  # the last is found at rank -1: not chosen
        self._bits = [(questionnaire.layout[question].index, questionnaire.layout[question].bits[code])
                      for question, code in self.codes]  # fmt: skip
        self._asked_last: tuple[ProfileTable, FloatArray] | None = None
        self._compile()

    def _compile(self) -> None:
        """Per channel: (place of a rule, place of its condition), and the conditions of its exclusions."""
        conditions: dict[Condition, int] = {}
        rule_place = {rule.id: place for place, rule in enumerate(self.rules)}
        self._terms: list[list[tuple[int, int]]] = []
        self._exclusions: list[list[int]] = []
        for channel in self.knowledge.channels:
            terms = rule_terms(channel, self.knowledge)
            self._terms.append([
                (rule_place[term.rule.id], conditions.setdefault(term.when, len(conditions)))
                for term in terms if term.rule.effect is Effect.LOG_ODDS
            ])  # fmt: skip
            self._exclusions.append([
                conditions.setdefault(term.when, len(conditions))
                for term in terms if term.rule.effect is Effect.EXCLUDE
            ])  # fmt: skip
        self._conditions = tuple(FiringProbability(each, self.knowledge.questionnaire) for each in conditions)

    def pattern_name(self, pattern: tuple[int, int]) -> str:
        """Feature name of a pattern: (place of an answer code, place of a channel attribute)."""
        question, code = self.codes[pattern[0]]
        return answer_feature(question, code, tuple(ATTRIBUTES)[pattern[1]])

    def matrix(self, pairs: Pairs) -> sparse.csr_array:
        """The columns `names` for these pairs."""
        firing, needs = self._firing(pairs.profiles), self._need_scores(pairs.profiles)
        # Block by block, because places of numbers take more memory than the numbers themselves.
        every = np.arange(len(pairs))
        blocks = [pairs.take(every[first : first + _BLOCK]) for first in range(0, max(len(pairs), 1), _BLOCK)]
        return sparse.csr_array(sparse.vstack([self._block(block, firing, needs) for block in blocks], format="csr"))

    def _block(self, pairs: Pairs, firing: FloatArray, needs: FloatArray) -> sparse.csr_array:
        expert = needs[pairs.profile, pairs.channel]
        rows, columns, values = [], [], []
        for place, terms in enumerate(self._terms):
            here = np.flatnonzero(pairs.channel == place)
            for rule, condition in terms:
                fires = firing[condition, pairs.profile[here]]
                on = np.flatnonzero(fires)
                rows.append(here[on])
                columns.append(np.full(len(on), 1 + rule))
                values.append(fires[on] * self.strengths[rule])
                expert[here[on]] += self.weights[rule] * fires[on]
        every = np.arange(len(pairs))
        rows += [every, every]
        columns += [np.zeros(len(pairs), dtype=np.int64), 1 + len(self.rules) + pairs.channel]
        values += [expert, np.ones(len(pairs))]
        return _csr(rows, columns, values, (len(pairs), len(self.names)))

    def blur(self, pairs: Pairs) -> FloatArray:
        """Variance of the expert log-odds that unknown answers leave, rules and needs taken one by one."""
        firing = self._firing(pairs.profiles)
        spread = firing * (1 - firing)
        fits = self._rank_weights[0] * self._fits
        unknown = np.all(pairs.profiles.ranks < 0, axis=1, keepdims=True).ravel()
        blur = unknown[pairs.profile] * fits.var(axis=0)[pairs.channel]
        for place, terms in enumerate(self._terms):
            here = np.flatnonzero(pairs.channel == place)
            for rule, condition in terms:
                blur[here] += self.weights[rule] ** 2 * spread[condition, pairs.profile[here]]
        return np.asarray(blur)

    def chosen(self, profiles: ProfileTable) -> sparse.csr_array:
        """Profile × answer code: 1 where it was chosen."""
        columns = [(profiles.masks[:, index] & bit) != 0 for index, bit in self._bits]
        return sparse.csr_array(np.array(columns, dtype=np.float64).reshape(len(self._bits), len(profiles)).T)

    def with_patterns(self, pairs: Pairs, patterns: Sequence[tuple[int, int]]) -> sparse.csr_array:
        """The columns of `matrix`, and after them those of these patterns."""
        return sparse.csr_array(sparse.hstack([self.matrix(pairs), self.patterns(pairs, patterns)], format="csr"))

    def patterns(self, pairs: Pairs, patterns: Sequence[tuple[int, int]]) -> sparse.csr_array:
        """One column per pattern for these pairs."""
        columns = [sparse.csr_array((len(pairs), 0))]
        for code, attribute in patterns:
            index, bit = self._bits[code]
            chosen = (pairs.profiles.masks[:, index] & bit) != 0
            column = chosen[pairs.profile] * self.attributes[pairs.channel, attribute]
            columns.append(sparse.csr_array(column[:, np.newaxis]))
        return sparse.csr_array(sparse.hstack(columns, format="csr"))

    def excluded(self, profiles: ProfileTable) -> BoolArray:
        """Profile × channel: whether an exclusion rule fires whatever the unknown answers will be."""
        excluded = np.zeros((len(profiles), len(self._exclusions)), dtype=np.bool_)
        for channel, places in enumerate(self._exclusions):
            for place in places:
                excluded[:, channel] |= self._conditions[place].certain(profiles)
        return excluded

    def _firing(self, profiles: ProfileTable) -> FloatArray:
        """Condition × profile: the probability that it holds; kept for the profiles that were asked about last."""
        if self._asked_last is None or self._asked_last[0] is not profiles:
            firing = [condition(profiles) for condition in self._conditions]
            found = np.array(firing).reshape(len(self._conditions), len(profiles))
            self._asked_last = (profiles, found)
        return self._asked_last[1]

    def _need_scores(self, profiles: ProfileTable) -> FloatArray:
        """Profile × channel: what the needs add; unknown needs count as one need, each equally likely."""
        weights = self._rank_weights[profiles.ranks]
        unknown = (profiles.ranks < 0).all(axis=1)
        weights[unknown] = self._rank_weights[0] / len(self._fits)
        return np.asarray(weights @ self._fits)


def _csr(
    rows: Iterable[npt.NDArray[np.integer]],
    columns: Iterable[npt.NDArray[np.integer]],
    values: Iterable[FloatArray],
    shape: tuple[int, int],
) -> sparse.csr_array:
    # Places of 32 bits are enough for a block, and stay so when blocks are put together.
    places = tuple(np.concatenate(list(each)).astype(np.int32) for each in (rows, columns))
    matrix = sparse.coo_array((np.concatenate(list(values)), places), shape=shape).tocsr()
    matrix.sort_indices()
    return matrix
