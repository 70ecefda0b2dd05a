"""Simulated worlds with a hidden truth, where what learning is worth can be looked up.

In a world most expert rules are right: they do what they count for, which is their weight times the trust in it, give
or take some strength. A share is wrong: half of those mean nothing, the other half work the other way round. Trust and
base rates are drawn from what learning believes beforehand, or from a multiple of it. And some effects exist that no
rule names: an answer together with an attribute of the channel, or with its kind, which no feature can express; how
large they are together is a dial. Communities mostly try what the experts advise, some try a second channel, and all
leave answers out. Outcomes are k of n members, spread more than independent members would be (beta-binomial).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import numpy as np
from scipy.special import expit, logit, softmax

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question
from model.profiles.profile import Profile, ProfileReader
from model.scoring.artifact import TRUST, PriorScales
from training.learning.design_matrix import BoolArray, Featuriser, FloatArray, IntArray, Pairs, ProfileTable
from training.learning.priors import attributes_of, base_covariance

_FIRST_DAY = date(2024, 1, 1)
_DAYS = 700
_AT_A_TIME = 250
_LOOKED_AT = 200
"""Communities in which the size of what no rule says is measured."""


@dataclass(frozen=True)
class WorldSettings:
    """What a world is like.

    Attributes:
        wrong: share of the rules that are wrong.
        strength: spread of the true weight of a right rule, as the standard deviation of the logarithm of a factor.
        prior: trust and base rates, as a multiple of what learning believes beforehand.
        trust_scale: spread of the trust, and `base_scale` of the base rates, as a multiple of that belief.
        unsaid: standard deviation, in log-odds, of what no rule says of a channel for a community.
        effects: number of effects that this is made of.
        unanswered: share of the optional answers that communities leave out.
        explore: share of communities that try channels at random instead of what experts advise.
        second: share of communities that try a second channel.
        single: share of records that say only yes or no.
    """

    wrong: float = 0.3
    strength: float = 0.2
    prior: float = 1.0
    trust_scale: float = 1.0
    base_scale: float = 1.0
    unsaid: float = 0.5
    effects: int = 12
    intercept_scale: float = 0.4
    unanswered: float = 0.2
    explore: float = 0.1
    second: float = 0.35
    single: float = 0.1


@dataclass(frozen=True, slots=True)
class SimulatedRecord:
    """One outcome; the fields that learning looks at (`training.learning.cells.TrainingRecord`)."""

    community: str
    profile: Profile
    channel: str
    start: date
    invited: int
    active: int
    source: str = "simulated"
    recorded_by: str = "nobody"


class World:
    """A hidden truth and the communities that live in it. The same seed gives the same world and records."""

    def __init__(self, featuriser: Featuriser, seed: int, settings: WorldSettings) -> None:
        self._random = np.random.default_rng(seed)
        self._settings = settings
        self._featuriser = featuriser
        self._knowledge: Knowledge = featuriser.knowledge
        self._reader = ProfileReader(self._knowledge.questionnaire)
        self._numbers = count()
        self._codes = [(question.id, code) for question in self._knowledge.questionnaire for code in question.codes]
        self._shares = {
            question.id: self._random.dirichlet(np.full(len(question.codes), 2.0))
            for question in self._knowledge.questionnaire
        }
        self._trust = settings.prior * self._drawn_trust()
        self._weights, self.wrong_rules = self._true_weights()
        self._intercept = self._random.normal(0, settings.intercept_scale)
        self._channels = self._base_rates()
        self._unnamed, self._usual = self._unnamed_effects()
        self.alikeness = float(self._random.uniform(0.08, 0.25))

    def _drawn_trust(self) -> float:
        spread = PriorScales().trust * self._settings.trust_scale
        return max(0.0, self._knowledge.trust + float(self._random.normal(0, spread)))

    def _base_rates(self) -> FloatArray:
        covariance = base_covariance(self._knowledge.channels)
        drawn = self._random.multivariate_normal(np.zeros(len(covariance)), covariance, method="cholesky")
        return np.asarray(self._settings.prior * self._settings.base_scale * drawn)

    def _true_weights(self) -> tuple[FloatArray, frozenset[str]]:
        rules, random, settings = self._featuriser.rules, self._random, self._settings
        wrong = random.permutation(len(rules)) < round(settings.wrong * len(rules))
        right = np.exp(random.normal(0, settings.strength, len(rules)))
        turned = random.random(len(rules)) < 0.5
        factor = np.where(wrong, np.where(turned, -1.0, 0.0), right)
        names = frozenset(rule.id for rule, is_wrong in zip(rules, wrong, strict=True) if is_wrong)
        return self._trust * self._featuriser.weights * factor, names

    def _unnamed_effects(self) -> tuple[FloatArray, FloatArray]:
        """(answer code × channel, what each channel gets of them on average): as large together as was asked."""
        effects = self._raw_effects()
        complete, _ = self.communities(_LOOKED_AT, unanswered=0.0)
        found = self._chosen(ProfileTable.of(complete, self._knowledge)) @ effects
        usual = found.mean(axis=0)
        spread = float(np.std(found - usual))
        share = self._settings.unsaid / spread if spread else 0.0
        return share * effects, share * usual

    def _raw_effects(self) -> FloatArray:
        """Half of the effects by a channel attribute, half by the kind of channel."""
        random, codes = self._random, self._codes
        usual = [
            place
            for place, (question, code) in enumerate(codes)
            if self._knowledge.questionnaire[question].follows is None and self._share(question, code) > 0.5
        ]
        kinds = [channel.kind for channel in self._knowledge.channels]
        names = sorted(set(kinds))
        attributes = np.array([attributes_of(channel) for channel in self._knowledge.channels])
        effects = np.zeros((len(codes), len(kinds)))
        for number in range(self._settings.effects):
            if number % 2:
                column = attributes[:, random.integers(attributes.shape[1])]
            else:
                kind = names[random.integers(len(names))]
                column = np.array([float(each == kind) for each in kinds])
            effects[random.choice(usual)] += random.normal() * column
        return effects

    def _share(self, question: str, code: str) -> float:
        """How often an answer is given here, relative to equal shares."""
        codes = self._knowledge.questionnaire[question].codes
        return float(self._shares[question][codes.index(code)] * len(codes))

    # --- what there is to see ----------------------------------------------------------------------------------

    def communities(self, number: int, unanswered: float) -> tuple[list[Profile], list[Profile]]:
        """(profiles with every answer, the same with answers left out)."""
        drawn = {question.id: self._draw(question, number) for question in self._knowledge.questionnaire}
        hidden = {question: self._random.random(number) < unanswered for question in drawn}
        complete, seen = [], []
        for row in range(number):
            answers: dict[str, str | list[str]] = {}
            for question in self._knowledge.questionnaire:
                if question.follows is None or answers.get(question.follows[0]) in question.follows[1]:
                    answers[question.id] = drawn[question.id][row]
            told = {question: answer for question, answer in answers.items() if not hidden[question][row]}
            for question in self._knowledge.questionnaire:
                if question.id not in told and question.required:
                    told[question.id] = UNKNOWN if question.unknown_allowed else answers[question.id]
            complete.append(self._read(answers))
            seen.append(self._read(told))
        return complete, seen

    def _draw(self, question: Question, number: int) -> list[str] | list[list[str]]:
        shares = self._shares[question.id]
        if question.kind == "single":
            places = self._random.choice(len(shares), number, p=shares)
            return [question.codes[place] for place in places]
        # The largest of log share + Gumbel noise are a draw without replacement.
        order = np.argsort(-(np.log(shares) + self._random.gumbel(size=(number, len(shares)))), axis=1)
        sizes = np.minimum(question.limit, 1 + self._random.binomial(3, 0.35, number))
        return [
            [question.codes[place] for place in row[:size]] for row, size in zip(order, sizes.tolist(), strict=True)
        ]

    def _read(self, answers: dict[str, str | list[str]]) -> Profile:
        profile = self._reader.read(answers)
        if profile is None:
            raise AssertionError(f"the world made answers that are no profile: {answers}")
        return profile

    def chances(self, complete: Sequence[Profile]) -> FloatArray:
        """Community × channel: the true share of members that will use it."""
        table, (expert, rules) = self._columns(complete)
        turned = self._weights - self._knowledge.trust * self._featuriser.weights
        log_odds = (expert + rules @ turned).reshape(len(complete), -1)
        log_odds += self._intercept + self._channels + self._chosen(table) @ self._unnamed - self._usual
        return np.asarray(expit(log_odds))

    def choices(self, seen: Sequence[Profile]) -> tuple[FloatArray, BoolArray]:
        """(community × channel: the chance that it is tried; whether a rule excludes it)."""
        table, (expert, _) = self._columns(seen)
        excluded = self._featuriser.excluded(table)
        allowed = ~excluded
        advised = softmax(np.where(excluded, -np.inf, expert.reshape(excluded.shape)), axis=1)
        anything = allowed / allowed.sum(axis=1, keepdims=True)
        return (1 - self._settings.explore) * advised + self._settings.explore * anything, excluded

    def _columns(self, profiles: Sequence[Profile]) -> tuple[ProfileTable, tuple[FloatArray, FloatArray]]:
        """Every profile with every channel: (expert log-odds, where each rule is known to hold)."""
        table = ProfileTable.of(profiles, self._knowledge)
        rows = self._featuriser.rows(Pairs.everywhere(table, len(self._knowledge.channels)))
        first = self._featuriser.place[TRUST] + 1
        rules = rows.X[:, first : first + len(self._weights)].toarray() != 0
        return table, (rows.offset, rules.astype(np.float64))

    def _chosen(self, profiles: ProfileTable) -> FloatArray:
        """Profile × answer code: 1 where it was chosen."""
        layout = self._knowledge.questionnaire.layout
        places = [(layout[question].index, layout[question].bits[code]) for question, code in self._codes]
        chosen = [profiles.masks[:, index] & bit for index, bit in places]
        return np.array(np.array(chosen).T != 0, dtype=np.float64)

    # --- what happened -----------------------------------------------------------------------------------------

    def records(self, number: int) -> list[SimulatedRecord]:
        """The first records of this world, in order of time only by chance."""
        found: list[SimulatedRecord] = []
        while len(found) < number:
            # Always as many at a time, so that the first records do not depend on how many are asked for.
            wanted = _AT_A_TIME
            complete, seen = self.communities(wanted, self._settings.unanswered)
            chances, (choices, _) = self.chances(complete), self.choices(seen)
            for row in range(wanted):
                found += self._tried(seen[row], chances[row], choices[row])
        return found[:number]

    def _tried(self, profile: Profile, chances: FloatArray, choices: FloatArray) -> Iterator[SimulatedRecord]:
        name = f"community-{next(self._numbers)}"
        tries = 1 + int(self._random.random() < self._settings.second)
        tried: IntArray = self._random.choice(
            len(choices), min(tries, int((choices > 0).sum())), replace=False, p=choices
        )
        start = _FIRST_DAY + timedelta(days=int(self._random.integers(_DAYS)))
        for channel in tried.tolist():
            yield self._outcome(name, profile, channel, start, float(chances[channel]))

    def _outcome(self, name: str, profile: Profile, channel: int, start: date, chance: float) -> SimulatedRecord:
        invited = int(np.clip(round(math.exp(self._random.normal(3.2, 0.8))), 3, 500))
        if self._random.random() < self._settings.single:
            invited = 1
        strength, chance = 1 / self.alikeness - 1, min(max(chance, 1e-6), 1 - 1e-6)
        share = self._random.beta(chance * strength, (1 - chance) * strength)
        active = int(self._random.binomial(invited, share))
        return SimulatedRecord(name, profile, self._knowledge.channels[channel].id, start, invited, active)

    def records_of_one(self, number: int, oddness: float = 1.0) -> list[SimulatedRecord]:
        """So many records of one community, each of another day.

        Args:
            oddness: standard deviation of what each channel is worth in this community alone.
        """
        complete, seen = self.communities(1, self._settings.unanswered)
        own = logit(self.chances(complete)[0]) + self._random.normal(0, oddness, len(self._knowledge.channels))
        tried = self._random.choice(len(own), number, p=self.choices(seen)[0][0])
        return [
            self._outcome("the-same", seen[0], channel, _FIRST_DAY + timedelta(days=day), float(expit(own[channel])))
            for day, channel in enumerate(tried.tolist())
        ]
