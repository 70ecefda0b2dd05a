"""Every page at least once, in the states that look different."""

from __future__ import annotations

from typing import NamedTuple

from model.advice.similar_cases import case_profile
from model.profiles.code import ProfileCodes
from tests.packaged import KNOWLEDGE

FIELD = (
    "work_setting=mobile_field&work_setting=client_room&needs=quick_contact&needs=file_sharing&login_tolerance=low"
    "&device_access=private_phone&device_access=own_work_computer&shared_interest=strong"
)
"""Members on the road, as in 2diabeat."""
DESK = (
    "work_setting=desk&needs=archived_discussion&needs=events_meetings&login_tolerance=medium"
    "&device_access=own_work_computer&shared_interest=separate&sensitive_data=identifiable_clients"
)
"""Members at a desk with too little in common, who share what they may not."""

EVERYTHING_SAID = (
    "work_setting=mobile_field,client_room&needs=quick_contact,file_sharing,archived_discussion,peer_intervision"
    "&sensitive_data=identifiable_clients&login_tolerance=low&device_access=private_phone,own_work_computer"
    "&daily_tools=whatsapp,email&crosses_organisations=many&community_size=s_50&digital_skills=mixed&rhythm=weekly"
    "&facilitation_capacity=none&shared_interest=partial&needs_evidence=assumed&core_group=none&it_policy=m365_some"
    "&budget=low&language_needs=dutch_ok&present_state=nothing&meeting_barrier=travel"
)
"""Members on the road of whom all is known, and most of it is difficult."""
HARDLY = "work_setting=desk&device_access=unknown&login_tolerance=unknown"
"""One answer and nothing else."""
NOTHING = "work_setting=unknown&device_access=unknown&login_tolerance=unknown"
"""Nobody knows anything yet."""


def code_of(case: str) -> str:
    """The profile code of a documented case."""
    return ProfileCodes(KNOWLEDGE).code(case_profile(KNOWLEDGE.case(case), KNOWLEDGE))


DIABEAT = f"p={code_of('2diabeat')}"
"""The same community with everything that is known of it, as a code."""


class Path(NamedTuple):
    """An address, and what the browser may say about it in the console."""

    address: str
    expected: tuple[str, ...] = ()


PATHS = {
    "start": Path("/"),
    "ask": Path("/ask"),
    "ask-more": Path(
        f"/ask?{FIELD}&seen=work_setting.device_access.login_tolerance.present_state.present_channel.daily_tools"
        ".community_size"
    ),
    "ask-one": Path(f"/ask?{FIELD}&step=copied_from.copied_channel&single=1"),
    "mistakes": Path(
        "/ask?step=work_setting.device_access.login_tolerance&go=next&device_access=private_phone&device_access=unknown",
        ("status of 400",),
    ),
    "answer": Path(f"/answer?{DIABEAT}"),
    "answer-nothing": Path(f"/answer?{NOTHING}"),
    "answer-few": Path(f"/answer?{FIELD}"),
    "answer-stop": Path(f"/answer?{DESK}"),
    "answer-hardly": Path(f"/answer?{HARDLY}"),
    "answer-partly": Path(f"/answer?p={code_of('set-up')}&shared_interest=partial"),
    "answer-ignored": Path(f"/answer?{FIELD}&need=quick_contact"),
    "try": Path(f"/answer?{DIABEAT}&daily_tools=email,teams"),
    "check": Path(f"/check?{EVERYTHING_SAID}&it_policy=m365_everyone"),
    "check-changed": Path(f"/check?{DIABEAT}&daily_tools=email,teams"),
    "channels": Path(f"/channels?{DIABEAT}"),
    "channels-out": Path(f"/channels?{DESK}"),
    "channel": Path(f"/channel?{DIABEAT}&channel=embrace"),
    "channel-out": Path(f"/channel?{DESK}&channel=whatsapp_group"),
    "compare": Path(f"/compare?{DIABEAT}&first=embrace&second=whatsapp_group"),
    "what-if": Path(f"/what-if?p={code_of('set-up')}&channel=teams"),
    "elsewhere": Path("/elsewhere"),
    "elsewhere-channel": Path(f"/elsewhere?{DIABEAT}&channel=embrace"),
    "similar": Path(f"/similar?{DIABEAT}"),
    "transfer": Path(f"/transfer?{DIABEAT}&case=set-up&channel=embrace"),
    "about": Path("/about"),
    "accessibility": Path("/accessibility"),
    "report-back": Path(f"/report-back?{DIABEAT}"),
    "no-such-link": Path("/my-report?link=changed", ("status of 404",)),
    "data-staff": Path("/data-staff"),
    "file-check": Path("/data-staff/check"),
    "no-such-channel": Path(f"/compare?{DIABEAT}&first=embrace&second=nothing", ("status of 404",)),
    "missing": Path("/nothing-here", ("status of 404",)),
    "broken-code": Path("/answer?p=ABC", ("status of 400",)),
    "embed": Path("/embed?accent=7a1f5c"),
    "embed-answer": Path(f"/embed/answer?{DIABEAT}&accent=7a1f5c"),
}
