"""Held back: channels that a warning says not to start with. The ranking shows them, a bundle waits with them."""

from __future__ import annotations

from collections.abc import Mapping

from model.domain.conditions import ALWAYS, Condition, Masks
from model.domain.knowledge import Knowledge
from model.domain.relations import for_channel
from model.domain.rules import Effect, Rule
from model.scoring.compiled_conditions import CompiledCondition


class HeldBack:
    """The warnings of some knowledge that are about channels, applied to each of them."""

    def __init__(self, knowledge: Knowledge) -> None:
        questions = knowledge.questionnaire
        self._rules = [
            (
                rule,
                CompiledCondition(rule.when, questions),
                places_by_condition(rule.channel, knowledge),
            )
            for rule in knowledge.rules_with(Effect.WARN)
            if rule.channel != ALWAYS
        ]

    def places(self, masks: Masks) -> Mapping[int, Rule]:
        """Channels to wait with, as places in the knowledge, each with the first warning that says so.

        A warning has to fire. Whether it is about a channel may be undecided: a tool that may be in daily use, but
        nobody said so, counts as new.
        """
        found: dict[int, Rule] = {}
        for rule, fires, about in self._rules:
            if fires.holds(masks):
                for ask, places in about:
                    if ask.holds(masks) is not False:
                        for place in places:
                            found.setdefault(place, rule)
        return found


def places_by_condition(of_channel: Condition, knowledge: Knowledge) -> list[tuple[CompiledCondition, frozenset[int]]]:
    """What remains to be asked of the answers, with the channels for which that is so: most have it in common."""
    places: dict[Condition, set[int]] = {}
    for place, channel in enumerate(knowledge.channels):
        places.setdefault(for_channel(of_channel, channel, knowledge.relation_context), set()).add(place)
    return [(CompiledCondition(ask, knowledge.questionnaire), frozenset(each)) for ask, each in places.items()]
