"""The approaches that are held against each other."""

from __future__ import annotations

from model.domain.knowledge import Knowledge
from training.evaluation.documented.judges import (
    Approach,
    ChannelPopularity,
    ConstantChance,
    RulesAlone,
    StarterRefit,
    WishesAlone,
)
from training.evaluation.documented.rules_0_1 import RulesAsTheyWere


def approaches(knowledge: Knowledge) -> list[Approach]:
    """All of them; the last is the one that serves."""
    return [
        ConstantChance(knowledge),
        ChannelPopularity(knowledge),
        WishesAlone(knowledge),
        RulesAsTheyWere(knowledge),
        RulesAlone(knowledge),
        StarterRefit(knowledge),
    ]
