"""Chooser of bundles: the set of channels that together serve the needs best, at the least cost to the members.

    utility = Σ needs max over the set (fit × probability) + Σ bundle rules (weight × how often × certainty)

Fit counts up to "good" (0, 1, 2), because how much better than good a channel is already shows in its probability. Of
all sets with at most three online channels, one live channel and one new account the one with the highest utility is
found, exactly (`model.advice.bundle.search`), and then made as small as it can be; tests compare it with trying every
one. Only channels with a fair chance of use take part, or the first one alone while there are none; channels that a
warning says not to start with (`model.scoring.held_back`) wait while there are others. The set serves the first
wish well wherever a channel that is left, and that members may well use, does.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from model.advice.bundle.candidates import FAIR, ROUNDING, Candidates, Pool, Terms, in_steps, worth_naming
from model.advice.bundle.remarks import Later, Overlap, Remarks, Uncovered
from model.advice.bundle.search import (
    Candidate,
    ChannelSet,
    Rates,
    best_per_need,
    near_sets,
    search,
    spare,
    utility_of,
)
from model.advice.quick_scores import QuickScores
from model.domain.channels import Channel
from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.domain.questions import Text
from model.domain.rules import Effect, Rule
from model.profiles.profile import Profile, channel_options
from model.scoring.advisor import GOOD, RankedChannel, Recommendation, serving_well
from model.scoring.compiled_conditions import CompiledCondition
from model.scoring.held_back import HeldBack
from model.scoring.launch_verdict import LEAST
from model.scoring.scorer import Scores

MARGIN = 0.2
"""Utility (half of one extra channel): a channel that brings less is spared, and another set that is less behind is
shown as an alternative."""
SHOWN = 3
MEETING_FIRST = "meeting_first"
"""What a warning says of a set with a meeting in it."""
_EQUALS = 2
"""More names beside that of a channel do not fit in one sentence."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another set that is almost as good.

    Attributes:
        behind: the difference in utility; below zero for a larger set that only brings a little more.
    """

    channels: tuple[str, ...]
    behind: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """A set of channels and what is to be said of it.

    Attributes:
        channels: the one for the first wish, the home, the other online channels, the live one; the live one before
            all others while a warning says to begin with a meeting.
        home: the channel that serves most needs; an online one when there is one.
        utility: the sum of `serves` and `rules`; without needs, twice the probability of the most probable channel and
            `rules`.
        serves: (need, channel to use for it, what the set brings for it), in the order of the needs.
        rules: (bundle rule, share of the utility).
        advice: rules that only add a sentence.
        later: what a warning keeps out of the set for now.
        alternatives: the set with what was spared, and sets one step away that are almost as good.
        equals: channel of the bundle → those that could take its place just as well, tied with it in the ranking too.
        as_now: channel of the bundle that members have and use already → what to say beside it ("as now").
    """

    channels: tuple[Channel, ...]
    home: str
    utility: float
    serves: tuple[tuple[str, str, float], ...]
    rules: tuple[tuple[Rule, float], ...]
    uncovered: tuple[Uncovered, ...]
    overlaps: tuple[Overlap, ...]
    advice: tuple[Rule, ...]
    later: tuple[Later, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    equals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    as_now: Mapping[str, Text] = field(default_factory=dict)

    @property
    def uses(self) -> list[tuple[str, str]]:
        """Each need with the channel to use for it, without needs that no channel of the set is good for."""
        uncovered = {each.need for each in self.uncovered}
        return [(need, channel) for need, channel, _ in self.serves if need not in uncovered]

    @property
    def first_wish_waits_for(self) -> str | None:
        """The channel that would serve the first wish, where none of the set does."""
        first = self.serves[0][0] if self.serves else None
        return next((each.instead for each in self.uncovered if each.need == first), None)


@dataclass(frozen=True, slots=True)
class ChosenSet:
    """As much of a bundle as its channels and what they are for.

    Attributes:
        channels: as in `Bundle`.
        uses: as in `Bundle`.
    """

    channels: tuple[Channel, ...]
    uses: list[tuple[str, str]]


class _Found(NamedTuple):
    """The best set for some answers, and what it was chosen from.

    Attributes:
        channels: the set.
        whole: the set before what it can spare was left out.
        meet: whether to begin with a meeting.
        ranked, left, pool: all channels, those to start with, and those of these that are worth naming.
    """

    channels: list[Candidate]
    whole: list[Candidate]
    meet: bool
    ranked: Pool
    left: Pool
    pool: Pool
    terms: Terms


class Bundles:
    """Chooses bundles."""

    def __init__(self, knowledge: Knowledge, held_back: HeldBack | None = None) -> None:
        self._knowledge = knowledge
        self._candidates = Candidates(knowledge)
        self._held_back = held_back or HeldBack(knowledge)
        self._remarks = Remarks(knowledge)
        self._advice = [
            (rule, CompiledCondition(rule.when, knowledge.questionnaire))
            for rule in knowledge.rules_with(Effect.ADVICE)
            if rule.bundle is not None
        ]
        self._meeting_first = [
            CompiledCondition(rule.when, knowledge.questionnaire)
            for rule in knowledge.rules_with(Effect.WARN)
            if rule.bundle == MEETING_FIRST
        ]
        self._serving = serving_well(knowledge)

    def choose(self, recommendation: Recommendation) -> Bundle | None:
        """The best set for these answers; None when no channel is left."""
        best = self._found(recommendation.scores, [each.assessment.place for each in recommendation.channels])
        if best is None:
            return None
        masks, needs = recommendation.profile.masks, recommendation.scores.answers.needs
        terms, held_back = best.terms, self._held_back.places(masks)
        found = _home_first(best.channels, needs)
        best_for = self._best_for(found, needs)
        chosen = ChannelSet.of(found, len(found[0].values))
        utility = round(chosen.utility(terms.rates), 6)
        several = len(found) > 1
        holds = {**chosen.by_criterion, "two_or_more": several, "only_live": chosen.live == chosen.size}
        larger = [_home_first(best.whole, needs)] if len(best.whole) > len(found) else []
        alternatives = self._alternatives(found, larger, utility, best.pool, terms)
        likely = _likely(recommendation.scores.probabilities)
        usable = self._candidates.make([each for each in best.ranked if each[1] in likely], terms)
        waiting = self._waiting(found, self._pool(best.ranked), held_back, terms)
        return Bundle(
            channels=self._in_order(found, best_for, best.meet),
            home=self._id(found[0]),
            utility=utility,
            serves=tuple(
                [
                    (need, self._id(each), round(max(one.values[rank] for one in found), 6))
                    for rank, (need, each) in enumerate(best_for.items())
                ]
            ),
            rules=_rule_shares(chosen, terms),
            uncovered=tuple(self._remarks.uncovered(found, recommendation.best_per_need, usable, held_back)),
            overlaps=tuple(self._remarks.overlaps(found, best_for)) if several else (),
            advice=tuple([rule for rule, ask in self._advice if holds[rule.bundle or ""] and ask.holds(masks)]),
            later=tuple(self._remarks.later(waiting, held_back)),
            alternatives=alternatives,
            equals=dict(self._equals(found, best.left, recommendation.channels, terms)),
            as_now=self._as_now(found, recommendation.profile),
        )

    def _best_for(self, found: Sequence[Candidate], needs: Sequence[str]) -> dict[str, Candidate]:
        """Need → the channel of the set to use for it; a meeting where that serves the need better.

        A meeting that is in the set costs nothing more, so the app of every day need not take every wish.
        """
        meetings = [each for each in found if each.live]
        best = dict(zip(needs, best_per_need(found), strict=False))
        return {need: max([each, *meetings], key=lambda one: self._score(one, need)) for need, each in best.items()}

    def _score(self, one: Candidate, need: str) -> int:
        return self._knowledge.channels[one.place].functions[need]

    def _as_now(self, found: Sequence[Candidate], profile: Profile) -> Mapping[str, Text]:
        """The channel that members use together now, where the set goes on with it."""
        chosen = channel_options(profile, self._knowledge.questionnaire)
        current = {each.channel for each in chosen if each.relation == "current"}
        words = [each.in_use for each in chosen if each.in_use]
        return {name: words[0] for each in found if words and (name := self._id(each)) in current}

    def _begins_with_a_meeting(self, masks: Masks) -> bool:
        """Whether a warning says so."""
        return any(warning.holds(masks) for warning in self._meeting_first)

    def _in_order(
        self, found: Sequence[Candidate], best_for: Mapping[str, Candidate], meet: bool
    ) -> tuple[Channel, ...]:
        """The channels of a set, from the one to begin with; others keep their order.

        Args:
            best_for: need → the channel of the set to use for it, in the order of the needs.
            meet: whether the community begins with a meeting.
        """
        first = [each for need, each in list(best_for.items())[:1] if self._score(each, need) >= GOOD]
        begins = [each for each in found if each.live] if meet else first
        return tuple([self._knowledge.channels[each.place] for each in dict.fromkeys([*begins, *found])])

    def best(self, scores: QuickScores) -> tuple[int, ...]:
        """Only the best set itself, as places of channels in the knowledge; while there are no needs, the most probable
        channel is the best set.
        """
        best = self._found(scores.whole, scores.ranked())
        return tuple(sorted([each.place for each in best.channels])) if best else ()

    def chosen(self, scores: QuickScores) -> ChosenSet:
        """The channels of the best set and what they are for; there is at least one channel left."""
        best = self._found(scores.whole, scores.ranked())
        assert best is not None
        found = _home_first(best.channels, scores.needs)
        best_for = self._best_for(found, scores.needs)
        uses = [(need, self._id(each)) for need, each in best_for.items() if self._score(each, need) >= GOOD]
        return ChosenSet(self._in_order(found, best_for, best.meet), uses)

    def _found(self, scores: Scores, places: Iterable[int]) -> _Found | None:
        """The best set for some answers; None when no channel is left.

        Args:
            places: of the channels that are left, the best first.
        """
        needs, masks, ranked = scores.answers.needs, scores.answers.masks, self._ranked(scores, places)
        terms = self._candidates.terms(needs, masks)
        left = _to_start_with(ranked, self._held_back.places(masks), scores.log_odds)
        pool = self._pool(left)
        meet = self._begins_with_a_meeting(masks)
        whole = self._best(left, self._undominated(pool, terms), terms, scores, meet)
        return _Found(_small(whole, terms, meet), whole, meet, ranked, left, pool, terms) if whole else None

    def _best(
        self,
        left: Pool,
        candidates: Sequence[Candidate],
        terms: Terms,
        scores: Scores,
        meet: bool,
    ) -> list[Candidate]:
        """The best set; when a channel that members may well use serves the first wish well, one in the set does.

        Otherwise a set could be named that members would open, but not for what they want most.

        Args:
            meet: whether there is to be a meeting in it, where one is among the candidates.
        """
        best, must = search(candidates, terms.rates), []
        needs = scores.answers.needs
        first = self._serving[needs[0]] if needs else frozenset[int]()
        if first.isdisjoint([each.place for each in best]):
            likely = first & _likely(scores.probabilities)
            serving = [each for each in left if each[1] in likely]
            # Only where all of these are long shots to a careful eye, one of them will do.
            serving = [each for each in serving if each[2] >= FAIR] or serving
            if serving:
                candidates = _with_a_purpose(candidates, terms)
                must.append(self._candidates.make(serving, terms))
                # What serves the wish may be a meeting that the search itself need not look at.
                candidates = list(dict.fromkeys([*candidates, *must[0]]))
        meetings = [each for each in candidates if each.live]
        if meet and meetings and not any(each.live for each in best):
            must.append(meetings)
        # One channel can be for the wish and the meeting too.
        together = [list(dict.fromkeys(fixed)) for fixed in product(*must)] if must else []
        found = [search(candidates, terms.rates, fixed) for fixed in together if ChannelSet.of(fixed, 0).allowed]
        return max(found, key=lambda one: utility_of(one, terms.rates), default=best)

    def utility(self, channels: Sequence[str], recommendation: Recommendation) -> float:
        """The utility of any set of eligible channels."""
        needs, scores = recommendation.profile.codes(self._knowledge.needs.id), recommendation.scores
        places = {self._knowledge.channel_place[channel] for channel in channels}
        left = [each.assessment.place for each in recommendation.channels]
        pool = [each for each in self._ranked(scores, left) if each[1] in places]
        terms = self._candidates.terms(needs, recommendation.profile.masks)
        return ChannelSet.of(self._candidates.make(pool, terms), len(needs) or 1).utility(terms.rates)

    @staticmethod
    def _ranked(scores: Scores, places: Iterable[int]) -> Pool:
        chances = scores.cautious_probabilities
        return [(order, place, in_steps(chances[place])) for order, place in enumerate(places)]

    def _pool(self, left: Pool) -> Pool:
        """The channels that a set is chosen from."""
        return self._candidates.without_twins(worth_naming(left))

    def _undominated(self, pool: Pool, terms: Terms) -> list[Candidate]:
        candidates = self._candidates.make(self._candidates.undominated(pool, terms), terms)
        return _with_a_purpose(candidates, terms) or candidates

    def _waiting(
        self, found: Sequence[Candidate], everything: Pool, held_back: Container[int], terms: Terms
    ) -> list[Candidate]:
        """What the best set of all channels has and this one waits with."""
        waits = {place for _, place, _ in everything if place in held_back}.difference([each.place for each in found])
        if not waits:
            return []
        return [each for each in _smallest(self._undominated(everything, terms), terms) if each.place in waits]

    def _alternatives(
        self,
        found: Sequence[Candidate],
        larger: Sequence[Sequence[Candidate]],
        utility: float,
        pool: Pool,
        terms: Terms,
    ) -> tuple[Alternative, ...]:
        """The set with what was spared, and those one step away that are almost as good."""
        rates, enough = terms.rates, utility - MARGIN
        totals = [sum(each.values) for each in found]
        least = enough - rates.hope - (sum(totals) - min(totals))
        others = self._candidates.at_least(pool, terms, least, {each.place for each in found})
        useful = _with_a_purpose(self._candidates.make(others, terms), terms)
        close = near_sets(found, useful, rates, enough)
        close = [*((utility_of(each, rates), each) for each in larger), *close]
        shown = [(value, other) for value, other in close if value <= utility or len(other) > len(found)][:SHOWN]
        return tuple(
            [
                Alternative(tuple([self._id(each) for each in other]), round(utility - value, 6))
                for value, other in shown
            ]
        )

    def _equals(
        self, found: Sequence[Candidate], left: Pool, ranked: Sequence[RankedChannel], terms: Terms
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Channels that are tied with one of the set in the ranking and would make a set that is as good."""
        taken = {each.place for each in found}
        for each in found:
            if ranked[each.order].tied:
                rank = ranked[each.order].rank
                tied = [one for one in left if ranked[one[0]].rank == rank and one[1] not in taken]
                swaps = self._candidates.make(tied, terms)
                names = [self._id(other) for other in swaps if _is_as_good(found, each, other, terms.rates)]
                if names:
                    yield self._id(each), tuple(names[:_EQUALS])

    def _id(self, candidate: Candidate) -> str:
        return self._knowledge.channels[candidate.place].id


