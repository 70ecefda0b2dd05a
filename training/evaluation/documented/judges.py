"""Judges: everything that orders the channels for a community, in one form, so that all are compared alike.

An approach learns from some communities, or from none, and gives a judge. A judge looks at one community and gives two
numbers per channel: one to order by, and the chance that it states.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from scipy.special import expit, logit

from model.domain.knowledge import Knowledge
from model.scoring.advisor import Advisor
from training.evaluation.documented.communities import SHARES, WEIGHTS, Community
from training.evaluation.documented.outcomes import FloatArray
from training.learning.design_matrix import Featuriser
from training.learning.starter import fit_starter

NEED_RANKS = (1.0, 0.8, 0.6, 0.5)
"""How much the first, second, third and fourth wish count for `WishesAlone`."""
FIT_WEIGHTS = (-0.8, -0.3, 0.5, 1.2)
"""Log-odds for a function score of 0, 1, 2 and 3 in `WishesAlone`."""
_POOLING = 4.0
"""So many outcomes of an average channel are added to those of each in `ChannelPopularity`."""


class ChannelScores(NamedTuple):
    """What a judge says of each channel, in the order of the knowledge.

    Attributes:
        order: the higher the better; minus infinity for a channel that is excluded.
        chance: the stated chance that members will use it. Not a number where the judge has nothing to say.
    """

    order: FloatArray
    chance: FloatArray


class Judge(Protocol):
    """Looks at one community."""

    def scores(self, community: Community) -> ChannelScores:
        """An order and a chance for each channel."""


class Approach(Protocol):
    """A way to come to a judge.

    Attributes:
        name: by which the report knows it.
        learns: whether the judge depends on the communities that it is given.
    """

    @property
    def name(self) -> str: ...

    @property
    def learns(self) -> bool: ...

    def fit(self, communities: Sequence[Community]) -> Judge:
        """The judge that comes from these communities."""


class WishesAlone:
    """What members want, held against the function scores, and nothing else.

    Its numbers are its own and stay as they are, so that later versions are held against the same rival.
    """

    name, learns = "wishes", False

    def __init__(self, knowledge: Knowledge) -> None:
        self._question = knowledge.needs.id
        self._fits = {
            need: np.array([FIT_WEIGHTS[channel.functions[need]] for channel in knowledge.channels])
            for need in knowledge.functions
        }
        self._none = np.zeros(len(knowledge.channels))

    def fit(self, communities: Sequence[Community]) -> WishesAlone:
        return self

    def scores(self, community: Community) -> ChannelScores:
        wanted = community.profile.codes(self._question)
        parts = [rank * self._fits[need] for rank, need in zip(NEED_RANKS, wanted, strict=False)]
        # Sums of the same numbers in another order differ in the last bit, and would not tie.
        order = np.round(sum(parts, self._none), 9)
        return ChannelScores(order, expit(order))


class _Same:
    """The same scores for every community."""

    def __init__(self, chance: FloatArray) -> None:
        self._scores = ChannelScores(logit(chance), chance)

    def scores(self, community: Community) -> ChannelScores:
        return self._scores


class ConstantChance:
    """One chance for everything: the share that was used."""

    name, learns = "constant", True

    def __init__(self, knowledge: Knowledge) -> None:
        self._channels = len(knowledge.channels)

    def fit(self, communities: Sequence[Community]) -> Judge:
        used, weight = _tallies(communities, {})
        return _Same(np.full(self._channels, used[-1] / weight[-1]))


class ChannelPopularity:
    """How often each channel was used, drawn a little to the average."""

    name, learns = "popularity", True

    def __init__(self, knowledge: Knowledge) -> None:
        self._places = knowledge.channel_place

    def fit(self, communities: Sequence[Community]) -> Judge:
        used, weight = _tallies(communities, self._places)
        average = used[-1] / weight[-1]
        return _Same((used[:-1] + _POOLING * average) / (weight[:-1] + _POOLING))


def _tallies(communities: Sequence[Community], places: Mapping[str, int]) -> tuple[FloatArray, FloatArray]:
    """(weight of what was used, weight of all outcomes) per channel, and last over all of them."""
    used, weight = np.zeros(len(places) + 1), np.zeros(len(places) + 1)
    for community in communities:
        worth = WEIGHTS[community.documented.strength]
        for outcome in community.documented.outcomes:
            for place in {places.get(outcome.channel, -1), -1}:
                used[place] += worth * SHARES[outcome.result]
                weight[place] += worth
    return used, weight


class RulesAlone:
    """The rules as they are now, without anything learned."""

    name, learns = "rules", False

    def __init__(self, knowledge: Knowledge) -> None:
        self._advisor = Advisor(knowledge)

    def fit(self, communities: Sequence[Community]) -> Judge:
        return AdvisorJudge(self._advisor)


class StarterRefit:
    """The rules with what documented communities teach, learned anew from those that it is not judged on."""

    name = "starter"
    learns = True

    def __init__(self, knowledge: Knowledge) -> None:
        self._featuriser = Featuriser(knowledge)

    def fit(self, communities: Sequence[Community]) -> Judge:
        told = [community.documented for community in communities]
        return AdvisorJudge(Advisor(self._featuriser.knowledge, fit_starter(told, self._featuriser)))


class AdvisorJudge:
    """The advice itself as a judge: the ranks that readers see, and the chances that they are told."""

    def __init__(self, advisor: Advisor) -> None:
        self._advisor = advisor
        self._channels = len(advisor.knowledge.channels)

    def scores(self, community: Community) -> ChannelScores:
        found = self._advisor.recommend(community.profile)
        order, chance = np.full(self._channels, -np.inf), np.empty(self._channels)
        for ranked in found.channels:
            order[ranked.assessment.place] = -ranked.rank
        for each in (*(ranked.assessment for ranked in found.channels), *found.excluded):
            chance[each.place] = each.probability
        return ChannelScores(order, chance)
