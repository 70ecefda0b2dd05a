"""Quick scores: who is first, by how much, and whether to launch, when some answers were different.

Advice that looks at many "what if"s needs no reasons. Terms remember what they said for the answers that did not
change, so another answer costs little.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from operator import itemgetter

from model.advice.held_back_later import HeldBackLater
from model.advice.possible_changes import ReachableAnswer
from model.domain.channels import MOMENTS, Channel, Moment
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.profiles.profile import Profile
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.launch_verdict import LEAST, Verdict, verdict_of
from model.scoring.scorer import Scores
from model.scoring.terms import Answers

EQUAL = 1e-7
"""Scores that differ by less count as a tie."""

Firsts = Mapping[Moment, tuple[str, ...]]


class QuickScores:
    """The scores for some answers.

    Attributes:
        answers: the answers.
        whole: the scores with their reasons.
    """

    def __init__(self, scorer: QuickScorer, scores: Scores) -> None:
        self._scorer = scorer
        self.whole = scores
        self.answers = scores.answers

    @property
    def scores(self) -> Sequence[float]:
        """What ranks channels, in log-odds, in the order of the knowledge."""
        return self.whole.scores

    @property
    def log_odds(self) -> Sequence[float]:
        """Of use."""
        return self.whole.log_odds

    @property
    def excluded(self) -> Set[int]:
        """Places of the channels that are excluded."""
        return self.whole.excluded.keys()

    def excludes(self, place: int) -> bool:
        """Whether one channel is excluded, without looking at all others."""
        return self.whole.excludes(place)

    def log_odds_at(self, place: int) -> float:
        """The log-odds of use of one channel, without those of all others."""
        return self.whole.log_odds_at(place)

    @property
    def masks(self) -> tuple[int, ...]:
        return self.answers.masks

    @property
    def needs(self) -> tuple[str, ...]:
        return self.answers.needs

    @property
    def chances(self) -> Sequence[float]:
        """Per channel the chance of use that is told."""
        return self.whole.probabilities

    @property
    def probabilities(self) -> Sequence[float]:
        """Per channel the chance of use that a set is chosen by."""
        return self.whole.cautious_probabilities

    @property
    def bounds(self) -> tuple[Sequence[float], Sequence[float]]:
        """Per channel the least and the most that unknown answers can still add to its score."""
        low, high = self.whole.bounds
        changes = [[then - now for then, now in zip(column, self.log_odds, strict=True)] for column in (low, high)]
        return changes[0], changes[1]

    @property
    def may_be_excluded(self) -> bool:
        """Whether unknown answers may exclude a channel that is left, or let one come back."""
        return bool(self.whole.may_exclude)

    def with_profile(self, profile: Profile) -> QuickScores:
        """The scores for the answers in another profile that is mostly the same."""
        return QuickScores(self._scorer, self.whole.after(self._scorer.advisor.scorer.answers(profile)))

    def after(self, changed: Mapping[int, int], needs: tuple[str, ...] | None = None) -> QuickScores:
        """The scores when these answers (place of the question → mask) are different."""
        masks = list(self.masks)
        for index, mask in changed.items():
            masks[index] = mask
        answers = Answers(tuple(masks), self.needs if needs is None else needs, self.answers.without)
        return QuickScores(self._scorer, self.whole.after(answers))

    def with_changes(self, changes: Iterable[ReachableAnswer]) -> QuickScores:
        """The scores after changes that levers bring about."""
        return self.after({index: mask for each in changes for index, mask in each.masks})

    @property
    def in_the_way(self) -> Sequence[tuple[Effect, Set[int]]]:
        """What the answers alone put in the way of a launch, each with the places of the questions that it looks at."""
        return self._scorer.advisor.launch.in_the_way(self.masks)

    @property
    def waiting(self) -> Set[int]:
        """Places of the channels that nothing a team can do should lead to (`model.advice.held_back_later`)."""
        return self._scorer.held_back_later.places(self.masks)

    @cached_property
    def usable(self) -> list[int]:
        """Places of the channels that are left and may well be used."""
        excluded = self.excluded
        return [place for place, log_odds in enumerate(self.log_odds) if log_odds >= LEAST and place not in excluded]

    @property
    def may_fit_first_wish(self) -> bool:
        """Whether one of these serves the first wish, though it may have to wait."""
        serving = self._scorer.advisor.serving_first(self.needs)
        return any(serving is None or place in serving for place in self.usable)

    @cached_property
    def fitting(self) -> Mapping[str, Channel]:
        """The channels that are left, may well be used and do not have to wait, by id."""
        waiting, channels = self.waiting, self._scorer.knowledge.channels
        return {channels[place].id: channels[place] for place in self.usable if place not in waiting}

    def ranked(self) -> list[int]:
        """Places of the channels that are left, the best first."""
        excluded = self.excluded
        left = [place for place in self._scorer.by_name if place not in excluded]
        left.sort(key=self.scores.__getitem__, reverse=True)
        return left

    def first(self, moment: Moment) -> tuple[str, ...]:
        """The channels that are first of their kind; more than one when they tie."""
        scores, excluded = self.scores, self.excluded
        left = [(scores[place], name) for place, name in self._scorer.places[moment] if place not in excluded]
        if not left:
            return ()
        almost = max(left)[0] - EQUAL
        return tuple([name for score, name in left if score > almost])

    def firsts(self) -> Firsts:
        return {moment: self.first(moment) for moment in MOMENTS}

    def lead(self, place: int) -> float:
        """How far a channel is ahead of the best other channel of its kind; negative when it is behind."""
        moment = self._scorer.knowledge.channels[place].moment
        scores, excluded = self.scores, self.excluded
        others = [scores[other] for other, _ in self._scorer.places[moment] if other != place and other not in excluded]
        return round(scores[place] - max(others, default=float("-inf")), 6)

    @property
    def serious(self) -> Sequence[Effect]:
        """What stands in the way of a launch, as `model.scoring.launch_verdict` finds it."""
        excluded = self.excluded
        left = {place: each for place, each in enumerate(self.log_odds) if place not in excluded}
        advisor = self._scorer.advisor
        return advisor.launch.serious(self.masks, left, advisor.serving_first(self.needs))

    def verdict(self) -> Verdict:
        """The launch verdict."""
        return verdict_of(self.serious)


class QuickScorer:
    """Scores answers for one advisor.

    Attributes:
        index: question id → its place.
        place: channel id → its place.
        places: moment → (place, id) of its channels, by id.
        by_name: places of all channels, by id.
        held_back_later: the channels that nothing a team can do should lead to.
    """

    def __init__(self, advisor: Advisor) -> None:
        self.advisor = advisor
        self.knowledge: Knowledge = advisor.knowledge
        self.index = {question.id: place for place, question in enumerate(self.knowledge.questionnaire)}
        self.place = self.knowledge.channel_place
        self.by_name = advisor.by_name
        self.held_back_later = HeldBackLater(self.knowledge, advisor.launch.held_back)
        self.places: Mapping[Moment, Sequence[tuple[int, str]]] = {
            moment: sorted(
                ((self.place[each.id], each.id) for each in self.knowledge.channels if each.moment == moment),
                key=itemgetter(1),
            )
            for moment in MOMENTS
        }

    def of(self, recommendation: Recommendation) -> QuickScores:
        """The scores behind an answer."""
        return QuickScores(self, recommendation.scores)

    def of_profile(self, profile: Profile) -> QuickScores:
        """The scores for the answers in a profile."""
        scorer = self.advisor.scorer
        return QuickScores(self, scorer.scores(scorer.answers(profile)))

    def matters(self, index: int) -> bool:
        """Whether anything looks at the answer to the question at this place."""
        return index in self.advisor.launch.indices or any(term.looks_at(index) for term in self.advisor.scorer.terms)
