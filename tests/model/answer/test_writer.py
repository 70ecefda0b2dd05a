"""Answers: the JSON that people and programs get."""

import json

import orjson
import pytest
from hypothesis import given, settings

from model.advice.service import Advice
from model.answer.writer import AnswerWriter
from model.domain.knowledge import LANGUAGES
from model.knowledge.loader import load_knowledge
from model.profiles.code import ProfileCodes
from model.scoring.advisor import Advisor
from tests.factories import raw_profiles, read

KNOWLEDGE = load_knowledge()
ADVISOR = Advisor(KNOWLEDGE)
WRITERS = {language: AnswerWriter(ADVISOR, language) for language in LANGUAGES}
RECEIPTS = ProfileCodes(KNOWLEDGE)
PROFILES = raw_profiles(KNOWLEDGE.questionnaire)


@given(PROFILES)
@settings(max_examples=30)
def test_contributions_in_the_answer_sum_to_the_log_odds(raw):
    answer = json.loads(WRITERS["en"].write(ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw))))
    for channel in answer["channels"]:
        parts = [*channel["reasonsFor"], *channel["reasonsAgainst"], *channel["undecided"]]
        assert sum(part["contribution"] for part in parts) == pytest.approx(channel["logOdds"], abs=1e-4)
        assert all(part["contribution"] > 0 for part in channel["reasonsFor"])
        assert all(part["contribution"] < 0 for part in channel["reasonsAgainst"])
        assert channel["range"]["low"] <= channel["probability"] <= channel["range"]["high"]
        assert channel["share"]["rules"] + channel["share"]["records"] == 1


@given(PROFILES)
@settings(max_examples=30)
def test_whatever_is_said_rests_on_sources_that_are_in_the_answer(raw):
    answer = json.loads(WRITERS["nl"].write(ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw))))
    named = {
        finding["name"] for finding in answer["verdict"]["findings"] if not finding["name"].startswith("no-channel")
    }
    named |= {each["name"] for each in answer["advice"]}
    for channel in answer["channels"]:
        for reason in (
            *channel["reasonsFor"],
            *channel["reasonsAgainst"],
            *channel["advice"],
            *channel["mayBeExcludedBy"],
        ):
            if reason.get("kind") != "records":
                named.add(reason["name"])
    if answer["bundle"]:
        named |= {each["name"] for each in (*answer["bundle"]["rules"], *answer["bundle"]["advice"])}
    for channel in answer["excluded"]:
        named |= {each["name"] for each in channel["reasons"]}
    assert named <= set(answer["statements"])
    cited = {source for statement in answer["statements"].values() for source in statement["sources"]}
    assert cited == set(answer["sources"])


@given(PROFILES)
@settings(max_examples=30)
def test_the_bundle_and_the_confidence_are_about_the_ranking_beside_them(raw):
    answer = json.loads(WRITERS["en"].write(ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw))))
    ranked = {each["id"]: each for each in answer["channels"]}
    bundle, confidence = answer["bundle"], answer["confidence"]
    assert (bundle is None) == (not ranked)
    if bundle:
        shares = [*(each["value"] for each in bundle["serves"]), *(each["contribution"] for each in bundle["rules"])]
        ids = [each["id"] for each in bundle["channels"]]
        assert set(ids) <= set(ranked)
        assert ids[0] == bundle["home"]
        if bundle["serves"]:
            assert sum(shares) == pytest.approx(bundle["utility"], abs=1e-5)
            assert {each["channel"] for each in bundle["serves"]} <= set(ids)
    assert (confidence is None) == (bundle is None)
    if confidence:
        assert confidence["moment"] == bundle["channels"][0]["moment"]
        of_its_kind = [each for each in answer["channels"] if each["moment"] == confidence["moment"]]
        assert confidence["first"] == of_its_kind[0]["id"]
        assert confidence["second"] == (of_its_kind[1]["id"] if of_its_kind[1:] else None)
        assert 0.5 <= confidence["probability"] <= 1
        assert confidence["recordsShare"] == of_its_kind[0]["share"]["records"]


@given(PROFILES)
@settings(max_examples=30)
def test_the_code_holds_the_answers(raw):
    profile = read(KNOWLEDGE.questionnaire, raw)
    answer = json.loads(WRITERS["nl"].write(ADVISOR.recommend(profile)))
    assert RECEIPTS.read(answer["code"]).masks == profile.masks


@given(PROFILES)
@settings(max_examples=20)
def test_a_writer_that_has_answered_before_says_the_same(raw):
    recommendation = ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw))
    assert WRITERS["nl"].write(recommendation) == AnswerWriter(ADVISOR, "nl").write(recommendation)


def test_what_is_asked_for_comes_with_its_sources(knowledge, gate):
    recommendation = ADVISOR.recommend(gate.load(dict(knowledge.case("2diabeat").profile)))
    writer = WRITERS["en"]
    plain = json.loads(writer.write(recommendation))
    extra = writer.advice.cases(recommendation)
    answer = json.loads(writer.write(recommendation, extra=extra))
    assert extra.cited
    assert set(answer["sources"]) == set(plain["sources"]) | extra.cited
    assert {**answer, "sources": {}} == {**plain, "sources": {}, **json.loads(orjson.dumps(extra.content))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_in_the_asked_language(knowledge, gate, language):
    profile = gate.load(dict(knowledge.case("2diabeat").profile))
    answer = json.loads(WRITERS[language].write(ADVISOR.recommend(profile)))
    assert answer["language"] == language
    embrace = next(each for each in answer["channels"] if each["id"] == "embrace")
    worst = embrace["reasonsAgainst"][0]
    assert worst["name"] == "frontline-new-login-hard"
    assert worst["text"] == knowledge.rule_by_id["frontline-new-login-hard"].text[language]
    assert answer["verdict"]["text"] == knowledge.messages[language]["verdict_fix_first"]
    assert list(answer)[:2] == ["language", "summary"]
    overview = Advice(ADVISOR).overview(ADVISOR.recommend(profile))
    assert answer["summary"] == {"team": overview.summary.team[language], "staff": overview.summary.staff[language]}
    assert overview.confidence is not None
    assert answer["confidence"]["lead"] == overview.confidence.lead[language]
    assert answer["confidence"]["basis"] == overview.confidence.basis[language]


def test_an_answer_that_is_kept_follows_the_own_records(knowledge, gate):
    advisor = Advisor(knowledge)
    advice = Advice(advisor)
    writer, profile = AnswerWriter(advisor, "en", advice), gate.load(dict(knowledge.case("2diabeat").profile))
    before = writer.write(advisor.recommend(profile))
    assert writer.write(advisor.recommend(profile)) is before
    advice.own = advice.own_records([])
    after = json.loads(writer.write(advisor.recommend(profile)))
    assert (json.loads(before)["confidence"]["comparable"], after["confidence"]["comparable"]) == (None, 0)


def test_products_that_are_not_assessed_are_named_with_the_reason(knowledge, gate):
    answer = json.loads(WRITERS["en"].write(ADVISOR.recommend(gate.load(dict(knowledge.case("malawi").profile)))))
    assert [each["id"] for each in answer["notAssessed"]] == [each.id for each in knowledge.not_assessed]
    assert all(each["reason"] for each in answer["notAssessed"])
