"""Wordings of the verdict: each fits what was found."""

import pytest

from model.domain.rules import Effect
from model.scoring.launch_verdict import Finding, Readiness, Verdict

ASKING = Finding(Effect.STOP, "nothing", {}, answer_first=("place",))
LEFT, APART = Finding(Effect.STOP, "no-channel-left", {}), Finding(Effect.STOP, "apart", {})
WAITS, HOLD = Finding(Effect.HOLD, "first-wish-waits", {}), Finding(Effect.HOLD, "ask", {})


@pytest.mark.parametrize(
    ("verdict", "findings", "wording"),
    [
        (Verdict.GO, (), "verdict_go"),
        (Verdict.FIX_FIRST, (HOLD, WAITS), "verdict_fix_first"),
        (Verdict.FIX_FIRST, (WAITS,), "verdict_first_wish_waits"),
        (Verdict.DO_NOT_LAUNCH_YET, (APART, ASKING), "verdict_do_not_launch_yet"),
        (Verdict.DO_NOT_LAUNCH_YET, (ASKING, APART), "verdict_nothing_known"),
        (Verdict.DO_NOT_LAUNCH_YET, (APART, LEFT, WAITS), "verdict_no_channel_left"),
    ],
)
def test_the_verdict_says_what_it_rests_on(verdict, findings, wording):
    assert Readiness(verdict, findings, ()).wording == wording
