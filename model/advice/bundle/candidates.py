"""Bundle candidates: what the search for a bundle needs to know of each channel, for some answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from operator import or_
from typing import NamedTuple

from model.advice.bundle.search import Candidate, Rates
from model.domain.channels import Channel
from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.relations import in_daily_tools
from model.domain.rules import Effect, Rule
from model.memo import Memo, key_of
from model.scoring.advisor import GOOD, RECENT
from model.scoring.decision_table import DecisionTable

_MESSENGER, _FILES, _CORE = "messenger", "file_sharing", 3
_NEW, _ACCOUNT = 1, 2
FAIR = 0.4
"""Chance of use from which a channel is worth naming: below it pages say "probably not"."""
ROUNDING = 0.005
"""What pages round up to a whole per cent, so that a channel is never judged otherwise than its page says."""
_CHATS = ("messenger", "chat_platform")
"""Kinds of channels for talking in short messages."""
_NO_CHAT = 0b1000000
_FIT_BITS = 7
"""The bits below this one are for role, cost, moment and whether it is no chat."""

_GOOD_BITS = sum(1 << _FIT_BITS + GOOD * (rank + 1) - 1 for rank in range(8))
"""Of the bits for each need, the one that says that it is served well."""

Pool = Sequence[tuple[int, int, float]]
"""(place in the ranking, place in the knowledge, probability) of eligible channels, the best first."""


class Terms(NamedTuple):
    """What the answers of one community mean for every set of channels.

    Attributes:
        weights: the bundle rules that hold, with their weights.
        fits: per channel the fit for each need, the same as bits (a higher fit has the bits of a lower one), the sum.
        costs: per channel its cost, and the same as bits with its moment (a lower cost has the bits of a higher one).
    """

    weights: Sequence[tuple[Rule, float]]
    rates: Rates
    fits: Sequence[tuple[tuple[int, ...], int, int]]
    costs: Sequence[tuple[int, int]]


def in_steps(probability: float) -> float:
    """A chance in twentieths: a smaller difference is no reason to prefer a channel, and then the order decides.

    It is not rounded up, but for what pages round up too.
    """
    return int(20 * (probability + ROUNDING) + 1e-9) / 20


def worth_naming(ranked: Pool) -> Pool:
    """The channels with a fair chance of use; while there are none, the first one alone.

    Otherwise a set would name a channel that hardly anybody opens, because it costs nothing or makes a pair.
    """
    return [each for each in ranked if each[2] >= FAIR] or ranked[:1]


class Candidates:
    """Makes candidates out of channels.

    Attributes:
        rules: the bundle rules.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._channels = knowledge.channels
        questions, relation_context = knowledge.questionnaire, knowledge.relation_context
        self.rules = knowledge.rules_with(Effect.BUNDLE)
        daily = [in_daily_tools(channel, relation_context) for channel in self._channels]
        different = list(dict.fromkeys(daily))
        self._table = DecisionTable([*(rule.when for rule in self.rules), *different], questions)
        self._bits = self._table.bits[: len(self.rules)], self._table.bits[len(self.rules) :]
        self._answers = key_of(self._table.indices)
        # A road leads to another set for the same wishes, and mostly for the same answers to what rules of sets ask.
        self._terms: Memo[Terms] = Memo(RECENT)
        self._costs = [
            (
                different.index(condition),
                _cost(channel, known=True),
                _cost(channel, known=False),
            )
            for condition, channel in zip(daily, self._channels, strict=True)
        ]
        self._alike = [(channel.family, channel.kind) for channel in self._channels]
        self._good = [
            frozenset(need for need, score in channel.functions.items() if score >= GOOD) for channel in self._channels
        ]
        self._live = [channel.moment == "live" for channel in self._channels]
        self._roles = [_role(channel) for channel in self._channels]
        self._chats = [channel.kind in _CHATS for channel in self._channels]
        self._no_needs = [((GOOD,), _fit_bits(GOOD, 0), GOOD)] * len(self._channels)
        self._fits = {
            need: [min(channel.functions[need], GOOD) for channel in self._channels] for need in knowledge.functions
        }
        self._fit_bits = {
            (need, rank): [_fit_bits(fit, rank) for fit in fits]
            for need, fits in self._fits.items()
            for rank in range(knowledge.needs.limit)
        }

    def without_twins(self, ranked: Pool) -> Pool:
        """Of channels of one family and kind, such as two social intranets, only the one that ranks first.

        So the set never names another one than the ranking does. A twin that serves a need well which the first one
        does not, stays.
        """
        served: dict[tuple[str, str], frozenset[str]] = {}
        kept = []
        for each in ranked:
            alike, good = self._alike[each[1]], self._good[each[1]]
            before = served.get(alike)
            if before is None or not good <= before:
                served[alike] = good if before is None else good | before
                kept.append(each)
        return kept

    def terms(self, needs: tuple[str, ...], masks: Masks) -> Terms:
        """What these answers mean."""
        return self._terms.of((needs, self._answers(masks)), lambda: self._made_terms(needs, masks))

    def _made_terms(self, needs: tuple[str, ...], masks: Masks) -> Terms:
        holds, _ = self._table.at(masks)
        of_rules, of_daily = self._bits
        weights = [(rule, rule.weight) for bit, rule in zip(of_rules, self.rules, strict=True) if holds & bit]
        totals = dict.fromkeys(Rates._fields, 0.0)
        for rule, weight in weights:
            totals[rule.bundle or ""] += weight
        return Terms(
            weights, Rates(**totals), self._fits_for(needs), self._costs_for([holds & bit for bit in of_daily])
        )

    def make(self, pool: Pool, terms: Terms) -> list[Candidate]:
        """The channels as the search sees them."""
        return [
            Candidate(
                tuple([fit * probability for fit in terms.fits[place][0]]),
                terms.costs[place][0],
                self._live[place],
                self._roles[place],
                order,
                place,
                (terms.fits[place][1] & _GOOD_BITS) >> _FIT_BITS + GOOD - 1,
                self._chats[place],
            )
            for order, place, probability in pool
        ]

    def undominated(self, pool: Pool, terms: Terms) -> Pool:
        """Leave out a channel when another one of its moment fits every need as well, is at least as probable, costs
        no more and pairs as well: swapping the two never makes a set worse, and neither does leaving the weaker one
        out of a set that has both. All of this is one look at bits.
        """
        if not terms.rates.usual:
            return pool
        fits, costs, pairs = terms.fits, terms.costs, terms.rates.messenger_with_file_store != 0
        kept: list[tuple[int, float]] = []
        left: list[tuple[int, int, float]] = []
        for each in pool:
            _, place, probability = each
            bits = fits[place][1] | costs[place][1] | (self._roles[place] if pairs else 0)
            bits |= 0 if self._chats[place] else _NO_CHAT
            for better, at_least in kept:
                if better & bits == bits and at_least >= probability:
                    break
            else:
                kept.append((bits, probability))
                left.append(each)
        return left

    def at_least(self, pool: Pool, terms: Terms, least: float, taken: Collection[int]) -> Pool:
        """The channels that serve all needs together for more than this, without those that are taken."""
        return [each for each in pool if terms.fits[each[1]][2] * each[2] > least and each[1] not in taken]

    def _fits_for(self, needs: tuple[str, ...]) -> Sequence[tuple[tuple[int, ...], int, int]]:
        if not needs:
            return self._no_needs
        fits = list(zip(*[self._fits[need] for need in needs], strict=True))
        bits = [0] * len(fits)
        for rank, need in enumerate(needs):
            bits = list(map(or_, bits, self._fit_bits[need, rank]))
        return list(zip(fits, bits, map(sum, fits), strict=True))

    def _costs_for(self, used: Sequence[int]) -> Sequence[tuple[int, int]]:
        """A tool that may be in daily use, but nobody said so, counts as new."""
        return [known if used[condition] else new for condition, known, new in self._costs]


def _fit_bits(fit: int, rank: int) -> int:
    return ((1 << fit) - 1) << _FIT_BITS + GOOD * rank


def _cost(channel: Channel, known: bool) -> tuple[int, int]:
    # A meeting is no platform to learn or to log in to.
    free = known or channel.moment == "live"
    cost = 0 if free else _ACCOUNT if channel.new_login == 2 else _NEW
    return cost, (0b1100, 0b0100, 0)[cost] | (0b10000 if channel.moment == "live" else 0b100000)


def _role(channel: Channel) -> int:
    """A messenger, a place where keeping files is a core strength, or neither."""
    return 0b01 if channel.kind == _MESSENGER else 0b10 if channel.functions.get(_FILES) == _CORE else 0
