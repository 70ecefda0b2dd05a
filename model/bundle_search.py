"""Bundle search: of all allowed sets of channels the one with the highest utility, exactly and quickly.

    utility = Σ needs max over the set (fit × probability) + Σ criteria (rate × how often)

A set has at most three online channels, one live channel and one new account. The search leaves out branches whose
best end cannot win (branch and bound; A. Land and A. Doig, Econometrica 28(3), 1960).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ONLINE, LIVE, ACCOUNTS = 3, 1, 1
"""The most online channels, live channels and new accounts that a set may have."""
PAIR = 0b11
"""The roles of a messenger and a file store together."""
DIGITS = 9
_EQUAL = 1e-9


class Candidate(NamedTuple):
    """A channel as the search sees it.

    Attributes:
        values: per need fit × probability.
        cost: 0 (used daily already), 1 (new), 2 (new, with a new account).
        role: bits of what it can be in a pair: 1 messenger, 2 file store.
        order: place in the ranking; the smaller goes first among equals.
    """

    values: tuple[float, ...]
    cost: int
    live: bool
    role: int
    order: int
    place: int


class Rates(NamedTuple):
    """What each criterion costs or brings for some answers: the weights of its rules, as far as they apply."""

    each_new_channel: float
    each_new_login: float
    more_than_two_online: float
    messenger_with_file_store: float
    live_with_online: float

    @property
    def usual(self) -> bool:
        """Whether more channels only cost and pairs only bring; if not, nothing can be left out of the search."""
        return max(self[:3]) <= 0 <= min(self[3:])

    @property
    def hope(self) -> float:
        """The most that adding channels to a set can bring beside serving needs."""
        return sum(self[3:]) if self.usual else sum(map(abs, self)) * (ONLINE + LIVE)


def _allowed(chosen: Sequence[Candidate]) -> bool:
    live = accounts = 0
    for each in chosen:
        live += each.live
        accounts += each.cost == 2
    return live <= LIVE and len(chosen) - live <= ONLINE and accounts <= ACCOUNTS


def amounts_of(chosen: Sequence[Candidate]) -> tuple[int, int, int, int, int]:
    """How often each criterion holds for a set, in the order of `Rates`; the first channel is free of "extra"."""
    new = accounts = live = 0
    for each in chosen:
        new += each.cost > 0
        accounts += each.cost == 2
        live += each.live
    size = len(chosen)
    return min(new, size - 1), accounts, int(size - live > 2), int(_is_pair(chosen)), int(0 < live < size)


def _costs(chosen: Sequence[Candidate], rates: Rates) -> float:
    new, accounts, many, pair, mix = amounts_of(chosen)
    return rates[0] * new + rates[1] * accounts + rates[2] * many + rates[3] * pair + rates[4] * mix


def utility_of(chosen: Sequence[Candidate], rates: Rates) -> float:
    served: list[float] = [max(values) for values in zip(*[each.values for each in chosen], strict=True)]
    return sum(served) + _costs(chosen, rates)


def search(candidates: Sequence[Candidate], rates: Rates) -> list[Candidate]:
    """The allowed set with the highest utility; among equals the smallest, then the one that ranks best."""
    pool = sorted(candidates, key=_strength)
    if not pool:
        return []
    hope = rates.hope
    # ahead[i]: per need the best that the candidates from i on can still bring.
    ahead = [(0.0,) * len(pool[0].values)]
    for each in reversed(pool):
        ahead.append(tuple(map(max, ahead[-1], each.values)))
    ahead.reverse()
    best: tuple[float, int, list[int]] = (float("-inf"), 0, [])
    winner: list[Candidate] = []

    def extend(start: int, chosen: list[Candidate], served: tuple[float, ...], live: int, new: int, own: int) -> None:
        nonlocal best, winner
        size = len(chosen) + 1
        for index in range(start, len(pool)):
            if sum(map(max, served, ahead[index])) + hope < best[0] - _EQUAL:
                return
            each = pool[index]
            now_live, now_own = live + each.live, own + (each.cost == 2)
            if now_live > LIVE or size - now_live > ONLINE or now_own > ACCOUNTS:
                continue
            now_served = tuple(map(max, served, each.values))
            now_new = new + (each.cost > 0)
            costs = rates[0] * min(now_new, size - 1) + rates[1] * now_own + rates[2] * (size - now_live > 2)
            more = [*chosen, each]
            if sum(now_served) + costs + hope >= best[0]:
                brings = rates[3] * _is_pair(more) + rates[4] * (0 < now_live < size)
                utility = round(sum(now_served) + costs + brings, DIGITS)
                if utility >= best[0]:
                    found = (utility, -size, [-one.order for one in more])
                    if found > best:
                        best, winner = found, more
            if size < ONLINE + LIVE:
                extend(index + 1, more, now_served, now_live, now_new, now_own)

    extend(0, [], ahead[-1], 0, 0, 0)
    return winner


def _strength(candidate: Candidate) -> tuple[float, int]:
    return -sum(candidate.values), candidate.order


def _is_pair(chosen: Sequence[Candidate]) -> bool:
    roles = 0
    for each in chosen:
        roles |= each.role
    return roles == PAIR


def near_sets(
    found: Sequence[Candidate], others: Sequence[Candidate], rates: Rates, enough: float
) -> list[tuple[float, Sequence[Candidate]]]:
    """Sets in which one channel is left out or swapped for another of its moment, with more than enough utility."""
    close: list[tuple[float, int, Sequence[Candidate]]] = []
    hopeful = enough - rates.hope
    for each in found:
        rest = [one for one in found if one is not each]
        served = [max(values) for values in zip(*[one.values for one in rest], strict=True)]
        if rest and (utility := utility_of(rest, rates)) > enough:
            close.append((utility, each.order, rest))
        for other in others:
            if other.live == each.live and sum(map(max, served or other.values, other.values)) > hopeful:
                swapped = [other if one is each else one for one in found]
                if _allowed(swapped) and (utility := utility_of(swapped, rates)) > enough:
                    close.append((utility, other.order, swapped))
    close.sort(key=lambda one: (-round(one[0], DIGITS), one[1]))
    return [(utility, chosen) for utility, _, chosen in close]
