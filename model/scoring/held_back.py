"""Held back: channels that a warning says not to start with. The ranking shows them, a bundle waits with them."""

from __future__ import annotations

from collections.abc import Mapping

from model.domain.conditions import ALWAYS, Condition, Masks
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Effect, Rule
from model.memo import Memo, key_of
from model.scoring.decision_table import DecisionTable

_RECENT = 16
"""Answers for which it is kept what they hold back."""


class HeldBack:
    """The warnings of some knowledge that are about channels, applied to each of them."""

    def __init__(self, knowledge: Knowledge) -> None:
        rules = [rule for rule in knowledge.rules_with(Effect.WARN) if rule.channel != ALWAYS]
        about = [places_by_condition(rule.channel, knowledge) for rule in rules]
        conditions = [*(rule.when for rule in rules), *(ask for each in about for ask, _ in each)]
        self._table = DecisionTable(conditions, knowledge.questionnaire)
        self._answers = key_of(self._table.indices)
        # The set, the verdict and the roads of one answer ask for the same; hardly any two answers do.
        self._memo: Memo[Mapping[int, Rule]] = Memo(_RECENT)
        bits = iter(self._table.bits)
        fires = [next(bits) for _ in rules]
        self._warnings = [
            (bit, rule, [(next(bits), places) for _, places in each])
            for bit, rule, each in zip(fires, rules, about, strict=True)
        ]

    def places(self, masks: Masks) -> Mapping[int, Rule]:
        """Channels to wait with, as places in the knowledge, each with the first warning that says so.

        A warning has to fire. Whether it is about a channel may be undecided: a tool that may be in daily use, but
        nobody said so, counts as new.
        """
        return self._memo.of(self._answers(masks), lambda: self._places(masks))

    def _places(self, masks: Masks) -> Mapping[int, Rule]:
        holds, waits = self._table.at(masks)
        found: dict[int, Rule] = {}
        for fires, rule, about in self._warnings:
            if holds & fires:
                for asks, places in about:
                    if (holds | waits) & asks:
                        for place in places:
                            found.setdefault(place, rule)
        return found


def places_by_condition(of_channel: Condition, knowledge: Knowledge) -> list[tuple[Condition, frozenset[int]]]:
    """What remains to be asked of the answers, with the channels for which that is so: most have it in common."""
    places: dict[Condition, set[int]] = {}
    for place, channel in enumerate(knowledge.channels):
        places.setdefault(for_channel(of_channel, channel, knowledge.relation_context), set()).add(place)
    return [(ask, frozenset(each)) for ask, each in places.items()]
