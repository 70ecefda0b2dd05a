"""The contenders that are held against each other."""

from __future__ import annotations

from model.domain.knowledge import Knowledge
from training.evaluation.documented.judges import Constant, Contender, Popularity, Rules, Wishes
from training.evaluation.documented.rules_0_1 import RulesAsTheyWere


def contenders(knowledge: Knowledge) -> list[Contender]:
    """All of them; the last is the one that serves."""
    return [
        Constant(knowledge), Popularity(knowledge), Wishes(knowledge), RulesAsTheyWere(knowledge), Rules(knowledge),
    ]  # fmt: skip
