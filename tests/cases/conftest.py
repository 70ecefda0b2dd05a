"""The golden cases are asked of what answers from the first minute: the rules with the starter."""

import pytest

from model.scoring.advisor import Advisor
from tests.packaged import started


@pytest.fixture(scope="session")
def advisor() -> Advisor:
    """An advisor as a new installation has it."""
    return started()
