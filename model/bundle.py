"""Bundle: the set of channels that together serve the needs best, at the least cost to the members.

    utility = Σ needs max over the set (fit × probability) + Σ bundle rules (weight × how often × certainty)

Fit counts up to "good" (0, 1, 2), because how much better than good a channel is already shows in its probability. Of
all sets with at most three online channels, one live channel and one new account the one with the highest utility is
found, exactly (`model.bundle_search`), and then made as small as it can be; tests compare it with trying every one.
Only channels that will rather be used than not take part, or the first one alone while there are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from model.bundle_candidates import Candidates, Pool, Terms, worth_naming
from model.bundle_search import Candidate, Chosen, Rates, near_sets, search, spare
from model.channels import Channel
from model.completions import Ask
from model.conditions import Masks
from model.knowledge.base import Knowledge
from model.questions import Text
from model.ranking import GOOD, RankedChannel, Recommendation
from model.rules import Effect, Rule
from model.wording import channel_names, need_name, said

MARGIN = 0.35
"""Utility (half of one extra channel): a channel that brings less is spared, and another set that is less behind is
shown as an alternative."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A need that no channel of the bundle serves well, and the channel that would."""

    need: str
    instead: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class Overlap:
    """A need that several online channels of the bundle serve: agree which of them is for it.

    A meeting is no rival of a channel: it serves other moments.
    """

    need: str
    channels: tuple[str, ...]
    home: str
    text: Text


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another set that is almost as good; `behind` is the difference in utility."""

    channels: tuple[str, ...]
    behind: float


@dataclass(frozen=True, slots=True)
class Bundle:
    """A set of channels and what is to be said of it.

    Attributes:
        channels: the home first, then the other online channels, then the live one.
        home: the channel that serves most needs; an online one when there is one.
        utility: the sum of `serves` and `rules`; without needs, twice the probability of the one channel.
        serves: (need, channel that serves it best, share of the utility), in the order of the needs.
        rules: (bundle rule, share of the utility).
        advice: rules that only add a sentence.
        alternatives: the set with what was spared, and sets one step away that are almost as good.
        equals: channel of the bundle → those that could take its place just as well, tied with it in the ranking too.
    """

    channels: tuple[Channel, ...]
    home: str
    utility: float
    serves: tuple[tuple[str, str, float], ...]
    rules: tuple[tuple[Rule, float], ...]
    uncovered: tuple[Uncovered, ...]
    overlaps: tuple[Overlap, ...]
    advice: tuple[Rule, ...]
    alternatives: tuple[Alternative, ...] = ()
    equals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class Bundles:
    """Chooses bundles."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._candidates = Candidates(knowledge)
        self._advice = [
            (rule, Ask(rule.when, knowledge.questionnaire))
            for rule in knowledge.rules_with(Effect.ADVICE)
            if rule.bundle is not None
        ]
        self._place = {channel.id: place for place, channel in enumerate(knowledge.channels)}

    def choose(self, recommendation: Recommendation) -> Bundle | None:
        """The best set for these answers; None when no channel is left."""
        masks, needs = recommendation.profile.masks, recommendation.profile.codes(self._knowledge.needs.id)
        pool, terms = worth_naming(self._ranked(recommendation)), self._candidates.terms(needs, masks)
        candidates = self._candidates.make(self._candidates.undominated(pool, terms), terms)
        best = search(candidates, terms.rates)
        if not best:
            return None
        found = _home_first(spare(best, terms.rates, MARGIN), needs)
        serving = _serving(found)
        homes = dict(zip(needs, serving, strict=False))
        chosen = Chosen.of(found, len(serving))
        utility = round(chosen.utility(terms.rates), 6)
        several = len(found) > 1
        alternatives = self._alternatives(found, _home_first(best, needs), utility, pool, terms)
        return Bundle(
            channels=tuple([self._knowledge.channels[each.place] for each in found]),
            home=self._name(found[0]),
            utility=utility,
            serves=tuple(
                [
                    (need, self._name(each), round(each.values[rank], 6))
                    for rank, (need, each) in enumerate(homes.items())
                ]
            ),
            rules=_rule_shares(chosen, terms),
            uncovered=tuple(self._uncovered(recommendation.best_per_need, found, candidates)),
            overlaps=tuple(self._overlaps(found, homes)) if several else (),
            advice=tuple([rule for rule, ask in self._advice if ask.now(masks)]) if several else (),
            alternatives=alternatives,
            equals=dict(self._equals(found, alternatives, recommendation.channels)),
        )

    def best(self, ranked: Pool, needs: tuple[str, ...], masks: Masks) -> tuple[int, ...]:
        """Only the best set itself, as places of channels in the knowledge.

        Args:
            ranked: every eligible channel.
            needs: the needs in their order; while there are none, the most probable channel is the best set.
            masks: the answers.
        """
        terms = self._candidates.terms(needs, masks)
        pool = self._candidates.undominated(worth_naming(ranked), terms)
        found = spare(search(self._candidates.make(pool, terms), terms.rates), terms.rates, MARGIN)
        return tuple(sorted(each.place for each in found))

    def utility(self, channels: Sequence[str], recommendation: Recommendation) -> float:
        """The utility of any set of eligible channels."""
        masks = recommendation.profile.masks
        needs = recommendation.profile.codes(self._knowledge.needs.id)
        places = {self._place[channel] for channel in channels}
        pool = [each for each in self._ranked(recommendation) if each[1] in places]
        terms = self._candidates.terms(needs, masks)
        return Chosen.of(self._candidates.make(pool, terms), len(needs) or 1).utility(terms.rates)

    @staticmethod
    def _ranked(recommendation: Recommendation) -> Pool:
        return [
            (order, each.assessment.place, each.assessment.probability)
            for order, each in enumerate(recommendation.channels)
        ]

    # --- what is said of the result ----------------------------------------------------------------------------

    def _uncovered(
        self, ranked: Mapping[str, Sequence[str]], found: Sequence[Candidate], candidates: Sequence[Candidate]
    ) -> Iterator[Uncovered]:
        for rank, (need, nearest) in enumerate(ranked.items()):
            if any(self._serves(each, need) for each in found):
                continue
            words = need_name(self._knowledge, need)
            serving = [each for each in candidates if self._serves(each, need)]
            if not serving:
                yield Uncovered(need, None, self._nobody_serves(words, nearest))
                continue
            best = min(serving, key=lambda each: (-each.values[rank], each.order))
            name = self._knowledge.channels[best.place].name
            text = said(self._knowledge, "advice_uncovered_instead", need=words, channel=name)
            yield Uncovered(need, self._name(best), text)

    def _nobody_serves(self, need: Text, nearest: Sequence[str]) -> Text:
        if not nearest:
            return said(self._knowledge, "advice_uncovered", need=need)
        channel = self._knowledge.channel(nearest[0]).name
        return said(self._knowledge, "advice_uncovered_nearest", need=need, channel=channel)

    def _overlaps(self, found: Sequence[Candidate], homes: Mapping[str, Candidate]) -> Iterator[Overlap]:
        for need, home in homes.items():
            names = tuple(self._name(each) for each in found if not each.live and self._serves(each, need))
            if len(names) > 1 and not home.live:
                text = said(
                    self._knowledge,
                    "advice_overlap",
                    need=need_name(self._knowledge, need),
                    channels=channel_names(self._knowledge, names),
                    home=self._knowledge.channels[home.place].name,
                )
                yield Overlap(need, names, self._name(home), text)

    def _alternatives(
        self, found: Sequence[Candidate], best: Sequence[Candidate], utility: float, pool: Pool, terms: Terms
    ) -> tuple[Alternative, ...]:
        """The set with what was spared, and those one step away that are almost as good."""
        rates, enough = terms.rates, utility - MARGIN
        totals = [sum(each.values) for each in found]
        least = enough - rates.hope - (sum(totals) - min(totals))
        others = self._candidates.at_least(pool, terms, least, {each.place for each in found})
        close = near_sets(found, self._candidates.make(others, terms), rates, enough)
        if len(best) > len(found):
            close = [(utility, best), *close]
        return tuple(
            [
                Alternative(tuple([self._name(each) for each in other]), max(round(utility - value, 6), 0.0))
                for value, other in close[:SHOWN]
            ]
        )

    def _equals(
        self, found: Sequence[Candidate], alternatives: Sequence[Alternative], ranked: Sequence[RankedChannel]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        swapped = [set(each.channels) for each in alternatives if not each.behind]
        for each in found:
            if swapped and ranked[each.order].tied:
                rest = {self._name(one) for one in found if one is not each}
                tied = [one.assessment.channel.id for one in ranked if one.rank == ranked[each.order].rank]
                names = [name for name in tied if name != self._name(each) and rest | {name} in swapped]
                if names:
                    yield self._name(each), tuple(names)

    def _serves(self, candidate: Candidate, need: str) -> bool:
        return self._knowledge.channels[candidate.place].functions[need] >= GOOD

    def _name(self, candidate: Candidate) -> str:
        return self._knowledge.channels[candidate.place].id


def _rule_shares(chosen: Chosen, terms: Terms) -> tuple[tuple[Rule, float], ...]:
    amounts = dict(zip(Rates._fields, chosen.amounts, strict=True))
    shares = [(rule, round(weight * amounts[rule.bundle or ""], 6)) for rule, weight in terms.weights]
    return tuple([(rule, share) for rule, share in shares if share])


def _serving(found: Sequence[Candidate]) -> list[Candidate]:
    """Per need the channel that serves it best."""
    return [min(found, key=lambda each: (-each.values[rank], each.order)) for rank in range(len(found[0].values))]


def _home_first(found: Sequence[Candidate], needs: Sequence[str]) -> list[Candidate]:
    """The channel that serves most needs, the other online channels, the live one."""
    serving = _serving(found) if needs else ()
    home = min(found, key=lambda each: (each.live, -serving.count(each), each.order))
    return [home, *sorted([each for each in found if each is not home], key=lambda each: (each.live, each.order))]
