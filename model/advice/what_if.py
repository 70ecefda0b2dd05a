"""What if: which changes would bring a channel to first place, and which answers the first place hangs on.

Every combination of at most two answers that levers can bring about (`model.advice.possible_changes`) is tried, so "no
step that a team can take would do it" is certain. Nothing is tried for a channel that a warning then says not to start
with (`model.advice.held_back_later`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from model.advice.comparison import copied_channel
from model.advice.possible_changes import Change, Changes, Edit, ReachableAnswer
from model.advice.quick_scores import QuickScorer, QuickScores
from model.domain.channels import MOMENTS, Channel, Moment
from model.domain.questions import Question, Text
from model.domain.wording import answer_text, channel_names, need_name, said
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation

PLANS = 3
_PLATFORM = "platform"

Result = Literal["first", "eligible", "none"]


@dataclass(frozen=True, slots=True)
class Plan:
    """Changes that belong together and what they bring.

    Attributes:
        result: "first" (first of its moment), "eligible" (no longer excluded), or "none" (only nearer).
        lead: how far the channel is then ahead of the best other channel of its moment, in log-odds; negative when
            it is behind.
    """

    changes: tuple[Change, ...]
    result: Result
    log_odds: float
    lead: float


@dataclass(frozen=True, slots=True)
class Levers:
    """What a team can do for one channel.

    Attributes:
        place: where the channel stands now.
        lead: as in `Plan`, with the answers as they are.
        plans: the smallest sets of changes that bring the result, the largest lead first; none is part of another.
        nearest: where no plan makes it first: the changes that bring it nearest.
    """

    channel: Channel
    place: Literal["first", "behind", "excluded"]
    first: tuple[str, ...]
    lead: float
    plans: tuple[Plan, ...]
    nearest: Plan | None
    text: Text


@dataclass(frozen=True, slots=True)
class Hinge:
    """A known answer without which another channel would be first.

    Attributes:
        instead: the answer that would change it.
        first_then: the channels that would then be first.
    """

    question: Question
    instead: tuple[str, ...]
    moment: Moment
    first_now: tuple[str, ...]
    first_then: tuple[str, ...]
    text: Text


class WhatIf:
    """Tries other answers."""

    def __init__(self, scorer: QuickScorer, changes: Changes) -> None:
        self._scorer = scorer
        self._knowledge = scorer.knowledge
        self._changes = changes

    def levers(self, recommendation: Recommendation, channel_id: str | None = None) -> Levers | None:
        """What would bring a channel to the first place of its moment, or make it eligible.

        Args:
            recommendation: the answer as it is.
            channel_id: the channel; without one, the channel that the team wants to copy or else the first platform
                that lost. None comes back when there is no such channel.

        Raises:
            UnknownNameError: there is no such channel.
        """
        channel_id = channel_id or self.loser(recommendation)
        if channel_id is None:
            return None
        channel, profile = self._knowledge.channel(channel_id), recommendation.profile
        place, base = self._scorer.place[channel_id], self._scorer.of(recommendation)
        first = base.first(channel.moment)
        if channel_id in first:
            return self._levers(channel, "first", base, [], None)
        tried = [(changes, base.with_changes(changes)) for changes in self._changes.sets(profile)]
        plans = self._smallest(base, tried, profile, channel, lambda scores: channel_id in scores.first(channel.moment))
        nearest = None
        if not plans:
            if place in base.excluded:
                plans = self._smallest(base, tried, profile, channel, lambda scores: place not in scores.excluded)
            nearest = self._nearest(base, tried, profile, channel)
        return self._levers(channel, "excluded" if place in base.excluded else "behind", base, plans, nearest)

    def loser(self, recommendation: Recommendation) -> str | None:
        """The channel whose place a team will ask about: the one to be copied, or the first platform that lost; never
        one that it left out itself.
        """
        profile = recommendation.profile
        copied = copied_channel(profile, self._knowledge)
        behind = [each.assessment.channel for each in recommendation.channels if each.rank_in_moment > 1]
        excluded = [each.channel for each in recommendation.excluded]
        platforms = [each.id for each in (*behind, *excluded) if each.kind == _PLATFORM]
        return next((name for name in (copied, *platforms) if name and name not in profile.without), None)

    def plans(
        self,
        profile: Profile,
        base: QuickScores,
        channel: Channel,
        reached: Callable[[QuickScores], bool],
        more_than: float,
    ) -> list[Plan]:
        """The smallest sets of changes after which something holds of the scores.

        Args:
            base: the scores for that profile.
            more_than: log-odds of use that the channel must have for it to hold.
        """
        tried = self._hopeful(self._changes.sets(profile), base, self._scorer.place[channel.id], more_than)
        return self._smallest(base, tried, profile, channel, reached)

    def _hopeful(
        self, sets: Iterable[tuple[ReachableAnswer, ...]], base: QuickScores, place: int, more_than: float
    ) -> Iterator[tuple[tuple[ReachableAnswer, ...], QuickScores]]:
        """The sets with their scores, without most of those after which a channel is not used enough.

        Each change comes by itself before it comes with another one. Where no term looks at both, what they do adds up,
        and that is known without scoring them together.
        """
        now, looking = base.log_odds_at(place), self._scorer.advisor.scorer.looking
        alone: dict[int, tuple[float, frozenset[int]]] = {}
        for changes in sets:
            if len(changes) > 1:
                (added, ours), (more, theirs) = [alone[id(each)] for each in changes]
                if now + added + more <= more_than and ours.isdisjoint(theirs):
                    continue
            scores = base.with_changes(changes)
            if len(changes) == 1:
                terms = frozenset([term for index, _ in changes[0].masks for term in looking[index]])
                alone[id(changes[0])] = scores.log_odds_at(place) - now, terms
            yield changes, scores

    def hinges(self, profile: Profile) -> list[Hinge]:
        """The known answers whose change would move first place, in the order of the questions."""
        base = self._scorer.of_profile(profile)
        now = base.firsts()
        found = []
        for question in self._knowledge.questionnaire:
            answer = profile.codes(question.id)
            if not answer or question.follows:
                continue
            for key, code, instead in _other_answers(question, answer):
                mask = sum(question.bit_of[code] for code in instead)
                needs = instead if question.ordered else None
                then = base.after({self._scorer.index[question.id]: mask}, needs).firsts()
                found += [
                    self._hinge(
                        question,
                        instead,
                        said(self._knowledge, key, answer=self._short(question, code)),
                        moment,
                        now[moment],
                        then[moment],
                    )
                    for moment in MOMENTS
                    if not set(now[moment]) <= set(then[moment])
                ]
        return found

    # --- what they bring -------------------------------------------------------------------------------------------

    def _smallest(
        self,
        base: QuickScores,
        tried: Iterable[tuple[tuple[ReachableAnswer, ...], QuickScores]],
        profile: Profile,
        channel: Channel,
        reached: Callable[[QuickScores], bool],
    ) -> list[Plan]:
        """Plans for the sets that reach it and of which no part does."""
        place = self._scorer.place[channel.id]
        enough: list[tuple[frozenset[Edit], tuple[ReachableAnswer, ...], QuickScores]] = []
        for changes, scores in tried:
            edits = frozenset[Edit]().union(*(each.edits for each in changes))
            smaller = any(each <= edits for each, _, _ in enough)
            if not smaller and reached(scores) and place not in scores.waiting:
                enough.append((edits, changes, scores))
        enough.sort(key=lambda found: (len(found[0]), -found[2].lead(place)))
        return [self._plan(changes, scores, base, profile, channel) for _, changes, scores in enough[:PLANS]]

    def _nearest(
        self,
        base: QuickScores,
        tried: Iterable[tuple[tuple[ReachableAnswer, ...], QuickScores]],
        profile: Profile,
        channel: Channel,
    ) -> Plan | None:
        place = self._scorer.place[channel.id]
        possible = [each for each in tried if place not in each[1].excluded and place not in each[1].waiting]
        best = max(possible, key=lambda each: each[1].lead(place), default=None)
        if best is None or (best[1].lead(place) <= base.lead(place) and place not in base.excluded):
            return None
        return self._plan(best[0], best[1], base, profile, channel)

    def _plan(
        self,
        changes: Sequence[ReachableAnswer],
        scores: QuickScores,
        base: QuickScores,
        profile: Profile,
        channel: Channel,
    ) -> Plan:
        place = self._scorer.place[channel.id]
        result: Result = "none" if place in scores.excluded else "eligible"
        if channel.id in scores.first(channel.moment):
            result = "first"
        elif result == "eligible" and place not in base.excluded:
            result = "none"
        return Plan(
            tuple(self._changes.described(each, profile) for each in changes),
            result,
            round(scores.log_odds[place], 6),
            scores.lead(place),
        )

    def _levers(
        self,
        channel: Channel,
        place: Literal["first", "behind", "excluded"],
        base: QuickScores,
        plans: Sequence[Plan],
        nearest: Plan | None,
    ) -> Levers:
        first = base.first(channel.moment)
        lead = base.lead(self._scorer.place[channel.id])
        key = f"advice_levers_{plans[0].result}" if plans else "advice_levers_none"
        if place == "first":
            key = "advice_levers_already"
        elif not plans and place == "excluded":
            key = "advice_levers_excluded"
        text = said(
            self._knowledge, key, channel=channel.name, first=channel_names(self._knowledge, first), count=len(plans)
        )
        return Levers(channel, place, first, lead, tuple(plans), nearest, text)

    def _short(self, question: Question, code: str) -> Text:
        if question.ordered:
            return need_name(self._knowledge, code)
        return answer_text(self._knowledge, question, [code])

    def _hinge(
        self,
        question: Question,
        instead: tuple[str, ...],
        what: Text,
        moment: Moment,
        now: tuple[str, ...],
        then: tuple[str, ...],
    ) -> Hinge:
        text = said(
            self._knowledge,
            "advice_hinge" if then else "advice_hinge_nothing",
            label=question.label,
            what=what,
            first=channel_names(self._knowledge, then),
        )
        return Hinge(question, instead, moment, now, then, text)


def _other_answers(question: Question, answer: tuple[str, ...]) -> Iterable[tuple[str, str, tuple[str, ...]]]:
    """Answers one step away: another code; for multiple choice one code more, one less, or another one in front.

    Each comes as (name of the sentence for it, the code that it is about, the answer).
    """
    others = [code for code in question.codes if code not in answer]
    if question.kind == "single":
        yield from (("advice_hinge_instead", code, (code,)) for code in others)
        return
    if len(answer) > 1:
        for gone in answer:
            yield "advice_hinge_without", gone, tuple(code for code in answer if code != gone)
    if len(answer) < question.limit:
        yield from (("advice_hinge_with", code, (*answer, code)) for code in others)
    if question.ordered:
        for code in answer[1:]:
            yield "advice_hinge_front", code, (code, *(each for each in answer if each != code))
