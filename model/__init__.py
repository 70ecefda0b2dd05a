"""The foundation: what is known about channels, and how a profile becomes a recommendation.

The few names that a newcomer needs can be had from here:

    knowledge = load_knowledge()
    advisor = Advisor(knowledge)
    recommendation = advisor.recommend(ProfileGate(knowledge).load(answers))
    advice = Advice(advisor)
    json = AnswerWriter(advisor, "en", advice).write(recommendation)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.advice.advice import Advice
    from model.answer.writer import AnswerWriter
    from model.knowledge.loader import load_knowledge
    from model.outcomes.validation import OutcomeGate
    from model.profiles.validation import ProfileGate
    from model.scoring.advisor import Advisor

__all__ = ["Advice", "Advisor", "AnswerWriter", "OutcomeGate", "ProfileGate", "load_knowledge"]

_HOMES = {
    "Advice": "model.advice.advice",
    "Advisor": "model.scoring.advisor",
    "AnswerWriter": "model.answer.writer",
    "OutcomeGate": "model.outcomes.validation",
    "ProfileGate": "model.profiles.validation",
    "load_knowledge": "model.knowledge.loader",
}


def __getattr__(name: str) -> Any:
    """A name, once it is asked for: whoever needs one room does not load the others."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'model' has no attribute '{name}'")
