"""Bundle: the set of channels that together serve the needs best, at the least cost to the members.

    utility = Σ needs max over the set (fit × probability) + Σ bundle rules (weight × how often × certainty)

Fit counts up to "good" (0, 1, 2), because how much better than good a channel is already shows in its probability. Of
all sets with at most three online channels, one live channel and one new account the one with the highest utility is
found, exactly (`model.bundle_search`); tests compare it with trying every one. Only channels that will rather be used
than not take part, or the first one alone while there are none; channels that a warning says not to start with
(`model.held_back`) wait while there are others.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from model.bundle_candidates import Candidates, Pool, Terms, worth_naming
from model.bundle_search import Candidate, Chosen, Rates, near_sets, search
from model.channels import Channel
from model.completions import Ask
from model.conditions import Masks
from model.held_back import HeldBack
from model.knowledge.base import Knowledge
from model.questions import Text
from model.ranking import GOOD, Recommendation
from model.rules import Effect, Rule
from model.wording import channel_names, need_name, said

MARGIN = 0.35
"""Utility: sets that are less than this behind the best are shown as alternatives (half of one extra channel)."""
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Uncovered:
    """A need that no channel of the bundle serves well, and the channel that would."""

    need: str
    instead: str | None
    text: Text


@dataclass(frozen=True, slots=True)
class Overlap:
    """A need that several channels of the bundle serve: agree which of them is for it."""

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
class Later:
    """Channels that would be in the bundle, but that a warning says not to start with."""

    channels: tuple[str, ...]
    rule: Rule
    text: Text


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
        later: what a warning keeps out of the set for now.
        alternatives: sets one step away that are almost as good.
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


class Bundles:
    """Chooses bundles."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._candidates = Candidates(knowledge)
        self._held_back = HeldBack(knowledge)
        self._advice = [
            (rule, Ask(rule.when, knowledge.questionnaire))
            for rule in knowledge.rules_with(Effect.ADVICE)
            if rule.bundle is not None
        ]
        self._place = {channel.id: place for place, channel in enumerate(knowledge.channels)}

    def choose(self, recommendation: Recommendation) -> Bundle | None:
        """The best set for these answers; None when no channel is left."""
        masks, needs = recommendation.profile.masks, recommendation.profile.codes(self._knowledge.needs.id)
        ranked, held_back = self._ranked(recommendation), self._held_back.places(masks)
        pool, terms = worth_naming(_without(held_back, ranked)), self._candidates.terms(needs, masks)
        candidates = self._undominated(pool, terms)
        found = search(candidates, terms.rates)
        if not found:
            return None
        serving = _serving(found)
        found = _home_first(found, serving if needs else ())
        homes = dict(zip(needs, serving, strict=False))
        chosen = Chosen.of(found, len(serving))
        utility = round(chosen.utility(terms.rates), 6)
        several = len(found) > 1
        with_held_back = self._undominated(worth_naming(ranked), terms) if held_back else candidates
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
            uncovered=tuple(self._uncovered(needs, found, candidates, with_held_back)),
            overlaps=tuple(self._overlaps(found, homes)) if several else (),
            advice=tuple([rule for rule, ask in self._advice if ask.now(masks)]) if several else (),
            later=tuple(self._later(found, with_held_back, held_back, terms)) if held_back else (),
            alternatives=self._alternatives(found, utility, pool, terms),
        )

    def best(self, ranked: Pool, needs: tuple[str, ...], masks: Masks) -> tuple[int, ...]:
        """Only the best set itself, as places of channels in the knowledge.

        Args:
            ranked: every eligible channel.
            needs: the needs in their order; while there are none, the most probable channel is the best set.
            masks: the answers.
        """
        terms = self._candidates.terms(needs, masks)
        pool = worth_naming(_without(self._held_back.places(masks), ranked))
        found = search(self._undominated(pool, terms), terms.rates)
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

    def _undominated(self, pool: Pool, terms: Terms) -> list[Candidate]:
        return self._candidates.make(self._candidates.undominated(pool, terms), terms)

    # --- what is said of the result ----------------------------------------------------------------------------

    def _uncovered(
        self,
        needs: Sequence[str],
        found: Sequence[Candidate],
        candidates: Sequence[Candidate],
        with_held_back: Sequence[Candidate],
    ) -> Iterator[Uncovered]:
        for rank, need in enumerate(needs):
            if any(self._serves(each, need) for each in found):
                continue
            words = need_name(self._knowledge, need)
            now, later = ([each for each in pool if self._serves(each, need)] for pool in (candidates, with_held_back))
            serving = now or later
            if not serving:
                yield Uncovered(need, None, said(self._knowledge, "advice_uncovered", need=words))
                continue
            best = min(serving, key=lambda each: (-each.values[rank], each.order))
            name = self._knowledge.channels[best.place].name
            key = "advice_uncovered_instead" if now else "advice_uncovered_later"
            text = said(self._knowledge, key, need=words, channel=name)
            yield Uncovered(need, self._name(best), text)

    def _overlaps(self, found: Sequence[Candidate], homes: Mapping[str, Candidate]) -> Iterator[Overlap]:
        for need, home in homes.items():
            names = tuple(self._name(each) for each in found if self._serves(each, need))
            if len(names) > 1:
                text = said(
                    self._knowledge,
                    "advice_overlap",
                    need=need_name(self._knowledge, need),
                    channels=channel_names(self._knowledge, names),
                    home=self._knowledge.channels[home.place].name,
                )
                yield Overlap(need, names, self._name(home), text)

    def _later(
        self,
        found: Sequence[Candidate],
        with_held_back: Sequence[Candidate],
        held_back: Mapping[int, Rule],
        terms: Terms,
    ) -> Iterator[Later]:
        """What the best set of all channels has and this one waits with, by the rule that says so."""
        taken = {each.place for each in found}
        waiting: dict[str, tuple[Rule, list[str]]] = {}
        for each in search(with_held_back, terms.rates):
            if each.place in held_back and each.place not in taken:
                rule = held_back[each.place]
                waiting.setdefault(rule.id, (rule, []))[1].append(self._name(each))
        for rule, names in waiting.values():
            text = said(self._knowledge, "advice_later", channels=channel_names(self._knowledge, names))
            yield Later(tuple(names), rule, text)

    def _alternatives(
        self, found: Sequence[Candidate], utility: float, pool: Pool, terms: Terms
    ) -> tuple[Alternative, ...]:
        """The sets one step away that are almost as good."""
        rates, enough = terms.rates, utility - MARGIN
        totals = [sum(each.values) for each in found]
        least = enough - rates.hope - (sum(totals) - min(totals))
        others = self._candidates.at_least(pool, terms, least, {each.place for each in found})
        close = near_sets(found, self._candidates.make(others, terms), rates, enough)
        return tuple(
            [
                Alternative(tuple([self._name(each) for each in other]), max(round(utility - value, 6), 0.0))
                for value, other in close[:SHOWN]
            ]
        )

    def _serves(self, candidate: Candidate, need: str) -> bool:
        return self._knowledge.channels[candidate.place].functions[need] >= GOOD

    def _name(self, candidate: Candidate) -> str:
        return self._knowledge.channels[candidate.place].id


def _without(held_back: Container[int], ranked: Pool) -> Pool:
    """The channels to start with; all of them when nothing else is left."""
    return [each for each in ranked if each[1] not in held_back] or ranked


def _rule_shares(chosen: Chosen, terms: Terms) -> tuple[tuple[Rule, float], ...]:
    amounts = dict(zip(Rates._fields, chosen.amounts, strict=True))
    shares = [(rule, round(weight * amounts[rule.bundle or ""], 6)) for rule, weight in terms.weights]
    return tuple([(rule, share) for rule, share in shares if share])


def _serving(found: Sequence[Candidate]) -> list[Candidate]:
    """Per need the channel that serves it best."""
    return [min(found, key=lambda each: (-each.values[rank], each.order)) for rank in range(len(found[0].values))]


def _home_first(found: Sequence[Candidate], serving: Sequence[Candidate]) -> list[Candidate]:
    """The channel that serves most needs, the other online channels, the live one."""
    home = min(found, key=lambda each: (each.live, -serving.count(each), each.order))
    return [home, *sorted([each for each in found if each is not home], key=lambda each: (each.live, each.order))]
