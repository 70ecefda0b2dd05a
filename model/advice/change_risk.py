"""Change risk: how probable it is that open answers change first place or the launch verdict.

Every open question is answered by lot, many times over, with every option equally likely, and it is counted how often
the outcome is another one. The lots are drawn once, so the same answers always have the same risk. Where even the most
unfavourable answers cannot help a rival, the outcome is certain.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from model.advice.quick_scores import EQUAL, QuickScorer, QuickScores
from model.domain.channels import MOMENTS, Moment
from model.domain.conditions import all_of, questions_of
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Effect

DRAWS = 150
"""Enough to tell a risk of 5 % from one of 10 %: the standard error is 1.8 points at 5 %."""
_SEED = 20261129


@dataclass(frozen=True, slots=True)
class Risk:
    """How much open answers can still change.

    Attributes:
        share: of the draws in which first place or verdict is another one.
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
        now = base.firsts(), base.verdict()
        changed = 0
        for lots in self._lots:
            then = self._answered(base, telling, lots)
            changed += (then.firsts(), then.verdict()) != now
        return Risk(changed / DRAWS, False, tuple(self._questions[index].id for index in telling))

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
