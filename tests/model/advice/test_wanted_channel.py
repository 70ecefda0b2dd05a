"""Wanted channel: what is said of it agrees with the set, the ranking and the transfer check; its steps make it fit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.advice.comparison import Comparison
from model.advice.transfer_check import Carry
from model.advice.wanted_channel import Suits
from model.domain.wording import clause
from tests.examples import examples
from tests.model.advice.advised import ADVICE, BOTH, PROFILES, is_said, of_case, read, with_answers
from tests.packaged import KNOWLEDGE

CHANNELS = st.sampled_from([channel.id for channel in KNOWLEDGE.channels])


@settings(max_examples=examples(40))
@given(PROFILES, CHANNELS, st.sampled_from(BOTH))
def test_the_answer_agrees_with_the_set_and_the_ranking(raw, channel_id, advice):
    profile = read(raw)
    recommendation = advice.advisor.recommend(profile)
    wanted = advice.wanted(recommendation, channel_id)
    bundle = advice.bundles.choose(recommendation)
    assert is_said(wanted.text)
    place = advice.quick_scorer.place
    advised = [channel.id for channel in bundle.channels] if bundle else []
    if channel_id in advised:
        assert wanted.suits is Suits.YES
        assert wanted.better == ()
    if wanted.suits is Suits.YES_BUT:
        assert channel_id not in {each.channel.id for each in recommendation.excluded}
        assert set(wanted.better) <= set(advised)
        if 0 < len(wanted.better) < len(advised):
            scores = recommendation.scores.scores
            assert scores[place[wanted.better[0]]] > scores[place[channel_id]]
    if wanted.suits is not Suits.NOT_LIKE_THIS:
        assert wanted.plans == ()
    for plan in wanted.plans:
        changed = {
            each.question.id: each.after if each.question.kind == "multi" else each.after[0] for each in plan.changes
        }
        neutral = with_answers(Comparison(advice.quick_scorer).neutral(profile), **changed)
        then = advice.wanted(advice.advisor.recommend(neutral), channel_id)
        assert then.suits is not Suits.NOT_LIKE_THIS


@settings(max_examples=examples(40))
@given(PROFILES, CHANNELS, st.sampled_from(BOTH))
def test_no_set_of_changes_is_left_out_that_would_make_it_fit(raw, channel_id, advice):
    profile = Comparison(advice.quick_scorer).neutral(read(raw))
    place, base = advice.quick_scorer.place[channel_id], advice.quick_scorer.of_profile(profile)

    def fits(scores):
        return scores.log_odds_at(place) > 0 and place not in scores.excluded

    channel = KNOWLEDGE.channel(channel_id)
    steps = [
        sum(len(each.edits) for each in changes)
        for changes in advice.changes.sets(profile)
        if fits(then := base.with_changes(changes)) and place not in then.waiting
    ]
    found = advice.what_if.plans(profile, base, channel, fits, 0.0)
    assert bool(found) == bool(steps)
    if found:
        edits = [answer for change in found[0].changes for answer in change.after if answer not in change.before]
        assert len(edits) <= min(steps)


@settings(max_examples=examples(20))
@given(PROFILES, CHANNELS)
def test_the_transfer_check_gives_the_same_answer(raw, channel_id):
    profile = read(raw)
    check = ADVICE.transfers.check("set-up", channel_id, profile)
    assert check.wanted is ADVICE.wanted(ADVICE.advisor.recommend(profile), channel_id)
    fits = check.verdict in (Carry.CARRY_OVER, Carry.TOO_LITTLE_KNOWN)
    assert fits == (check.wanted.suits is not Suits.NOT_LIKE_THIS)


def test_what_is_to_be_copied_is_answered_without_being_asked():
    """2diabeat wants to copy Embrace; SET-up copies nothing."""
    wanted = ADVICE.wanted(ADVICE.advisor.recommend(of_case("2diabeat")))
    assert (wanted.channel.id, wanted.suits) == ("embrace", Suits.NOT_LIKE_THIS)
    assert wanted.text["en"].startswith("Embrace: not like this, because ")
    assert wanted.text["nl"].startswith("Embrace: zo past het niet, want ")
    assert ADVICE.wanted(ADVICE.advisor.recommend(of_case("set-up"))) is None


def test_an_agreement_makes_a_messenger_fit():
    profile = with_answers(of_case("2diabeat"), sensitive_data="identifiable_clients", copied_channel="whatsapp_group")
    wanted = ADVICE.wanted(ADVICE.advisor.recommend(profile))
    assert wanted.suits is Suits.NOT_LIKE_THIS
    assert [change.question.id for change in wanted.plans[0].changes] == ["sensitive_data"]


def test_what_is_better_is_of_another_kind_where_the_set_has_none_of_its_kind():
    """Members who work at different times want to meet online; only a chat fits, and that is said."""
    profile = read({
        "work_setting": ["mobile_field"], "login_tolerance": "high", "device_access": ["private_phone"],
        "needs": ["quick_contact"], "meeting_barrier": ["shifts"],
    })  # fmt: skip
    recommendation = ADVICE.advisor.recommend(profile)
    assert [channel.moment for channel in ADVICE.bundles.choose(recommendation).channels] == ["online"]
    wanted = ADVICE.wanted(recommendation, "zoom_webinar")
    assert (wanted.suits, wanted.better) == (Suits.NOT_LIKE_THIS, ("signal_group",))


def test_what_an_expert_says_of_these_answers_is_the_reason_before_how_it_serves_a_wish():
    profile = read({
        "work_setting": ["volunteer_home"], "login_tolerance": "none",
        "device_access": ["home_computer", "private_phone"], "crosses_organisations": "many",
        "needs": ["events_meetings"],
    })  # fmt: skip
    wanted = ADVICE.wanted(ADVICE.advisor.recommend(profile), "whatsapp_group")
    assert wanted.text["en"] == (
        "WhatsApp group: not like this, because everyone sees each other's phone number, also people from other "
        "organisations."
    )


@pytest.mark.parametrize(
    ("text", "most", "ending"),
    [
        ("Members open this. They have an account.", 1, "members open this"),
        ("Members open this. They have an account.", 2, "members open this; they have an account"),
        ("WhatsApp groups are loud.", 1, "WhatsApp groups are loud"),
        ("Microsoft Teams is there.", 1, "Microsoft Teams is there"),
        ("A meeting helps.", 1, "a meeting helps"),
    ],
)
def test_a_reason_becomes_the_end_of_a_sentence(text, most, ending):
    assert clause(KNOWLEDGE, dict.fromkeys(KNOWLEDGE.messages, text), most)["en"] == ending
