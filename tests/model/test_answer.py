"""Answers: the JSON that people and programs get."""

import json

import orjson
import pytest
from hypothesis import given, settings

from model.answer import AnswerWriter
from model.knowledge.base import LANGUAGES
from model.knowledge.loader import load_knowledge
from model.ranking import Advisor
from tests.factories import raw_profiles, read

KNOWLEDGE = load_knowledge()
ADVISOR = Advisor(KNOWLEDGE)
WRITERS = {language: AnswerWriter(ADVISOR, language) for language in LANGUAGES}
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
    for channel in answer["excluded"]:
        named |= {each["name"] for each in channel["reasons"]}
    assert named <= set(answer["statements"])
    cited = {source for statement in answer["statements"].values() for source in statement["sources"]}
    assert cited == set(answer["sources"])


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


def test_a_fragment_is_the_answer_itself(knowledge, gate):
    recommendation = ADVISOR.recommend(gate.load(dict(knowledge.case("set-up").profile)))
    assert orjson.dumps([WRITERS["en"].fragment(recommendation)]) == b"[" + WRITERS["en"].write(recommendation) + b"]"


def test_products_that_are_not_assessed_are_named_with_the_reason(knowledge, gate):
    answer = json.loads(WRITERS["en"].write(ADVISOR.recommend(gate.load(dict(knowledge.case("malawi").profile)))))
    assert [each["id"] for each in answer["notAssessed"]] == [each.id for each in knowledge.not_assessed]
    assert all(each["reason"] for each in answer["notAssessed"])
