"""Candidates: which channels can be left out of the search for a set."""

import pytest

from model.advice.bundle.candidates import Candidates
from tests.packaged import KNOWLEDGE

PLACE = KNOWLEDGE.channel_place
NEEDS = ("quick_contact",)


@pytest.mark.parametrize(
    ("chance", "kept"),
    [
        pytest.param(0.5, ["whatsapp_group"], id="as probable"),
        pytest.param(0.45, ["whatsapp_group"], id="less probable"),
        pytest.param(0.55, ["whatsapp_group", "signal_group"], id="more probable, as records can make it"),
    ],
)
def test_a_channel_is_left_out_for_one_that_is_as_good_and_as_probable(chance, kept):
    """Both serve quick contact fully, and Signal asks for a new account."""
    candidates = Candidates(KNOWLEDGE)
    terms = candidates.terms(NEEDS, KNOWLEDGE.questionnaire.absent_masks)
    pool = [(0, PLACE["whatsapp_group"], 0.5), (1, PLACE["signal_group"], chance)]
    assert [KNOWLEDGE.channels[place].id for _, place, _ in candidates.undominated(pool, terms)] == kept
