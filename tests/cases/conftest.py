"""The golden cases are asked of what answers from the first minute: the rules with the starter."""

import pytest

from model.domain.knowledge import Knowledge
from model.scoring.advisor import Advisor
from model.scoring.starter import first_artifact


@pytest.fixture(scope="session")
def advisor(knowledge: Knowledge) -> Advisor:
    """An advisor as a new installation has it."""
    return Advisor(knowledge, first_artifact(knowledge))
