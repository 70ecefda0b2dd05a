"""The packaged knowledge and an advisor on it, made once for all tests of this process: nothing can change them."""

from __future__ import annotations

from functools import cache

from model.knowledge.loader import load_knowledge
from model.scoring.advisor import Advisor
from model.scoring.starter import first_artifact

KNOWLEDGE = load_knowledge()


@cache
def started() -> Advisor:
    """The advisor that answers before there are records: on the rules and the starter that comes with them."""
    return Advisor(KNOWLEDGE, first_artifact(KNOWLEDGE))
