"""Design matrix: the features of many (profile, channel) pairs at once, equal to those that scoring gives each pair.

Profiles are kept as arrays: one bit mask per question, and the rank of each need. A condition is looked at for all
profiles together, in Kleene's three values, and only where it is known to hold it is a feature: nothing is learned
from what nobody said.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from model.domain.conditions import (
    All,
    AnyOf,
    Condition,
    Constant,
    Not,
    compile_condition,
    questions_of,
)
from model.domain.knowledge import Knowledge
from model.domain.questions import Questionnaire
from model.domain.rules import Effect
from model.profiles.profile import Profile
from model.scoring.artifact import FIT, INTERCEPT, TRUST
from model.scoring.features import channel_feature, group_feature, rule_feature, rule_terms

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
_BLOCK = 65_536
"""Pairs whose columns are made at a time."""
_KEPT = 3
"""Tables of profiles whose answers to all conditions are kept: those of records, of documents, and of who is asked."""
_FIXED = -1
"""Instead of a column: nothing is learned about this rule."""
Decision = tuple[BoolArray, BoolArray]
"""For which profiles something holds, and for which it does not; where neither is true it is undecided."""
_Cells = tuple[npt.NDArray[np.integer], npt.NDArray[np.integer], FloatArray]
"""Rows, columns and values."""


@dataclass(frozen=True)
class ProfileTable:
    """Profiles as arrays, one row each.

    Attributes:
        masks: one column per question.
        ranks: one column per need: its place among the chosen needs (0 first), or -1 when it was not chosen.
        absent: the mask of a missing answer to each question (`Question.absent_mask`).
    """

    masks: IntArray
    ranks: npt.NDArray[np.int8]
    absent: IntArray

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
        absent = np.array(knowledge.questionnaire.absent_masks, dtype=np.int64)
        return ProfileTable(masks.reshape(len(profiles), len(absent)), ranks, absent)

    def distinct(self) -> tuple[ProfileTable, IntArray]:
        """The different profiles in an order that only depends on them, and for each row which one it is."""
        rows = np.hstack([self.masks, self.ranks.astype(np.int64)])
        kept, place = np.unique(rows, axis=0, return_inverse=True)
        width = self.masks.shape[1]
        return ProfileTable(kept[:, :width], kept[:, width:].astype(np.int8), self.absent), place.reshape(-1)

    @property
    def known(self) -> IntArray:
        """Number of answers in each profile; "unknown" is none, and a question that does not apply has none."""
        return np.asarray(np.count_nonzero((self.masks != 0) & (self.masks != self.absent), axis=1))

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


class AnsweredConditions:
    """Says for many profiles where a condition is known to hold; what hangs on unknown answers is undecided."""

    def __init__(self, profiles: ProfileTable, questionnaire: Questionnaire) -> None:
        self._questionnaire = questionnaire
        self._profiles = profiles
        self._leaves: dict[Condition, Decision] = {}

    def holds(self, condition: Condition) -> BoolArray:
        """For which profiles the condition is known to hold."""
        return self._decided(condition)[0]

    def assumed(self) -> ProfileTable:
        """The profiles with the answers in place that are assumed of them (`Questionnaire.assumption`)."""
        masks = self._profiles.masks.copy()
        for index, question in enumerate(self._questionnaire):
            for assumption in question.assumptions:
                taken = (masks[:, index] == 0) & self.holds(assumption.when)
                masks[taken, index] = question.bit_of[assumption.answer]
        return ProfileTable(masks, self._profiles.ranks, self._profiles.absent)

    def _decided(self, condition: Condition) -> Decision:
        match condition:
            case Constant(value):
                holds = np.full(len(self._profiles), value)
                return holds, ~holds
            case Not(part):
                holds, fails = self._decided(part)
                return fails, holds
            case All(parts):
                every = [self._decided(part) for part in parts]
                return np.all([each[0] for each in every], axis=0), np.any([each[1] for each in every], axis=0)
            case AnyOf(parts):
                every = [self._decided(part) for part in parts]
                return np.any([each[0] for each in every], axis=0), np.all([each[1] for each in every], axis=0)
            case _:
                if condition not in self._leaves:
                    self._leaves[condition] = self._look_at(condition)
                return self._leaves[condition]

    def _look_at(self, leaf: Condition) -> Decision:
        """A part without parts, looked at once for every different answer to its question."""
        questions = questions_of(leaf)
        if len(questions) != 1:
            raise TypeError(f"{leaf} is not about the answer to one question")
        index = self._questionnaire.layout[next(iter(questions))].index
        test = compile_condition(leaf, self._questionnaire.layout)
        values, place = self._profiles.values[index]
        masks = [0] * len(self._questionnaire.questions)
        found = []
        for masks[index] in values.tolist():
            found.append(test(masks))
        holds, fails = ([decision is wanted for decision in found] for wanted in (True, False))
        return np.array(holds, dtype=np.bool_)[place], np.array(fails, dtype=np.bool_)[place]


@dataclass(frozen=True)
class DesignMatrix:
    """Rows of features, and what is taken as given about them.

    Attributes:
        X: one row per pair, one column per name in `Featuriser.names`.
        offset: log-odds before anything is learned: the rules times the trust in them, and the wishes.
    """

    X: sparse.csr_array
    offset: FloatArray

    def without_intercept(self) -> DesignMatrix:
        """The same with nothing in the first column."""
        kept = sparse.diags_array(np.arange(self.X.shape[1]) > 0, dtype=np.float64)
        X = sparse.csr_array(self.X @ kept)
        X.eliminate_zeros()
        return DesignMatrix(X, self.offset)


@dataclass(frozen=True)
class _RuleTerms:
    """Every rule with a weight beside every channel that it can say something about, channel by channel.

    Attributes:
        first: place of the first term of each channel, and the number of all terms after them.
        column: of the rule, or `_FIXED`.
        weight: that experts gave.
        condition: place of what must hold.
    """

    first: IntArray
    column: IntArray
    weight: FloatArray
    condition: IntArray

    @staticmethod
    def of(terms: Sequence[tuple[int, int, float, int]], channels: int) -> _RuleTerms:
        """From (channel, column, weight, condition), in the order of channels."""
        channel, column, weight, condition = zip(*terms, strict=True) if terms else ((), (), (), ())
        return _RuleTerms(
            np.searchsorted(np.array(channel, dtype=np.int64), np.arange(channels + 1)),
            np.array(column, dtype=np.int64),
            np.array(weight, dtype=np.float64),
            np.array(condition, dtype=np.int64),
        )

    def beside(self, channel: IntArray) -> tuple[IntArray, IntArray]:
        """Each of these channels with each of its terms: places in `channel`, and places of terms."""
        count = self.first[channel + 1] - self.first[channel]
        before = np.cumsum(count) - count
        rows = np.repeat(np.arange(len(channel)), count)
        return rows, np.arange(len(rows)) + (self.first[channel] - before)[rows]

    def columns_of(self, channel: int) -> IntArray:
        """The columns of its rules that can be learned about."""
        columns = self.column[self.first[channel] : self.first[channel + 1]]
        return np.unique(columns[columns != _FIXED])


class Featuriser:
    """Turns pairs into rows of features.

    Columns (`names`): the intercept, one per channel, trust, one per rule that can be learned about, one for each group
    of communities with each kind of channel, and fit.

    Attributes:
        rules: those with a column.
        groups: number of columns of groups with kinds.
        place: name → column.
        expert: what experts say of each column. What they say of fixed rules is in the offset alone.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.rules = tuple(rule for rule in knowledge.rules_with(Effect.LOG_ODDS) if not rule.fixed)
        self.kinds = tuple(sorted({channel.kind for channel in knowledge.channels}))
        self.names = (
            INTERCEPT,
            *(channel_feature(channel) for channel in knowledge.channels),
            TRUST,
            *(rule_feature(rule) for rule in self.rules),
            *(group_feature(term, kind) for term in knowledge.groups for kind in self.kinds),
            FIT,
        )
        self.groups = len(knowledge.groups) * len(self.kinds)
        self.place: Mapping[str, int] = {name: place for place, name in enumerate(self.names)}
        self.channel_place = knowledge.channel_place
        self.weights: FloatArray = np.array([rule.weight for rule in self.rules])
        self.expert: FloatArray = np.zeros(len(self.names))
        self.expert[self.place[TRUST]], self.expert[self.place[FIT]] = knowledge.trust, knowledge.fit_weights.use
        self._kind: IntArray = np.array([self.kinds.index(channel.kind) for channel in knowledge.channels])
        self._fits: FloatArray = np.array(
            [[channel.functions[code] / 3 for channel in knowledge.channels] for code in knowledge.needs.codes]
        )
        self._rank_weights: FloatArray = np.array([*knowledge.fit_weights.ranks, 0.0])  # rank -1 finds the last
        self._compile()
        self._asked: deque[tuple[ProfileTable, BoolArray]] = deque(maxlen=_KEPT)

    def _compile(self) -> None:
        """The conditions that are asked, and every rule beside every channel that it can say something about."""
        conditions: dict[Condition, int] = {}
        weighed: list[tuple[int, int, float, int]] = []
        exclusions: list[tuple[int, int]] = []
        for place, channel in enumerate(self.knowledge.channels):
            for term in rule_terms(channel, self.knowledge):
                if term.rule.effect is Effect.LOG_ODDS:
                    column = self.place.get(rule_feature(term.rule), _FIXED)
                    condition = conditions.setdefault(term.when, len(conditions))
                    weighed.append((place, column, term.rule.weight, condition))
                elif term.rule.effect is Effect.EXCLUDE:
                    exclusions.append((place, conditions.setdefault(term.when, len(conditions))))
        self._terms = _RuleTerms.of(weighed, len(self.knowledge.channels))
        self._exclusions = exclusions
        self._groups = [conditions.setdefault(term.when, len(conditions)) for term in self.knowledge.groups]
        self._conditions = tuple(conditions)

    def rows(self, pairs: Pairs) -> DesignMatrix:
        """The features of these pairs."""
        if not len(pairs):
            return DesignMatrix(sparse.csr_array((0, len(self.names))), np.zeros(0))
        holds = self._holding(pairs.profiles)
        # Block by block, because places of numbers take more memory than the numbers themselves.
        every = np.arange(len(pairs))
        blocks = [
            self._block(pairs.take(every[first : first + _BLOCK]), holds) for first in range(0, len(pairs), _BLOCK)
        ]
        X = sparse.csr_array(sparse.vstack([block.X for block in blocks], format="csr"))
        return DesignMatrix(X, np.concatenate([block.offset for block in blocks]))

    def excluded(self, profiles: ProfileTable) -> BoolArray:
        """Profile × channel: whether a rule takes the channel out."""
        holds = self._holding(profiles)
        excluded = np.zeros((len(profiles), len(self.knowledge.channels)), dtype=np.bool_)
        for channel, condition in self._exclusions:
            excluded[:, channel] |= holds[condition]
        return excluded

    def of_channel(self, channel: int) -> IntArray:
        """Columns, other than the intercept and the channel's own, that pairs with this channel can have."""
        rules = self._terms.columns_of(channel)
        groups = self._first_group + np.arange(len(self._groups)) * len(self.kinds) + self._kind[channel]
        return np.concatenate([[self.place[TRUST]], rules, groups, [self.place[FIT]]])

    @cached_property
    def beside_channels(self) -> BoolArray:
        """Channel × column: what `of_channel` says of each."""
        beside = np.zeros((len(self.knowledge.channels), len(self.names)), dtype=np.bool_)
        for channel in range(len(beside)):
            beside[channel, self.of_channel(channel)] = True
        return beside

    @property
    def _first_group(self) -> int:
        return self.place[TRUST] + 1 + len(self.rules)

    def _holding(self, profiles: ProfileTable) -> BoolArray:
        """Condition × profile: where it holds; kept for the profiles that were asked about last."""
        for asked, holds in self._asked:
            if asked is profiles:
                return holds
        questionnaire = self.knowledge.questionnaire
        known = AnsweredConditions(AnsweredConditions(profiles, questionnaire).assumed(), questionnaire)
        holds = np.empty((len(self._conditions), len(profiles)), dtype=np.bool_)
        for row, condition in zip(holds, self._conditions, strict=True):
            row[:] = known.holds(condition)
        self._asked.append((profiles, holds))
        return holds

    def _block(self, pairs: Pairs, holds: BoolArray) -> DesignMatrix:
        every = np.arange(len(pairs))
        rows, terms = self._terms.beside(pairs.channel)
        on = holds[self._terms.condition[terms], pairs.profile[rows]]
        rows, terms = rows[on], terms[on]
        column, weight = self._terms.column[terms], self._terms.weight[terms]
        learned = column != _FIXED
        trust = np.bincount(rows[learned], weight[learned], minlength=len(pairs))
        fixed = np.bincount(rows[~learned], weight[~learned], minlength=len(pairs))
        group, members = np.nonzero(holds[self._groups][:, pairs.profile])
        kind = self._kind[pairs.channel[members]]
        cells = [
            (every, np.zeros(len(pairs)), np.ones(len(pairs))),
            (every, 1 + pairs.channel, np.ones(len(pairs))),
            (every, np.full(len(pairs), self.place[TRUST]), trust),
            (every, np.full(len(pairs), self.place[FIT]), self._fit(pairs)),
            (rows[learned], column[learned], np.abs(weight[learned])),
            (members, self._first_group + group * len(self.kinds) + kind, np.ones(len(members))),
        ]
        X = _csr(cells, (len(pairs), len(self.names)))
        return DesignMatrix(X, X @ self.expert + fixed)

    def _fit(self, pairs: Pairs) -> FloatArray:
        """How well each channel serves the wish that it serves best, from -0.5 to 0.5; 0 where no wish is known."""
        best = np.zeros(len(pairs))
        for need, fits in enumerate(self._fits):
            weight = self._rank_weights[pairs.profiles.ranks[pairs.profile, need]]
            np.maximum(best, weight * fits[pairs.channel], out=best)
        known: BoolArray = np.any(pairs.profiles.ranks >= 0, axis=1)
        return np.where(known[pairs.profile], best - 0.5, 0.0)


def _csr(cells: Iterable[_Cells], shape: tuple[int, int]) -> sparse.csr_array:
    rows, columns, values = (np.concatenate(each) for each in zip(*cells, strict=True))
    some = values != 0
    # Places of 32 bits are enough for a block, and stay so when blocks are put together.
    places = (rows[some].astype(np.int32), columns[some].astype(np.int32))
    matrix = sparse.coo_array((values[some], places), shape=shape).tocsr()
    matrix.sort_indices()
    return matrix