def _likely(chances: Sequence[float]) -> Set[int]:
    """Places of the channels that members may well use, as pages round chances."""
    return {place for place, chance in enumerate(chances) if chance >= FAIR - ROUNDING}


def _with_a_purpose(candidates: Sequence[Candidate], terms: Terms) -> list[Candidate]:
    """Without what serves no wish well, unless a rule says that meetings and a channel go well together."""
    return [each for each in candidates if each.good or terms.rates.live_with_online > 0 or not terms.rates.usual]


def _to_start_with(ranked: Pool, held_back: Container[int], log_odds: Sequence[float]) -> Pool:
    """The channels that no warning holds back; all of them when members would use some of those, and none of these.
    Then the set names what has to wait.
    """
    left = [each for each in ranked if each[1] not in held_back]
    some_fit, free_fit = (any(log_odds[place] >= LEAST for _, place, _ in pool) for pool in (ranked, left))
    return left if left and free_fit == some_fit else ranked


def _small(best: list[Candidate], terms: Terms, meet: bool = False) -> list[Candidate]:
    """The set without what it can spare; a meeting stays where the community begins with that.

    Beside the channels that are used for a wish it keeps one at most, as a companion: a meeting, or a channel between
    meetings.
    """
    found = spare(best, terms.rates, MARGIN, meet)
    used = [each for rank, each in enumerate(best_per_need(found)) if each.serves_well(rank)]
    idle = [each for each in found if each not in used]
    if not used or not idle or not terms.rates.usual:
        return found
    companions = [each for each in idle if all(each.live != one.live for one in used)]
    return [each for each in found if each in used or each in companions[:1]]


def _smallest(candidates: Sequence[Candidate], terms: Terms) -> list[Candidate]:
    return spare(search(candidates, terms.rates), terms.rates, MARGIN)


def _rule_shares(chosen: ChannelSet, terms: Terms) -> tuple[tuple[Rule, float], ...]:
    amounts = chosen.by_criterion
    shares = [(rule, round(weight * amounts[rule.bundle or ""], 6)) for rule, weight in terms.weights]
    return tuple([(rule, share) for rule, share in shares if share])


def _home_first(found: Sequence[Candidate], needs: Sequence[str]) -> list[Candidate]:
    """The channel that serves most needs, the other online channels, the live one."""
    best_ones = best_per_need(found) if needs else []
    home = min(found, key=lambda each: (each.live, -best_ones.count(each), each.order))
    return [home, *sorted([each for each in found if each is not home], key=lambda each: (each.live, each.order))]


def _is_as_good(found: Sequence[Candidate], one: Candidate, other: Candidate, rates: Rates) -> bool:
    """Whether the other channel could take the place of the one."""
    swapped = ChannelSet.of([other if each is one else each for each in found], len(one.values))
    alike = one.live == other.live and swapped.allowed
    return alike and round(swapped.utility(rates) - utility_of(found, rates), 6) == 0
