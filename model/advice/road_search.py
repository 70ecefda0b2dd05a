"""Road search: which small sets of changes make a decision stand better, found by trying no more than is needed.

What stands in the way of a start stays there while nothing changes that it looks at. That bounds how well the decision
can stand, and costs next to nothing. Only for what could still come first are channels scored, which bounds it closer,
and only then is a set of them chosen (best-first search; P. Hart, N. Nilsson and B. Raphael, IEEE Transactions on
Systems Science and Cybernetics 4(2), 1968).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from heapq import heapify, heappop, heappush
from typing import NamedTuple

from model.advice.bundle.chooser import Bundles, ChosenSet
from model.advice.possible_changes import Edit, ReachableAnswer
from model.advice.quick_scores import QuickScores
from model.domain.channels import Channel
from model.domain.rules import Effect
from model.scoring.advisor import GOOD
from model.scoring.launch_verdict import WORST_FIRST, Verdict, verdict_of

MOST = 2
"""Roads of one answer, and steps of one road."""


class Standing(NamedTuple):
    """How a decision stands; the higher each part is, the better.

    Attributes:
        verdict: the place of the verdict among all, the best last.
        settled: 0 when nothing stands in the way of a start, and one less for each thing that does.
        first_wish: whether the set serves what members want most well; true where no wish is known.
        two_way: whether members can answer each other somewhere in the set.
        wishes: how many wishes the set serves well.
    """

    verdict: int
    settled: int
    first_wish: bool
    two_way: bool
    wishes: int

    @staticmethod
    def at_best(effects: Collection[Effect], needs: Sequence[str]) -> Standing:
        """How a decision stands with a set that does all that can be wished for.

        Args:
            effects: the stops and holds.
            needs: the wishes in their order.
        """
        return Standing(WORST_FIRST.index(verdict_of(effects)), -len(effects), True, True, len(needs))

    def with_set(self, channels: Sequence[Channel], needs: Sequence[str]) -> Standing:
        """How it stands with this set."""
        return self._replace(
            first_wish=_serves_first(channels, needs),
            two_way=any(channel.two_way for channel in channels),
            wishes=sum([any(channel.functions[need] >= GOOD for channel in channels) for need in needs]),
        )

    @property
    def decision(self) -> tuple[int, int, bool, bool]:
        """What a road is for: serving one more wish alone is none."""
        return self[:4]

    def is_above(self, other: Standing) -> bool:
        """Whether something of the decision is better than in the other and nothing worse.

        What a set would do where nobody can start counts for nothing.
        """
        if not other.verdict:
            return self.verdict > 0
        return self.decision != other.decision and all(mine >= theirs for mine, theirs in zip(self, other, strict=True))


BEST = (WORST_FIRST.index(Verdict.GO), 0, True, True)
"""The decision of a team that can simply start."""


class RoadCandidate(NamedTuple):
    """Changed answers and how the decision stands with them, or at best can stand while less is known.

    Attributes:
        scores: what channels score with them; None while that is not known.
        complete: whether the set that it ends in is known as well, or that no road ends in it.
        chosen: that set; None while it is not known, and where no road ends in it.
    """

    changes: tuple[ReachableAnswer, ...]
    edits: frozenset[Edit]
    standing: Standing
    scores: QuickScores | None = None
    complete: bool = False
    chosen: ChosenSet | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """The better decision goes first, then fewer steps, then more wishes."""
        return *(-part for part in self.standing.decision), len(self.edits), -self.standing.wishes

    @property
    def channels(self) -> set[str]:
        """Ids of the set that it ends in."""
        return {channel.id for channel in self.chosen.channels} if self.chosen else set()

    @property
    def questions(self) -> set[str]:
        return {each.question.id for each in self.changes}

    def may_stand_beside(self, other: RoadCandidate) -> bool:
        """Whether another candidate, as far as it is known, is another way beside this one, the best of all.

        Neither has all steps of the other, and it starts elsewhere or comes out as well.
        """
        if self.edits <= other.edits or other.edits <= self.edits:
            return False
        return other.standing.decision >= self.standing.decision or not other.questions & self.questions


class RoadSearch:
    """The sets of changes for one community.

    A road ends in a set of channels that may well be used, none of which has to wait, and that serves the first wish;
    and it brings another set or another verdict.

    Args:
        sets: sets of changes of at most `MOST` steps, those with the fewest first.
        now: how the decision stands without them.
        channels_now: ids of the set without them.
        base: the scores without them.
    """

    def __init__(
        self,
        sets: Iterable[tuple[ReachableAnswer, ...]],
        now: Standing,
        channels_now: Set[str],
        base: QuickScores,
        bundles: Bundles,
    ) -> None:
        self._now = now
        self._channels_now = channels_now
        self._base = base
        self._bundles = bundles
        # What cannot help at best is no part of a road either that does as much as the road.
        self._candidates = {each.edits: each for each in self._hopeful(sets)}

    def best(self) -> list[RoadCandidate]:
        """The best changes, and beside them the best other way: one that starts elsewhere, or comes out as well."""
        first = next(self._in_order(lambda each: True), None)
        if first is None:
            return []
        other = next(self._in_order(first.may_stand_beside), None)
        return [first, other] if other else [first]

    def _in_order(self, wanted: Callable[[RoadCandidate], bool]) -> Iterator[RoadCandidate]:
        """What makes the decision stand better while no part of it does as much, the best first.

        Args:
            wanted: what this is not true of is left out, as soon as that is known.
        """
        waiting = [
            (each.order, number, each)
            for number, each in enumerate(self._candidates.values())
            if self._helps(each) and wanted(each)
        ]
        heapify(waiting)
        while waiting:
            _, number, each = heappop(waiting)
            if not self._is_least(each):
                continue
            if each.complete:
                yield each
            else:
                found = self._better_known(each)
                if self._helps(found) and wanted(found):
                    heappush(waiting, (found.order, number, found))

    def _hopeful(self, sets: Iterable[tuple[ReachableAnswer, ...]]) -> Iterator[RoadCandidate]:
        """The sets that help if all goes that looks at a changed answer, with how the decision stands then."""
        in_the_way = self._base.in_the_way
        at_best: dict[tuple[Effect, ...], Standing] = {}
        for changes in sets:
            changed = {index for each in changes for index, _ in each.masks}
            left = tuple([effect for effect, indices in in_the_way if changed.isdisjoint(indices)])
            standing = at_best.get(left) or at_best.setdefault(left, Standing.at_best(left, self._base.needs))
            if standing.is_above(self._now):
                yield RoadCandidate(changes, frozenset[Edit]().union(*[each.edits for each in changes]), standing)

    def _better_known(self, road: RoadCandidate) -> RoadCandidate:
        """The candidate with its scores, or where it has these with its set; each is worked out once."""
        known = self._with_set(road, road.scores) if road.scores else self._with_scores(road)
        self._candidates[road.edits] = known
        return known

    def _with_scores(self, road: RoadCandidate) -> RoadCandidate:
        """The candidate with how its decision stands if all channels that fit were in the set.

        Where one of these serves the first wish, nothing stands in the way of a start but what the answers alone put
        there.
        """
        scores = self._base.with_changes(road.changes)
        fitting = tuple(scores.fitting.values()) if scores.may_fit_first_wish else ()
        if not fitting or not _serves_first(fitting, scores.needs):
            return road._replace(complete=True)
        effects = [effect for effect, _ in scores.in_the_way]
        standing = Standing.at_best(effects, scores.needs).with_set(fitting, scores.needs)
        return road._replace(standing=standing, scores=scores)

    def _with_set(self, road: RoadCandidate, scores: QuickScores) -> RoadCandidate:
        """The candidate with the set that it ends in, if a road may end in that one."""
        chosen = self._bundles.chosen(scores)
        channels = chosen.channels
        if all(channel.id in scores.fitting for channel in channels) and _serves_first(channels, scores.needs):
            return road._replace(standing=road.standing.with_set(channels, scores.needs), complete=True, chosen=chosen)
        return road._replace(complete=True)

    def _helps(self, road: RoadCandidate) -> bool:
        if not road.standing.is_above(self._now):
            return False
        if not road.complete:
            return True
        return road.chosen is not None and (
            road.standing.verdict > self._now.verdict or road.channels != self._channels_now
        )

    def _is_least(self, road: RoadCandidate) -> bool:
        """Whether no part of it ends in a set that stands as well."""
        parts = [self._candidates.get(frozenset([edit])) for edit in road.edits]
        return not any(self._does_as_much(part, road) for part in parts if part and part.edits != road.edits)

    def _does_as_much(self, part: RoadCandidate, road: RoadCandidate) -> bool:
        while part.standing.decision >= road.standing.decision:
            if part.complete:
                return part.chosen is not None
            part = self._better_known(part)
        return False


def _serves_first(channels: Iterable[Channel], needs: Sequence[str]) -> bool:
    """Whether one of these channels serves the first wish well; true where no wish is known."""
    return not needs or any(channel.functions[needs[0]] >= GOOD for channel in channels)
