"""Held back later: the channels that nothing a team can do leads to, because a warning says not to start with them.

An approval holds for one channel. So a channel that a warning holds back once the approval is there is no channel to
work towards while it is still to come.
"""

from __future__ import annotations

from collections.abc import Set

from model.domain.conditions import Masks
from model.domain.knowledge import Knowledge
from model.scoring.held_back import HeldBack


class HeldBackLater:
    """What warnings hold back, now or once the answers that follow from others are arranged."""

    def __init__(self, knowledge: Knowledge, held_back: HeldBack) -> None:
        self._held_back = held_back
        questions = knowledge.questionnaire
        self._arranged = []
        for index, question in enumerate(questions):
            if question.follows and question.lever and question.lever.brings:
                of, codes = question.follows
                applies = sum(questions[of].bit_of[code] for code in codes)
                come = [code for codes in question.lever.brings.values() for code in codes][-1]
                self._arranged.append((questions.layout[of].index, applies, index, question.bit_of[come]))

    def places(self, masks: Masks) -> Set[int]:
        """Places of these channels in the knowledge."""
        found = self._held_back.places(masks).keys()
        arranged = list(masks)
        for of, applies, index, mask in self._arranged:
            if masks[of] & applies:
                arranged[index] = mask
        return found if arranged == list(masks) else found | self._held_back.places(arranged).keys()
