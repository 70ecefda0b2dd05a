"""Instead: another aim for who has no time to guide members, and never where members already use what there is."""

import pytest

from tests.model.advice.advised import ADVICE, read

NOBODY = {
    "work_setting": ["desk"],
    "login_tolerance": "low",
    "device_access": ["tablet"],
    "facilitation_capacity": "none",
}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("nothing", [("needs", ("announcements",))]),
        ("quiet", [("needs", ("announcements",))]),
        ("alive", None),
    ],
)
def test_nobody_is_told_to_give_up_what_works(now, expected):
    found = ADVICE.instead(ADVICE.advisor.recommend(read({**NOBODY, "present_state": now})))
    changes = [(change.question.id, change.after) for change in found.changes] if found else None
    assert changes == expected
