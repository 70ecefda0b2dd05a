"""Summary: one sentence, never too long, in two voices and two languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.advice.advice import Advice
from model.advice.summary import fitting
from model.domain.knowledge import LANGUAGES
from model.domain.rules import Effect
from model.scoring.advisor import Advisor
from model.scoring.launch_verdict import Verdict
from tests.factories import channel, minimal_knowledge, rule
from tests.model.advice.advised import ADVICE, ADVISOR, BOTH, PROFILES, is_said, of_case, read
from tests.packaged import KNOWLEDGE

LONGEST = 140
WAITS = ("first-wish-waits", "every-channel-waits")
"""Findings of which the summary says itself what to do."""


@given(PROFILES, st.sampled_from(BOTH))
def test_it_is_short_and_says_what_the_answer_says(raw, advice):
    recommendation = advice.advisor.recommend(read(raw))
    overview = advice.overview(recommendation)
    for voice in (overview.summary.team, overview.summary.staff):
        assert is_said(voice)
        assert all(len(words) <= LONGEST for words in voice.values())
        assert not any(words.endswith("…") for words in voice.values())
    if recommendation.readiness.answer_first:
        assert (overview.bundle, overview.confidence) == (None, None)
        return
    assert overview.bundle is not None
    verdict = recommendation.readiness.verdict
    for language, words in overview.summary.team.items():
        named = [each.in_sentence[language] in words for each in overview.bundle.channels]
        assert any(named) is all(named) is (verdict is not Verdict.DO_NOT_LAUNCH_YET), words
        fix = next((each for each in overview.findings if each.action), None)
        if fix and fix.action and fix.name not in WAITS:
            assert any(action and action[language] in words for action in (fix.action, fix.brief_action)), words
        if any(each.name.startswith("no-channel-fits") for each in recommendation.readiness.findings):
            assert not any(begin in words for begin in ("tart with", "egin met", "egin daarna met")), words
    assert overview.confidence is not None
    moments = {each.moment for each in overview.bundle.channels}
    assert overview.confidence.moment == ("online" if "online" in moments else "live")
    for words in overview.summary.staff.values():
        assert words.startswith(f"{overview.confidence.first.id} ")
        assert verdict in words
        assert f"{advice.advisor.artifact.basis.records} records" in words


def test_a_meeting_of_the_set_is_not_lost_to_a_long_action():
    """Detail goes first: what each channel is for, what is as good as the meeting, and how to do what comes first."""
    answers = {
        "work_setting": ["mobile_field"],
        "needs": ["quick_contact", "events_meetings"],
        "login_tolerance": "low",
        "device_access": ["private_phone"],
        "sensitive_data": "none",
        "daily_tools": ["whatsapp"],
        "crosses_organisations": "one",
        "rhythm": "monthly",
        "facilitation_capacity": "none",
    }
    overview = ADVICE.overview(ADVISOR.recommend(read(answers)))
    assert overview.bundle is not None
    assert [channel.id for channel in overview.bundle.channels] == ["whatsapp_group", "in_person"]
    assert overview.summary.team == {
        "en": "Arrange at least half a day of guidance each week, paid or by volunteers. "
        "Then start with a WhatsApp group and in-person meet-ups.",
        "nl": "Regel een halve dag begeleiding per week. "
        "Begin daarna met een WhatsApp-groep en bijeenkomsten op locatie.",
    }


def test_who_runs_the_group_of_now_acts_where_clients_are_in_it():
    answers = {
        "work_setting": ["client_room"],
        "needs": ["quick_contact"],
        "login_tolerance": "low",
        "device_access": ["private_phone"],
        "sensitive_data": "identifiable_clients",
        "data_approval": "not_yet",
        "present_state": "alive",
        "present_channel": "whatsapp_group",
    }
    first = ADVISOR.recommend(read(answers)).readiness.findings[0]
    assert first.name == "ready-clients-shared-now"
    assert first.who == {
        "en": "whoever runs the group now, with the privacy officer",
        "nl": "wie de groep nu beheert, met de privacyfunctionaris",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_brief_action_is_brief(language):
    for each in KNOWLEDGE.rules:
        if each.action and not each.answer_first:
            brief = each.brief_action or each.action
            assert len(brief[language]) <= 50 or each.effect is Effect.STOP, each.id


@given(PROFILES)
def test_a_meeting_and_what_goes_with_it_are_named_in_the_order_of_the_set(raw):
    recommendation = ADVISOR.recommend(read(raw))
    overview = ADVICE.overview(recommendation)
    if overview.bundle is None or recommendation.readiness.verdict is Verdict.DO_NOT_LAUNCH_YET:
        return
    for language, words in overview.summary.team.items():
        places = [words.find(channel.name[language]) for channel in overview.bundle.channels]
        first, rest = places[0], [place for place in places[1:] if place >= 0]
        if first >= 0 and overview.bundle.channels[0].moment == "live":
            assert all(first < place for place in rest), words


NO_LOGIN = {
    "work_setting": ["ward_shift"],
    "needs": ["file_sharing", "quick_contact"],
    "login_tolerance": "none",
    "device_access": ["shared_computer"],
    "daily_tools": ["email"],
    "it_policy": ["no_private_phone", "messengers_banned"],
    "crosses_organisations": "one",
}


@pytest.mark.parametrize(
    ("sensitive", "english", "dutch"),
    [
        (
            {"sensitive_data": "identifiable_clients", "data_approval": "not_yet"},
            "No channel fits well yet (nearest: in-person meet-ups). Agree who may know what about clients when "
            "members meet.",
            "Geen enkel kanaal past nu goed (het dichtst in de buurt: bijeenkomsten op locatie). "
            "Spreek af wie wat over cliënten mag weten.",
        ),
        (
            {"sensitive_data": "none"},
            "No channel fits well yet (nearest: an e-mail newsletter). See what speaks against it, and what you can "
            "change.",
            "Geen enkel kanaal past nu goed (het dichtst in de buurt: een e-mailnieuwsbrief). Kijk wat er tegen "
            "spreekt, en wat u kunt veranderen.",
        ),
    ],
)
def test_nobody_is_told_to_start_with_what_is_only_nearest(sensitive, english, dutch):
    overview = ADVICE.overview(ADVISOR.recommend(read(NO_LOGIN | sensitive)))
    assert overview.summary.team == {"en": english, "nl": dutch}


@pytest.mark.parametrize(
    ("state", "english", "dutch"),
    [
        (
            "alive",
            "Best choice so far: Slack (as now) for quick contact. More answers may change that.",
            "Beste keus tot nu toe: Slack (zoals nu) voor snel contact. Meer antwoorden kunnen dat nog veranderen.",
        ),
        (
            "noisy",
            "Best choice so far: Slack (in smaller groups than now) for quick contact. More answers may change that.",
            "Beste keus tot nu toe: Slack (in kleinere groepen dan nu) voor snel contact. "
            "Meer antwoorden kunnen dat nog veranderen.",
        ),
        (
            "nothing",
            "Best choice so far: Slack for quick contact. More answers may change that.",
            "Beste keus tot nu toe: Slack voor snel contact. Meer antwoorden kunnen dat nog veranderen.",
        ),
    ],
)
def test_who_goes_on_with_a_channel_is_told_so(state, english, dutch):
    answers = {
        "work_setting": ["desk"],
        "needs": ["quick_contact"],
        "login_tolerance": "low",
        "device_access": ["own_work_computer"],
        "daily_tools": ["slack"],
        "sensitive_data": "none",
        "crosses_organisations": "one",
        "present_state": state,
    }
    if state != "nothing":
        answers["present_channel"] = "slack"
    assert ADVICE.overview(ADVISOR.recommend(read(answers))).summary.team == {"en": english, "nl": dutch}


def test_channels_that_nothing_tells_apart_are_both_named():
    answers = {
        "work_setting": ["ward_shift"],
        "needs": ["announcements"],
        "login_tolerance": "medium",
        "device_access": ["private_phone"],
        "sensitive_data": "none",
        "daily_tools": ["social_intranet"],
        "crosses_organisations": "one",
        "facilitation_capacity": "h2_8",
        "shared_interest": "strong",
    }
    overview = BOTH[0].overview(BOTH[0].advisor.recommend(read(answers)))
    assert overview.bundle is not None
    assert overview.bundle.equals == {"embrace": ("plek",)}
    assert overview.summary.team == {
        "en": "Start with Embrace or Plek for news.",
        "nl": "Begin met Embrace of Plek voor nieuws.",
    }


@pytest.mark.parametrize(
    ("case", "english", "dutch"),
    [
        (
            "set-up",
            "Begin with a peer consultation group. In between, use Embrace for discussions to look up later.",
            "Begin met een intervisiegroep. Gebruik tussendoor Embrace voor gesprekken om later terug te lezen.",
        ),
        (
            "2diabeat",
            "Ask at least ten members from different places what they need. "
            "Then start with a WhatsApp group and Microsoft Teams.",
            "Vraag minstens tien leden van verschillende plekken wat ze nodig hebben. "
            "Begin daarna met een WhatsApp-groep en Microsoft Teams.",
        ),
        (
            "better-in-better-out",
            "Do not launch yet. Have a few open conversations and look for one question that everybody wants to solve.",
            "Begin nog niet. Voer een paar open gesprekken en zoek één vraag die iedereen wil oplossen.",
        ),
    ],
)
def test_the_three_stories_in_one_sentence(case, english, dutch):
    assert ADVICE.overview(ADVISOR.recommend(of_case(case))).summary.team == {"en": english, "nl": dutch}


def test_while_little_is_known_it_is_no_call_to_start():
    """One answer is no ground to say that a team can start, though nothing speaks against it."""
    recommendation = ADVISOR.recommend(
        read({"work_setting": ["desk"], "login_tolerance": "unknown", "device_access": ["unknown"]})
    )
    readiness = recommendation.readiness
    assert (readiness.verdict, readiness.so_far, readiness.wording) == (Verdict.GO, True, "verdict_go_without_wish")
    assert readiness.little_known in readiness.findings
    summary = ADVICE.overview(recommendation).summary.team
    assert summary["en"].startswith("We do not know yet what members want. Best guess so far: ")
    assert summary["nl"].startswith("Wij weten nog niet wat leden willen. Beste keus tot nu toe: ")
    one_wish = {"work_setting": ["desk"], "needs": ["file_sharing"], "login_tolerance": "unknown"}
    wish = ADVISOR.recommend(read({**one_wish, "device_access": ["unknown"]}))
    assert wish.readiness.wording == "verdict_go_so_far"
    assert ADVICE.overview(wish).summary.team["en"].startswith("Best choice so far: ")
    known = ADVISOR.recommend(of_case("set-up")).readiness
    assert (known.little_known, known.so_far, known.wording) == (None, False, "verdict_go")


def test_a_need_that_no_channel_is_good_for_is_not_promised():
    knowledge = minimal_knowledge(channels=[channel("forum", functions={"talk": 3, "files": 1})], rules=[])
    advisor = Advisor(knowledge)
    overview = Advice(advisor).overview(
        advisor.recommend(read({"place": "road", "wishes": ["talk", "files"]}, knowledge))
    )
    assert overview.bundle is not None
    assert [each.need for each in overview.bundle.uncovered] == ["files"]
    assert "talk" in overview.summary.team["en"]
    assert "files" not in overview.summary.team["en"]


def test_data_staff_read_numbers():
    staff = ADVICE.overview(ADVISOR.recommend(of_case("2diabeat"))).summary.staff
    assert staff["en"].startswith("teams 0.")
    assert "beats whatsapp_group 0." in staff["en"]
    assert staff["en"].endswith("fix_first; 12 unknown; rules, 0 records.")


def test_names_that_are_too_long_are_cut_off():
    long = [channel(name, name=f"The {name} " + "very " * 40 + "long name") for name in ("one", "two")]
    knowledge = minimal_knowledge(channels=long, rules=[])
    advisor = Advisor(knowledge)
    summary = Advice(advisor).overview(advisor.recommend(read({"place": "road"}, knowledge))).summary
    assert all(LONGEST - 5 < len(words) <= LONGEST and words.endswith("…") for words in summary.team.values())


def test_it_says_when_no_channel_is_left():
    knowledge = minimal_knowledge(rules=[rule("all-gone", "exclude")])
    advisor = Advisor(knowledge)
    overview = Advice(advisor).overview(advisor.recommend(read({"place": "road"}, knowledge)))
    assert (overview.bundle, overview.confidence) == (None, None)
    assert overview.summary.team["en"] == "With these answers no channel is left."
    assert "do_not_launch_yet" in overview.summary.staff["en"]


def test_only_live_channels_can_be_advised_too():
    knowledge = minimal_knowledge(rules=[rule("no-online", "exclude", channel={"kind": ["messenger", "platform"]})])
    advisor = Advisor(knowledge)
    overview = Advice(advisor).overview(advisor.recommend(read({"place": "road", "wishes": ["talk"]}, knowledge)))
    assert overview.summary.team["en"] == "Start with Meeting."


@pytest.mark.parametrize(
    ("lengths", "found"), [((140,), "x" * 140), ((141, 139), "x" * 139), ((141, 142), "x" * 139 + "…")]
)
def test_the_first_wording_of_at_most_140_characters_is_taken(lengths, found):
    assert fitting("x" * length for length in lengths) == found
