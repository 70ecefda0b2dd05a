"""Advice over HTTP: the three stories in both languages, what can be asked beside an answer, and bad input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from model.domain.channels import MOMENTS
from model.domain.knowledge import LANGUAGES, Knowledge
from model.profiles.code import ProfileCodes, _checksum
from model.profiles.validation import ProfileGate
from service.api.views import profiles as profiles_view
from service.http.problems import MEDIA_TYPE, STATUS, TYPE
from tests.packaged import KNOWLEDGE

ONE, NEXT, TRANSFER, PROFILES = (
    "/v1/recommendations", "/v1/questions/next", "/v1/transfer-checks", "/v1/profiles",
)  # fmt: skip
CASES = [case.id for case in KNOWLEDGE.cases]
CHANNELS = list(KNOWLEDGE.channel_by_id)
GOOD = {"work_setting": ["desk"], "login_tolerance": "low", "device_access": "unknown"}
SECRET = "secret-value"


def told(client: FlaskClient, path: str, body: dict[str, Any], language: str = "en", **query: str) -> dict[str, Any]:
    answer = client.post(path, json=body, query_string={"lang": language, **query})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Language"] == language
    assert answer.headers["Cache-Control"] == "no-store"
    content: dict[str, Any] = answer.get_json()
    return content


def of_case(knowledge: Knowledge, name: str) -> dict[str, Any]:
    return dict(knowledge.case(name).profile)


# --- the three stories -----------------------------------------------------------------------------------------------

SET_UP, DIABEAT, BETTER = "set-up", "2diabeat", "better-in-better-out"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("case", "verdict", "home", "others"),
    [(SET_UP, "go", "embrace", set()), (DIABEAT, "fix_first", "whatsapp_group", {"teams"})],
)
def test_a_story_gets_its_bundle(client: FlaskClient, knowledge, case, verdict, home, others, language):
    answer = told(client, ONE, {"profile": of_case(knowledge, case)}, language)
    bundle = answer["bundle"]
    assert answer["verdict"]["code"] == verdict
    assert bundle["home"] == home
    assert bundle["channels"][0]["id"] == bundle["serves"][0]["channel"]
    assert others <= {each["id"] for each in bundle["channels"]}
    assert len(answer["summary"]["team"]) <= 140
    assert knowledge.channel(home).name[language] in answer["summary"]["team"]
    assert home in answer["summary"]["staff"]
    assert answer["confidence"]["first"] == answer["best"]["online"][0]
    assert (
        answer["confidence"]["basis"]
        == {
            "en": "Based on expert rules and 510 documented communities.",
            "nl": "Gebaseerd op regels van experts en 510 beschreven community's.",
        }[language]
    )


def test_set_up_lives_on_its_platform_and_meets(client: FlaskClient, knowledge):
    bundle = told(client, ONE, {"profile": of_case(knowledge, SET_UP)})["bundle"]
    assert {each["moment"] for each in bundle["channels"]} == set(MOMENTS)


def test_2diabeat_uses_each_channel_for_what_it_is_good_at(client: FlaskClient, knowledge):
    bundle = told(client, ONE, {"profile": of_case(knowledge, DIABEAT)})["bundle"]
    assert {each["need"]: each["channel"] for each in bundle["serves"]} == {
        "quick_contact": "whatsapp_group",
        "file_sharing": "teams",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_better_in_better_out_must_not_launch_yet(client: FlaskClient, knowledge, language):
    answer = told(client, ONE, {"profile": of_case(knowledge, BETTER)}, language)
    assert answer["verdict"]["code"] == "do_not_launch_yet"
    stop = next(each for each in answer["verdict"]["findings"] if each["effect"] == "stop")
    assert stop["name"] == "ready-no-shared-interest"
    assert answer["summary"]["team"].startswith({"en": "Do not launch yet", "nl": "Begin nog niet"}[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_success_of_set_up_does_not_carry_over_to_2diabeat(client: FlaskClient, knowledge, language):
    body = {"source": SET_UP, "channel": "embrace", "profile": of_case(knowledge, DIABEAT)}
    check = told(client, TRANSFER, body, language)
    assert (check["there"], check["verdict"], check["plans"]) == ("worked", "do_not_carry_over", [])
    assert {each["question"] for each in check["factors"][:2]} == {"daily_tools", "login_tolerance"}
    assert all(each["status"] != "same" and each["difference"] < 0 for each in check["factors"][:2])
    for factor in check["factors"]:
        assert factor["difference"] == pytest.approx(factor["contributionHere"] - factor["contributionThere"], abs=1e-5)
    for factor in check["factors"][:2]:
        label = knowledge.questionnaire[factor["question"]].label[language]
        assert label in factor["text"]
    assert check["text"] == check["wanted"]["text"]
    assert check["wanted"]["suits"] == "not_like_this"
    assert check["logOddsThere"] > 0 > check["logOddsHere"]
    assert check["first"] == ["whatsapp_group"]
    assert check["channel"] == {"id": "embrace", "name": "Embrace", "moment": "online"}
    named = {rule["name"] for factor in check["factors"] for rule in factor["rules"]}
    assert named <= set(check["statements"])
    assert set(check["warning"]["sources"]) <= set(check["sources"])


def test_a_check_with_a_profile_is_the_check_with_the_case(client: FlaskClient, knowledge):
    body = {"source": SET_UP, "channel": "embrace", "profile": of_case(knowledge, DIABEAT)}
    of_the_case = told(client, TRANSFER, body)
    own = told(client, TRANSFER, {**body, "source": {"profile": of_case(knowledge, SET_UP)}})
    assert own["source"] is None
    assert own["there"] == "not_told"
    for field in ("factors", "verdict", "text", "logOddsThere", "logOddsHere"):
        assert own[field] == of_the_case[field]


# --- beside an answer ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_more_is_told_than_what_is_asked_for(client: FlaskClient, knowledge, language):
    profile = of_case(knowledge, DIABEAT)
    plain = told(client, ONE, {"profile": profile}, language)
    asked = {
        "levers": {"levers", "hinges"},
        "cases": {"cases", "ownRecords"},
        "nextQuestion": {"nextQuestion"},
        "trace": {"trace"},
    }
    for name, fields in asked.items():
        answer = told(client, ONE, {"profile": profile}, language, include=name)
        assert answer.keys() - plain.keys() == fields
        assert all(answer[field] == plain[field] for field in plain.keys() - {"sources"})
    every = told(client, ONE, {"profile": profile}, language, include=",".join(asked))
    assert every.keys() - plain.keys() == set().union(*asked.values())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("channel", "answers", "result", "question"),
    [
        ("teams", {"daily_tools": ["teams", "whatsapp"], "it_policy": ["no_external_guests"]}, "eligible", "it_policy"),
        (
            "embrace",
            {"login_tolerance": "medium", "sensitive_data": "identifiable_clients"},
            "eligible",
            "sensitive_data",
        ),
    ],
)
def test_a_plan_does_what_it_says(client: FlaskClient, knowledge, channel, answers, result, question, language):
    """The changes of a plan, laid over the answers and sent, bring what the plan says."""
    profile = {**GOOD, "crosses_organisations": "many", **answers}
    levers = told(client, ONE, {"profile": profile}, language, include=f"levers:{channel}")["levers"]
    assert levers["channel"] == channel
    plan = levers["plans"][0]
    (change,) = plan["changes"]
    assert (plan["result"], change["question"]) == (result, question)
    asked, changed_to = knowledge.questionnaire[question], change["after"][-1]
    step = asked.lever.step(None, changed_to) or asked.lever.step(change["before"][-1], changed_to)
    assert (change["who"], change["action"]) == (asked.lever.who[language], step.action[language])
    assert change["cost"] == step.cost[language]
    assert asked.label[language] in change["text"]
    changed = change["after"] if asked.kind == "multi" else change["after"][0]
    then = told(client, ONE, {"profile": {**profile, question: changed}}, language, detail="full")
    assert (channel in then["best"]["online"]) == (result == "first")
    found = next(each for each in then["channels"] if each["id"] == channel)
    assert found["logOdds"] == pytest.approx(plan["logOdds"], abs=1e-5)


def test_a_hinge_does_what_it_says(client: FlaskClient, knowledge):
    profile = of_case(knowledge, SET_UP)
    answer = told(client, ONE, {"profile": profile}, include="levers")
    assert answer["hinges"]
    for hinge in answer["hinges"]:
        single = knowledge.questionnaire[hinge["question"]].kind == "single"
        instead = hinge["instead"][0] if single else hinge["instead"]
        then = told(client, ONE, {"profile": {**profile, hinge["question"]: instead}})
        assert hinge["firstNow"] == answer["best"][hinge["moment"]]
        assert hinge["firstThen"] == then["best"][hinge["moment"]]


def test_the_levers_are_about_the_channel_that_was_named_last(client: FlaskClient, knowledge):
    profile = of_case(knowledge, SET_UP)
    for include, channel in (
        ("levers:plek", "plek"),
        ("levers,levers:plek", "plek"),
        ("levers:teams,levers:plek,levers", "plek"),
    ):
        assert told(client, ONE, {"profile": profile}, include=include)["levers"]["channel"] == channel
    copied = told(client, ONE, {"profile": of_case(knowledge, DIABEAT)}, include="levers")
    assert copied["levers"]["channel"] == "embrace"


def test_the_nearest_case_of_a_case_is_itself(client: FlaskClient, knowledge):
    for case in (SET_UP, DIABEAT):
        answer = told(client, ONE, {"profile": of_case(knowledge, case)}, "nl", include="cases")
        likeness = [each["likeness"] for each in answer["cases"]]
        assert likeness == sorted(likeness, reverse=True)
        found = answer["cases"][0]
        assert (found["id"], found["case"], found["language"]) == (case, case, "nl")
        assert found["lesson"] == knowledge.case(case).lesson["nl"]
        assert found["same"]
        assert set(found["sources"]) <= set(answer["sources"])
        for other in (each for each in answer["cases"] if each["case"] is None):
            assert (other["language"], other["lesson"], other["sources"]) == ("en", None, [])
            assert other["name"] == knowledge.documented(other["id"]).title
            assert other["source"]["url"].startswith("http")


# --- the next question -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interview_starts_with_nothing_and_ends(client: FlaskClient, knowledge, language):
    """Answering "unknown" to whatever is asked, each question comes once, until there is none."""
    profile: dict[str, Any] = {}
    for _ in range(len(list(knowledge.questionnaire)) + 1):
        found = told(client, NEXT, {"profile": profile}, language)
        if found["question"] is None:
            break
        question = knowledge.questionnaire[found["question"]]
        assert question.id not in profile
        assert found["why"] == question.why[language]
        assert question.id in found["open"]
        profile[question.id] = "unknown" if question.unknown_allowed else [question.codes[0]]
    assert (found["question"], found["why"], found["open"], found["stop"]) == (None, None, [], True)
    assert found["risk"] == {"most": 0.0, "certain": True, "questions": []}
    assert found["text"] == knowledge.messages[language]["advice_stop_all"]


def test_required_answers_may_be_missing_and_are_asked_first(client: FlaskClient):
    found = told(client, NEXT, {"profile": {"rhythm": "daily"}})
    assert (found["question"], found["stop"], found["changes"]) == ("work_setting", False, 1.0)


def test_the_next_question_beside_an_answer_is_the_one_of_the_interview(client: FlaskClient):
    profile = {**GOOD, "needs": "unknown"}
    beside = told(client, ONE, {"profile": profile}, "nl", include="nextQuestion")["nextQuestion"]
    assert beside == told(client, NEXT, {"profile": profile}, "nl")
    assert "needs" not in beside["open"]


def test_a_batch_can_be_asked_for_the_same(client: FlaskClient):
    query = {"include": "levers:teams,cases,nextQuestion"}
    (result,) = client.post(f"{ONE}/batch", json={"profiles": [GOOD]}, query_string=query).get_json()["results"]
    assert result["answer"] == told(client, ONE, {"profile": GOOD}, **query)


# --- profile codes ---------------------------------------------------------------------------------------------------


def test_a_code_gives_the_answers_back(client: FlaskClient, knowledge):
    for case in knowledge.cases:
        answer = told(client, ONE, {"profile": case.profile})
        decoded = client.get(f"{PROFILES}/{answer['code']}").get_json()
        assert decoded["code"] == answer["code"]
        assert told(client, ONE, {"profile": decoded["profile"]}) == answer
    untidy = answer["code"].lower().replace("-", "").replace("0", "o")
    assert client.get(f"{PROFILES}/{untidy}").get_json() == decoded


def codes() -> dict[str, str]:
    """What is wrong → a code with exactly that."""
    profile_codes = ProfileCodes(KNOWLEDGE)
    good = profile_codes.code(ProfileGate(KNOWLEDGE).load(GOOD)).replace("-", "")
    body = good[:-4]

    def signed(text: str) -> str:
        return text + _checksum(text)

    other = "Z" if body[1] != "Z" else "Y"
    return {
        "code_no_code": "nothing!",
        "code_damaged": good[:-1] + ("0" if good[-1] != "0" else "1"),
        "code_other_version": signed("2" + body[1:]),
        "code_other_questions": signed(body[0] + other + body[2:]),
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("problem", "code"), codes().items())
def test_a_code_that_cannot_be_read_is_refused(client: FlaskClient, check, problem, code, language):
    answer = client.get(f"{PROFILES}/{code}", query_string={"lang": language})
    assert (answer.status_code, answer.mimetype) == (404, MEDIA_TYPE)
    content = answer.get_json()
    assert content["type"] == TYPE + "unreadable_code"
    (error,) = content["errors"]
    assert (error["parameter"], error["code"]) == (profiles_view.CODE, problem)
    assert error["message"] == KNOWLEDGE.messages[language][f"advice_{problem}"]
    check({"$ref": "#/components/schemas/Problem"}, content)


# --- bad input -------------------------------------------------------------------------------------------------------

CHECK: dict[str, Any] = {"source": SET_UP, "channel": "embrace", "profile": GOOD}

BAD = [
    # what is wrong, address, body, {(pointer, code)}, what is allowed at the first of these
    ("nothing in it", TRANSFER, {}, {(f"/{name}", "required") for name in CHECK}, None),
    ("no object", TRANSFER, [], {("", "not_an_object")}, None),
    ("unknown case", TRANSFER, {**CHECK, "source": SECRET}, {("/source", "unknown_name")}, CASES),
    ("source is a number", TRANSFER, {**CHECK, "source": 7}, {("/source", "wrong_type")}, CASES),
    ("source is null", TRANSFER, {**CHECK, "source": None}, {("/source", "wrong_type")}, CASES),
    ("source without a profile", TRANSFER, {**CHECK, "source": {}}, {("/source/profile", "required")}, None),
    (
        "a field too many in the source",
        TRANSFER,
        {**CHECK, "source": {"profile": GOOD, SECRET[:6]: 1}},
        {("/source/secret", "unknown_field")},
        ["profile"],
    ),
    (
        "wrong answer in the source",
        TRANSFER,
        {**CHECK, "source": {"profile": {**GOOD, "rhythm": SECRET}}},
        {("/source/profile/rhythm", "not_allowed")},
        list(KNOWLEDGE.questionnaire["rhythm"].allowed),
    ),
    ("unknown channel", TRANSFER, {**CHECK, "channel": SECRET}, {("/channel", "unknown_name")}, CHANNELS),
    ("channel is a list", TRANSFER, {**CHECK, "channel": ["embrace"]}, {("/channel", "wrong_type")}, CHANNELS),
    ("a field too many", TRANSFER, {**CHECK, "more": 1}, {("/more", "unknown_field")}, list(CHECK)),
    (
        "everything at once",
        TRANSFER,
        {"source": SECRET, "channel": SECRET, "profile": {**GOOD, "rhythm": SECRET}, "more": 1},
        {
            ("/source", "unknown_name"),
            ("/channel", "unknown_name"),
            ("/profile/rhythm", "not_allowed"),
            ("/more", "unknown_field"),
        },
        None,
    ),
    ("no profile so far", NEXT, {}, {("/profile", "required")}, None),
    ("profile so far is null", NEXT, {"profile": None}, {("/profile", "not_an_object")}, None),
    ("profile so far is a list", NEXT, {"profile": []}, {("/profile", "not_an_object")}, None),
    (
        "wrong answer so far",
        NEXT,
        {"profile": {"work_setting": [SECRET]}},
        {("/profile/work_setting/0", "not_allowed")},
        list(KNOWLEDGE.questionnaire["work_setting"].allowed),
    ),
    (
        "unknown question so far",
        NEXT,
        {"profile": {"colour": SECRET}, "more": 1},
        {("/profile/colour", "unknown_field"), ("/more", "unknown_field")},
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "body", "errors", "allowed"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_a_bad_body_is_refused(client: FlaskClient, check, path, body, errors, allowed, language):
    answer = client.post(path, data=json.dumps(body), content_type="application/json", query_string={"lang": language})
    problem = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (STATUS["invalid_input"], MEDIA_TYPE)
    assert problem["type"] == TYPE + "invalid_input"
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == errors
    if allowed is not None:
        assert problem["errors"][0]["allowed"] == allowed
    assert SECRET not in answer.text
    assert all(error["message"] and "{" not in error["message"] for error in problem["errors"])
    check({"$ref": "#/components/schemas/Problem"}, problem)


@pytest.mark.parametrize("path", [ONE, f"{ONE}/batch"])
@pytest.mark.parametrize(
    ("include", "allowed"),
    [
        ("lever", ["trace", "levers", "cases", "nextQuestion"]),
        ("cases:embrace", ["trace", "levers", "cases", "nextQuestion"]),
        (f"levers:{SECRET}", [f"levers:{channel}" for channel in CHANNELS]),
        ("cases,levers:", [f"levers:{channel}" for channel in CHANNELS]),
    ],
)
def test_a_part_that_does_not_exist_is_refused(client: FlaskClient, path, include, allowed):
    answer = client.post(path, json={"profile": GOOD, "profiles": [GOOD]}, query_string={"include": include})
    assert (answer.status_code, answer.mimetype) == (400, MEDIA_TYPE)
    (error,) = answer.get_json()["errors"]
    assert (error["parameter"], error["code"], error["allowed"]) == ("include", "not_allowed", allowed)
    assert SECRET not in answer.text
