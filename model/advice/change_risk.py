"""Change risk: how probable it is that open answers change first place or the launch verdict.

Every open question is answered by lot, many times over, with every option equally likely, and it is counted how often
the outcome is another one. The higher the risk, the sooner enough is known of it: drawing ends after so many changes
(J. Haldane, "On a method of estimating frequencies", Biometrika 33(3), 1945). The lots are drawn once, so the same
answers always have the same risk. Where even the most unfavourable answers cannot help a rival, the outcome is certain.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from model.advice.quick_scores import EQUAL, Firsts, QuickScorer, QuickScores
from model.domain.channels import MOMENTS, Moment
from model.domain.conditions import all_of, questions_of
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Effect
from model.scoring.launch_verdict import Verdict

DRAWS = 150
"""Enough to tell a risk of 5 % from one of 10 %: the standard error is 1.8 points at 5 %."""
CHANGES = 30
"""Drawing ends after so many: the standard error is then below a fifth of the risk, and at most 7 points."""
_SEED = 20261129


@dataclass(frozen=True, slots=True)
class Risk:
    """How much open answers can still change.

    Attributes:
        share: how probable it is that first place or verdict is another one, as estimated from the draws.
        certain: no answers at all can change them.
        questions: the open questions that can, in the order of the questionnaire.
    """

    share: float
    certain: bool
    questions: tuple[str, ...]


class Risks:
    """Measures risks for one scorer."""

    def __init__(self, scorer: QuickScorer) -> None:
        self._scorer = scorer
        self._questions = scorer.knowledge.questionnaire.questions
        self._placing = frozenset(scorer.index[name] for name in _placing(scorer.knowledge))
        chance = random.Random(_SEED)
        self._lots = [[chance.random() for _ in self._questions] for _ in range(DRAWS)]

    def of(self, base: QuickScores, open_: frozenset[int]) -> Risk:
        """The risk for these answers.

        Args:
            base: the scores as things stand.
            open_: places of the open questions; follow-ups that may still come belong to them.
        """
        telling = sorted(index for index in open_ if self._scorer.matters(index))
        if not telling or self._is_certain(base, telling):
            return Risk(0.0, True, ())
        now = _outcome(base)
        share = estimate(_outcome(self._answered(base, telling, lots)) != now for lots in self._lots)
        return Risk(share, False, tuple(self._questions[index].id for index in telling))

    def _answered(self, base: QuickScores, open_: list[int], lots: list[float]) -> QuickScores:
        """The scores when each open question is answered with one option, drawn by lot."""
        masks, needs = {}, None
        for index in open_:
            question = self._questions[index]
            code = question.codes[int(lots[index] * len(question.codes))]
            masks[index] = question.bit_of[code]
            if question.ordered:
                needs = (code,)
        return base.after(masks, needs)

    def _is_certain(self, base: QuickScores, open_: list[int]) -> bool:
        # The bounds are those of the chance of use; an order rule moves the place and not the chance.
        if any(index in self._scorer.advisor.launch.indices or index in self._placing for index in open_):
            return False
        return all(self._keeps_its_place(base, moment) for moment in MOMENTS)

    def _keeps_its_place(self, base: QuickScores, moment: Moment) -> bool:
        """Whether the first channel stays ahead of every other one whatever the open answers are."""
        first = base.first(moment)
        if len(first) != 1 or base.may_be_excluded:
            return False
        low, high = base.bounds
        leader = self._scorer.place[first[0]]
        return all(
            base.scores[leader] + low[leader] > base.scores[place] + high[place] + EQUAL
            for place, _ in self._scorer.places[moment]
            if place != leader and place not in base.excluded
        )


def estimate(draws: Iterable[bool]) -> float:
    """How probable a change is, from whether each draw brought one; drawn until there are `CHANGES`, or to the end.

    The draw that ends the drawing is a change by choice, so it is not counted.
    """
    number = changed = 0
    for number, change in enumerate(draws, 1):
        changed += change
        if changed == CHANGES:
            return (changed - 1) / (number - 1)
    return changed / number if number else 0.0


def _outcome(scores: QuickScores) -> tuple[Firsts, Verdict]:
    return scores.firsts(), scores.verdict()


def _placing(knowledge: Knowledge) -> frozenset[str]:
    """The questions whose answers can move a channel's place by an order rule."""
    return frozenset(
        question
        for rule in knowledge.rules_with(Effect.ORDER)
        for channel in knowledge.channels
        for question in questions_of(
            for_channel(all_of([rule.when, rule.channel]), channel, knowledge.relation_context)
        )
    )
