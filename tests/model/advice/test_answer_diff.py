"""Replay: the same answer has no differences, and a changed rule is named as what made the difference."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.advice.advice import Advice
from model.advice.answer_diff import AnswerDiff, replay
from model.answer.writer import AnswerWriter, Detail
from model.domain.knowledge import Knowledge
from model.knowledge.loader import knowledge_from
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact
from tests.examples import examples
from tests.factories import packaged_content
from tests.model.advice.advised import ADVISOR, BOTH, LEARNED, PROFILES, of_case, read
from tests.packaged import KNOWLEDGE


def _answer(advisor: Advisor, profile, language: str = "en", detail: Detail = Detail.FULL):
    return json.loads(AnswerWriter(advisor, language).write(advisor.recommend(profile), detail))


def _replayed(earlier, advisor: Advisor, profile) -> AnswerDiff:
    knowledge, artifact, recommendation = advisor.knowledge, advisor.artifact, advisor.recommend(profile)
    findings = Advice(advisor).overview(recommendation).findings
    return replay(earlier, recommendation, findings, knowledge.fingerprint, artifact.checksum)


def _changed(change) -> Knowledge:
    content = packaged_content()
    change(content)
    return knowledge_from(content)


@pytest.mark.slow
@given(PROFILES, st.sampled_from(BOTH), st.sampled_from(["en", "nl"]), st.sampled_from([Detail.USUAL, Detail.FULL]))
@settings(max_examples=examples(30))
def test_the_same_answer_has_no_differences(raw, advice, language, detail):
    profile = read(raw)
    found = _replayed(_answer(advice.advisor, profile, language, detail), advice.advisor, profile)
    assert found == AnswerDiff(True, True, None, (), ())


def test_a_rule_with_another_weight_is_named():
    def lighter(content) -> None:
        next(rule for rule in content["rules"] if rule["id"] == "frontline-new-login-hard")["weight"] = -1

    profile = of_case("2diabeat")
    found = _replayed(_answer(ADVISOR, profile), Advisor(_changed(lighter)), profile)
    assert (found.same_knowledge, found.verdict) == (False, None)
    embrace = next(each for each in found.channels if each.channel == "embrace")
    [change] = embrace.reasons
    assert (change.change, change.kind, change.name) == ("changed", "rule", "frontline-new-login-hard")
    assert [change.before, change.now] == pytest.approx([-0.9, -0.3])
    assert embrace.log_odds_before is not None
    assert embrace.log_odds_now == pytest.approx(embrace.log_odds_before + 0.3 * 2)


def test_a_usual_answer_is_compared_as_far_as_it_goes():
    """It tells two reasons against a channel, so a third one is not said to be new; one that is gone is."""

    def without(content) -> None:
        content["rules"] = [rule for rule in content["rules"] if rule["id"] != "frontline-new-login-hard"]

    profile = of_case("2diabeat")
    smaller = Advisor(_changed(without))
    found = _replayed(_answer(ADVISOR, profile, detail=Detail.USUAL), smaller, profile)
    told = {(reason.change, reason.name) for each in found.channels for reason in each.reasons}
    assert {name for _, name in told} <= {"frontline-new-login-hard"}
    back = _replayed(_answer(smaller, profile, detail=Detail.FULL), ADVISOR, profile)
    assert {(reason.change, reason.name) for each in back.channels for reason in each.reasons} == {
        ("added", "frontline-new-login-hard")
    }


def test_a_rule_that_is_gone_or_new_is_named():
    def without(content) -> None:
        content["rules"] = [rule for rule in content["rules"] if rule["id"] != "daily-tool-bonus"]

    profile = of_case("2diabeat")
    smaller = Advisor(_changed(without))
    gone = next(each for each in _replayed(_answer(ADVISOR, profile), smaller, profile).channels)
    assert ("removed", "daily-tool-bonus") in [(each.change, each.name) for each in gone.reasons]
    back = _replayed(_answer(smaller, profile), ADVISOR, profile)
    assert any(
        (reason.change, reason.name) == ("added", "daily-tool-bonus")
        for each in back.channels
        for reason in each.reasons
    )


def test_a_new_exclusion_and_a_new_verdict_are_named():
    def stricter(content) -> None:
        rule = next(rule for rule in content["rules"] if rule["id"] == "ready-needs-assumed")
        rule["effect"] = "stop"
        banned = next(rule for rule in content["rules"] if rule["id"] == "messengers-banned")
        banned["when"] = {"needs": "quick_contact"}

    profile = of_case("2diabeat")
    found = _replayed(_answer(ADVISOR, profile), Advisor(_changed(stricter)), profile)
    assert found.verdict == ("fix_first", "do_not_launch_yet")
    group = next(each for each in found.channels if each.channel == "whatsapp_group")
    assert group.rank_before is not None
    assert (group.rank_now, group.exclusions) == (None, (("added", "messengers-banned"),))


def test_an_artifact_that_made_the_difference_is_named():
    profile = of_case("set-up")
    found = _replayed(_answer(ADVISOR, profile), LEARNED.advisor, profile)
    assert (found.same_knowledge, found.same_artifact) == (True, False)
    kinds = {reason.kind for each in found.channels for reason in each.reasons}
    assert "records" in kinds


def test_channels_that_came_and_went_are_named():
    def renamed(content) -> None:
        for each in content["channels"]:
            if each["id"] == "miro":
                each["id"] = "new_board"

    profile = of_case("set-up")
    found = _replayed(_answer(ADVISOR, profile), Advisor(_changed(renamed)), profile)
    places = {each.channel: (each.rank_before, each.rank_now) for each in found.channels}
    assert places["miro"][1] is None
    assert places["new_board"][0] is None


def test_an_answer_that_says_little_is_compared_as_far_as_it_goes():
    checksum = Artifact.of_rules("x").checksum
    found = replay({}, ADVISOR.recommend(of_case("set-up")), (), KNOWLEDGE.fingerprint, checksum)
    assert (found.same_knowledge, found.same_artifact, found.verdict) == (None, None, None)
    assert all(each.rank_before is None for each in found.channels)
