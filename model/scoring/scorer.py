"""Scorer: from answers to one explained score per channel, exactly additive.

    log-odds of use = base rate + how well the best served wish is served + rules that are known to hold
                    + what outcomes say of communities like this
    score           = log-odds of use + how well all wishes are served - caution where few have told of the channel

Both are sums of the shares of terms (`model.scoring.terms`). Chance of use and fit are two things: a channel does not
become less likely to be used because members also want something that another channel does.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

from model.domain.channels import Channel, Moment
from model.domain.knowledge import Knowledge
from model.domain.rules import Rule
from model.errors import ArtifactError, Phrase
from model.profiles.profile import Profile, ProfileReader
from model.scoring.artifact import TRUST, Artifact
from model.scoring.reasons import DIGITS, Reason, Undecided
from model.scoring.term_builder import base_share, make_terms
from model.scoring.terms import Answers, Column, Line, Share, Statement, Term, summed
from model.scoring.uncertainty import interval, mean_probabilities, mean_probability

_TOLERANCE = 1e-6
_WEIGHTIEST_FIRST = attrgetter("reason.place")


class Scores:
    """What the answers of a community mean for every channel. Each part is worked out when it is first asked for.

    Attributes:
        scorer: what made them.
        answers: the answers.
        shares: what each term says, the base rates first.
    """

    def __init__(
        self, scorer: Scorer, answers: Answers, shares: Sequence[Share], change: _Change | None = None
    ) -> None:
        self.scorer = scorer
        self.answers = answers
        self.shares = shares
        self._change = change
        self._tried: dict[tuple[int | str, ...], tuple[Share, Column]] = {}

    @cached_property
    def log_odds(self) -> list[float]:
        """Per channel the log-odds of use."""
        change, self._change = self._change, None  # what it was made from need not live as long
        if change is None:
            return _exact(summed([share.use for share in self.shares]))
        # Shares have as many decimals as the sum, so that it is the same to the digit whichever way it is reached.
        return _exact(summed([change.of.log_odds, *change.added]))

    @cached_property
    def scores(self) -> list[float]:
        """Per channel what ranks it, in log-odds."""
        return _exact(summed([self.log_odds, *[share.order for share in self.shares]]))

    @cached_property
    def excluded(self) -> Mapping[int, Sequence[Rule]]:
        """Place of a channel → exclusions that hold."""
        found: dict[int, list[Rule]] = {place: [self.scorer.knowledge.choice] for place in self.answers.without}
        for rule, places in self._exclusions:
            for place in places:
                found.setdefault(place, []).append(rule)
        return found

    def excludes(self, place: int) -> bool:
        """Whether one channel is excluded, without looking at all others."""
        return place in self.answers.without or any(place in places for _, places in self._exclusions)

    @property
    def _exclusions(self) -> list[tuple[Rule, frozenset[int]]]:
        return [each for share in self.shares if share.excluded for each in share.excluded]

    def log_odds_at(self, place: int) -> float:
        """The log-odds of use of one channel, without those of all others."""
        change = self._change
        if change is None:
            return self.log_odds[place]
        return round(change.of.log_odds[place] + sum([column[place] for column in change.added if column]), DIGITS)

    def after(self, answers: Answers) -> Scores:
        """What other answers mean; only terms that look at what is different are asked again."""
        if answers == self.answers:
            return self
        looking: dict[int, tuple[int | str, ...]] = {}
        both = zip(answers.masks, self.answers.masks, strict=True)
        for index, mask in [(index, mask) for index, (mask, now) in enumerate(both) if mask != now]:
            for place in self.scorer.looking[index]:
                looking[place] = *looking.get(place, ()), index, mask
        if answers.needs != self.answers.needs:
            looking[0] = *looking.get(0, ()), *answers.needs
        shares, added = list(self.shares), []
        for place, different in looking.items():
            # Sets of changes have many changes in common, and what a term says depends on those it looks at alone.
            key = place, *different
            tried = self._tried.get(key)
            if tried is None:
                share = self.scorer.terms[place].at(answers)
                tried = self._tried[key] = share, _difference(share.use, self.shares[place + 1].use)
            shares[place + 1], more = tried
            added.append(more)
        return Scores(self.scorer, answers, shares, _Change(self, added))

    @cached_property
    def expert(self) -> Column:
        """Per channel the weights of the learnable rules that hold, added up."""
        return summed([share.expert for share in self.shares]) or [0.0] * len(self.log_odds)

    @cached_property
    def variances(self) -> list[float]:
        """Per channel the variance of the log-odds, for what is not known about the weights."""
        own = self.scorer.artifact.own_variance(TRUST)
        variances = summed([share.variance for share in self.shares])
        # Features pull against each other, and what that takes away may be more than what they add themselves.
        return [
            max(0.0, variance + own * expert * expert + 2 * expert * shared)
            for variance, expert, shared in zip(variances, self.expert, self.scorer.shared_trust, strict=True)
        ]

    @cached_property
    def probabilities(self) -> list[float]:
        """Per channel the chance of use, averaged over what is not known about the weights."""
        return mean_probabilities(self.log_odds, self.variances)

    @cached_property
    def cautious_probabilities(self) -> list[float]:
        """Per channel the chance of use with all that makes us careful: what a set of channels is chosen by.

        Never more than the chance itself: a channel to prefer is not used more because of that.
        """
        careful = _exact(summed([self.scores, _less(self.shares[1].order)]))
        return mean_probabilities(map(min, careful, self.log_odds), self.variances)

    @cached_property
    def statements(self) -> Sequence[Statement]:
        """The reasons with the channels that they are given for, the weightiest first."""
        told = [statement for share in self.shares for statement in share.statements]
        return sorted(told, key=_WEIGHTIEST_FIRST)

    @cached_property
    def advice(self) -> list[tuple[Rule, frozenset[int]]]:
        """Rules that add a sentence about channels, with the places of these."""
        return [each for share in self.shares for each in share.advice]

    @cached_property
    def may_exclude(self) -> list[tuple[Rule, frozenset[int]]]:
        """Exclusions that unknown answers may make hold, with the places of the channels."""
        return [(line.rule, line.places) for line in self._waiting_lines if line.rule and line.rule.excludes]

    @cached_property
    def _waiting_lines(self) -> list[Line]:
        return [line for share in self.shares for line in share.waiting]

    @cached_property
    def waiting(self) -> list[Term]:
        """The terms that unknown answers can still change."""
        return [term for term, share in zip(self.scorer.terms, self.shares[1:], strict=True) if share.open]

    @cached_property
    def bounds(self) -> tuple[Column, Column]:
        """Per channel the least and the most log-odds that unknown answers can lead to; never too narrow.

        Exact within a term; terms that share an unknown question are taken one by one, which can only widen them.
        """
        found = [term.bounds(self.answers) for term in self.waiting]
        if not found:
            return self.log_odds, self.log_odds
        low, high = (_exact(summed([self.log_odds, *columns])) for columns in zip(*found, strict=True))
        return low, high

    def swings(self, places: Collection[int]) -> Mapping[int, float]:
        """Place of a question without an answer → how much what waits for it can move one of these channels at most.

        What waits for several questions counts for each of them in part. This is quicker than bounds and less exact:
        reasons are taken one by one, as if each could come without the others.
        """
        moved: dict[int, dict[int, float]] = {}
        for line in self._waiting_lines:
            if line.reason and (touched := line.places.intersection(places)):
                open_ = [index for index in line.condition.indices if not self.answers.masks[index]]
                for index in open_:
                    of_question = moved.setdefault(index, {})
                    for place in touched:
                        of_question[place] = of_question.get(place, 0.0) + abs(line.reason.use) / len(open_)
        swings = {index: max(of_question.values()) for index, of_question in moved.items()}
        return swings if self.answers.needs else {**swings, self.scorer.needs_index: math.inf}

    def open_for(self, places: Collection[int]) -> frozenset[int]:
        """Places of the questions without an answer that can move or exclude one of these channels."""
        lines = [line for line in self._waiting_lines if line.reason or (line.rule and line.rule.excludes)]
        waiting = {index for line in lines if line.places.intersection(places) for index in line.condition.indices}
        return frozenset([index for index in waiting if not self.answers.masks[index]])

    def for_one_need(self, need: str, places: Iterable[int]) -> Mapping[int, float]:
        """Place of each of these channels → its score if this wish were the only one."""
        mine, alone = self.shares[1], self.scorer.terms[0].at(Answers(self.answers.masks, (need,)))
        return {
            place: round(
                self.scores[place] + alone.use[place] + alone.order[place] - mine.use[place] - mine.order[place], DIGITS
            )
            for place in places
        }

    def assessment(self, place: int) -> Assessment:
        """What is to be said of the channel at this place."""
        return Assessment(place, self)


class _Change(NamedTuple):
    """The scores that some were made from, and what changed shares add to the log-odds of use."""

    of: Scores
    added: Sequence[Column]


def _exact(column: Column) -> list[float]:
    """The column without what the order of adding up does to its last digits, so that equal scores are equal."""
    return [round(each, DIGITS) for each in column]


def _difference(column: Column, other: Column) -> Column:
    """The one column less the other; empty where both are."""
    if not other:
        return column
    return [mine - theirs for mine, theirs in zip(column, other, strict=True)] if column else _less(other)


def _less(column: Column) -> Column:
    """The column, to take away."""
    return [-each for each in column]


class Assessment(NamedTuple):
    """What is to be said of one channel for one community: a look at `Scores` at one place."""

    place: int
    of: Scores

    @property
    def channel(self) -> Channel:
        return self.of.scorer.knowledge.channels[self.place]

    @property
    def moment(self) -> Moment:
        return self.channel.moment

    @property
    def log_odds(self) -> float:
        """Of use."""
        return self.of.log_odds[self.place]

    @property
    def score(self) -> float:
        """What ranks it."""
        return self.of.scores[self.place]

    @property
    def probability(self) -> float:
        """Chance that members will use it."""
        return self.of.probabilities[self.place]

    @property
    def variance(self) -> float:
        """Of the log-odds, for what is not known about the weights."""
        return self.of.variances[self.place]

    @property
    def reasons(self) -> Sequence[Reason]:
        """The contributions, the weightiest first; they add up to the score."""
        return [reason for reason, places in self.of.statements if self.place in places]

    @property
    def low(self) -> float:
        """The least log-odds that unknown answers can lead to."""
        return self.of.bounds[0][self.place]

    @property
    def high(self) -> float:
        """The most log-odds that unknown answers can lead to."""
        return self.of.bounds[1][self.place]

    @property
    def probability_range(self) -> tuple[float, float]:
        """The chance at `low` and at `high`."""
        return mean_probability(self.low, self.variance), mean_probability(self.high, self.variance)

    @property
    def interval(self) -> tuple[float, float]:
        """90 % interval of the chance, for these answers."""
        scales = self.of.scorer.artifact.scales
        return interval(self.log_odds, self.variance + scales.unsaid**2 + scales.intercept**2)

    @property
    def excluded_by(self) -> tuple[Rule, ...]:
        """Exclusion rules that hold; such a channel is not ranked."""
        return tuple(self.of.excluded.get(self.place, ()))

    @property
    def advice(self) -> tuple[Rule, ...]:
        """Rules that add a sentence about it."""
        return tuple([rule for rule, places in self.of.advice if self.place in places])

    @property
    def may_be_excluded_by(self) -> tuple[Rule, ...]:
        """Exclusion rules that unknown answers may make hold."""
        return tuple([rule for rule, places in self.of.may_exclude if self.place in places])

    @property
    def undecided(self) -> tuple[Undecided, ...]:
        """What unknown answers may still change, one entry for each set of questions."""
        found = (term.undecided(self.of.answers, self.place) for term in self.of.waiting)
        return tuple(each for each in found if each is not None)

    @property
    def records_share(self) -> float:
        """How much of the uncertainty about its base rate outcomes have taken away, 0 (rules only) to 1."""
        artifact = self.of.scorer.artifact
        return max(0.0, 1 - artifact.base_variance(self.channel.id) / artifact.prior_base_variance)


class Scorer:
    """The rules of some knowledge and the numbers of an artifact, compiled for scoring.

    Attributes:
        base: what holds for each channel whatever the community.
        terms: everything that looks at answers.
        shared_trust: per channel the covariance of the trust in expert weights with the base rate.
        looking: per question the places of the terms that look at its answer.
        needs_index: the place of the question about wishes.

    Raises:
        ArtifactError: the artifact was made for other knowledge, or its self-test does not come out.
    """

    def __init__(self, knowledge: Knowledge, artifact: Artifact | None = None) -> None:
        self.knowledge = knowledge
        self.artifact = artifact or Artifact.of_rules(knowledge.score_fingerprint)
        if self.artifact.knowledge != knowledge.score_fingerprint:
            raise ArtifactError(
                Phrase(
                    "artifact '{0}' was made for other rules, channels or questions than are loaded: train again",
                    self.artifact.id,
                )
            )
        self.base: Share = base_share(knowledge, self.artifact)
        self.terms: tuple[Term, ...] = make_terms(knowledge, self.artifact)
        self.shared_trust = [self.artifact.shared_variance(channel.id, TRUST) for channel in knowledge.channels]
        self.looking = [
            [place for place, term in enumerate(self.terms) if term.looks_at(index)]
            for index in range(len(knowledge.questionnaire.questions))
        ]
        self.needs_index = knowledge.questionnaire.layout[knowledge.needs.id].index
        self._run_self_test()

    @cached_property
    def speaking(self) -> Sequence[Sequence[Term]]:
        """Per channel the terms that can move it."""
        return [[term for term in self.terms if term.speaks_of(place)] for place in range(len(self.knowledge.channels))]

    def answers(self, profile: Profile) -> Answers:
        """The answers in a profile, as terms look at them."""
        without = (
            frozenset([self.knowledge.channel_place[name] for name in profile.without])
            if profile.without
            else frozenset()
        )
        return Answers(profile.masks, profile.codes(self.knowledge.needs.id), without)

    def scores(self, answers: Answers) -> Scores:
        """What these answers mean for every channel."""
        return Scores(self, answers, [self.base, *[term.at(answers) for term in self.terms]])

    def assess(self, profile: Profile) -> list[Assessment]:
        """One assessment per channel, in the order of the knowledge."""
        scores = self.scores(self.answers(profile))
        return [scores.assessment(place) for place in range(len(self.knowledge.channels))]

    def _run_self_test(self) -> None:
        """Score what the artifact brings along; another result means that its numbers are read wrongly.

        Raises:
            ArtifactError: a result differs, or a profile or channel in the test does not exist any more.
        """
        reader = ProfileReader(self.knowledge.questionnaire)
        for test in self.artifact.self_test:
            profile, place = reader.read(dict(test.profile)), self.knowledge.channel_place.get(test.channel)
            if profile is None or place is None:
                raise ArtifactError(
                    Phrase("the self-test of artifact '{0}' does not fit this knowledge", self.artifact.id)
                )
            found = self.scores(self.answers(profile)).log_odds[place]
            if abs(found - test.log_odds) > _TOLERANCE:
                raise ArtifactError(
                    Phrase(
                        "the self-test of artifact '{0}' does not come out for '{1}': {2} instead of {3}",
                        self.artifact.id,
                        test.channel,
                        f"{found:.6f}",
                        f"{test.log_odds:.6f}",
                    )
                )
