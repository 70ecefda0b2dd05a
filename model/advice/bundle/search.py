"""Bundle search: of all allowed sets of channels the one with the highest utility, exactly and quickly.

    utility = Σ needs max over the set (fit × probability) + Σ criteria (rate × how often)

A set has at most three online channels, one live channel and one new account. The search leaves out branches whose
best end cannot win (branch and bound; A. Land and A. Doig, Econometrica 28(3), 1960). Channels that the best set can
spare are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import combinations
from operator import mul, or_
from typing import NamedTuple

from model.scoring.advisor import GOOD

ONLINE, LIVE, ACCOUNTS = 3, 1, 1
"""The most online channels, live channels and new accounts that a set may have."""
PAIR = 0b11
"""The roles of a messenger and a file store together."""
DIGITS = 9
_COSTS = 4
"""The first of the criteria say what more channels cost, the others what pairs bring."""
_EQUAL = 1e-9


class Candidate(NamedTuple):
    """A channel as the search sees it.

    Attributes:
        values: per need fit × probability.
        cost: 0 (used daily already), 1 (new), 2 (new, with a new account).
        role: bits of what it can be in a pair: 1 messenger, 2 file store.
        order: place in the ranking; the smaller goes first among equals.
        place: of the channel in the knowledge.
        good: bits of the needs that it serves well, the first need the lowest, `GOOD` bits for each.
        chat: whether it is for talking in short messages: two of these ask for the same moments of attention.
    """

    values: tuple[float, ...]
    cost: int
    live: bool
    role: int
    order: int
    place: int
    good: int = 0
    chat: bool = False

    def serves_well(self, rank: int) -> bool:
        """Whether it serves the need at this place in their order well."""
        return bool(self.good >> GOOD * rank & 1)


class Rates(NamedTuple):
    """What each criterion costs or brings for some answers: the weights of its rules, as far as they apply."""

    each_new_channel: float
    each_new_login: float
    each_second_chat: float
    more_than_two_online: float
    messenger_with_file_store: float
    live_with_online: float

    @property
    def usual(self) -> bool:
        """Whether more channels only cost and pairs only bring; if not, nothing can be left out of the search."""
        return max(self[:_COSTS]) <= 0 <= min(self[_COSTS:])

    @property
    def hope(self) -> float:
        """The most that adding channels to a set can bring beside serving needs."""
        return sum(self[_COSTS:]) if self.usual else sum(map(abs, self)) * (ONLINE + LIVE)


class ChannelSet(NamedTuple):
    """A set of channels as far as its utility goes.

    Attributes:
        served: per need the best value in the set.
        new, accounts, chats, live: how many channels are new, need a new account, are for chat, are live.
        roles: bits of the roles in it.
    """

    served: tuple[float, ...]
    size: int = 0
    new: int = 0
    accounts: int = 0
    chats: int = 0
    live: int = 0
    roles: int = 0

    @staticmethod
    def of(candidates: Iterable[Candidate], needs: int) -> ChannelSet:
        chosen = ChannelSet((0.0,) * needs)
        for each in candidates:
            chosen = chosen.plus(each)
        return chosen

    def plus(self, one: Candidate) -> ChannelSet:
        return ChannelSet(
            tuple(map(max, self.served, one.values)),
            self.size + 1,
            self.new + (one.cost > 0),
            self.accounts + (one.cost == 2),
            self.chats + one.chat,
            self.live + one.live,
            self.roles | one.role,
        )

    @property
    def allowed(self) -> bool:
        return self.live <= LIVE and self.size - self.live <= ONLINE and self.accounts <= ACCOUNTS

    @property
    def amounts(self) -> tuple[int, int, int, int, int, int]:
        """How often each criterion holds, in the order of `Rates`; the first channel is free of "extra"."""
        size, live = self.size, self.live
        return (
            min(self.new, size - 1),
            self.accounts,
            max(self.chats - 1, 0),
            int(size - live > 2),
            int(self.roles == PAIR),
            int(0 < live < size),
        )

    @property
    def by_criterion(self) -> dict[str, int]:
        """How often each criterion holds, by its name."""
        return dict(zip(Rates._fields, self.amounts, strict=True))

    def utility(self, rates: Rates) -> float:
        costs: float = sum(map(mul, rates, self.amounts))
        return sum(self.served) + costs


def spare(best: list[Candidate], rates: Rates, margin: float, meet: bool = False) -> list[Candidate]:
    """The same set without the channels that it can spare.

    It can spare them when what is left is less than the margin behind and serves well whatever the whole set serves
    well. Where an online channel is the one for some need, or in daily use, one stays; a new one that is for nothing
    would not be opened.

    Args:
        meet: whether a live channel stays too, where there is one.
    """
    used = best_per_need(best)
    good, online = _good(best), any(not each.live and (each in used or not each.cost) for each in best)
    meet = meet and any(each.live for each in best)
    for number in range(1, len(best)):
        fewer = [
            [*some]
            for some in combinations(best, number)
            if _good(some) == good
            and (not online or any(not each.live for each in some))
            and (not meet or any(each.live for each in some))
        ]
        found = max(fewer, key=lambda one: utility_of(one, rates), default=None)
        if found and utility_of(found, rates) > utility_of(best, rates) - margin:
            return found
    return best


def best_per_need(found: Sequence[Candidate]) -> list[Candidate]:
    """Per need the channel to use for it: of those that serve it well, where there are any, the best one."""
    return [
        min(found, key=lambda each: (not each.serves_well(rank), -each.values[rank], each.order))
        for rank in range(len(found[0].values))
    ]


def utility_of(found: Sequence[Candidate], rates: Rates) -> float:
    """The utility of a set with at least one channel."""
    return ChannelSet.of(found, len(found[0].values)).utility(rates)


def _good(found: Iterable[Candidate]) -> int:
    return reduce(or_, [each.good for each in found], 0)


def search(candidates: Sequence[Candidate], rates: Rates, fixed: Sequence[Candidate] = ()) -> list[Candidate]:
    """The allowed set with the highest utility; among equals the smallest, then the one that ranks best.

    Args:
        fixed: channels that the set must have; they are allowed together.
    """
    taken = {each.place for each in fixed}
    pool = sorted((each for each in candidates if each.place not in taken), key=_strength)
    start = list(fixed)
    if not pool:
        return start
    hope = rates.hope
    nothing = ChannelSet.of(start, len(pool[0].values))
    # ahead[i]: per need the best that the candidates from i on can still bring.
    ahead: list[tuple[float, ...]] = [(0.0,) * len(pool[0].values)]
    for each in reversed(pool):
        ahead.append(tuple(map(max, ahead[-1], each.values)))
    ahead.reverse()
    best: tuple[float, int, list[int]] = (float("-inf"), 0, [])
    winner = start
    if start:
        best = round(nothing.utility(rates), DIGITS), -nothing.size, [-each.order for each in start]
    # Sets that may still be extended by candidates from an index on, the next one to try on top. No function that calls
    # itself: one made here would live until somebody looks for garbage.
    left: list[tuple[int, list[Candidate], ChannelSet]] = [(0, start, nothing)]
    while left:
        index, members, chosen = left.pop()
        if index == len(pool) or sum(map(max, chosen.served, ahead[index])) + hope < best[0] - _EQUAL:
            continue
        left.append((index + 1, members, chosen))
        more = chosen.plus(pool[index])
        if not more.allowed:
            continue
        together = [*members, pool[index]]
        utility = round(more.utility(rates), DIGITS)
        if utility >= best[0]:
            found = (utility, -more.size, [-one.order for one in together])
            if found > best:
                best, winner = found, together
        if more.size < ONLINE + LIVE:
            left.append((index + 1, together, more))
    return winner


def _strength(candidate: Candidate) -> tuple[float, int]:
    return -sum(candidate.values), candidate.order


def near_sets(
    found: Sequence[Candidate], others: Sequence[Candidate], rates: Rates, enough: float
) -> list[tuple[float, Sequence[Candidate]]]:
    """Sets in which one channel is left out or swapped for another of its moment, with more than enough utility."""
    close: list[tuple[float, int, Sequence[Candidate]]] = []
    hopeful = enough - rates.hope
    for each in found:
        rest = ChannelSet.of([one for one in found if one is not each], len(each.values))
        if rest.size and (utility := rest.utility(rates)) > enough:
            close.append((utility, each.order, [one for one in found if one is not each]))
        for other in others:
            if other.live == each.live and sum(map(max, rest.served, other.values)) > hopeful:
                swapped = rest.plus(other)
                if swapped.allowed and (utility := swapped.utility(rates)) > enough:
                    close.append((utility, other.order, [other if one is each else one for one in found]))
    close.sort(key=lambda one: (-round(one[0], DIGITS), one[1]))
    return [(utility, chosen) for utility, _, chosen in close]
