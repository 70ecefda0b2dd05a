"""Recommendations over HTTP are those of the engine, in the language that was asked for."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from model.answer.writer import AnswerWriter, Detail
from model.domain.knowledge import Knowledge
from tests.packaged import started

ONE, MANY = "/v1/recommendations", "/v1/recommendations/batch"


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("detail", ["brief", "usual", "full"])
def test_an_answer_is_what_the_engine_writes(
    client: FlaskClient, knowledge: Knowledge, gate, language: str, detail: str
):
    writer = AnswerWriter(started(), language)
    for case in knowledge.cases:
        expected = writer.write(started().recommend(gate.load(case.profile)), Detail(detail))
        answer = client.post(ONE, json={"profile": case.profile}, query_string={"lang": language, "detail": detail})
        told, wanted = answer.get_json(), json.loads(expected)
        for each in (told, wanted):  # the service has looked at its own records, of which there are none
            each.get("confidence", {}).update(comparable=None, basis="")
        assert told == wanted
        assert answer.headers["Content-Language"] == language


def test_the_2diabeat_answer_in_dutch(client: FlaskClient, profile):
    answer = client.post(ONE, json={"profile": profile}, headers={"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"})
    content = answer.get_json()
    assert content["language"] == "nl"
    assert content["best"]["online"] == ["whatsapp_group"]
    assert {need["need"]: need["channels"][0] for need in content["bestPerNeed"]}["file_sharing"] == "teams"


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", None, "en"),
        ("", "nl", "nl"),
        ("", "de, nl;q=0.5", "nl"),
        ("", "de", "en"),
        ("", "nl;q=0", "en"),
        ("", "*", "en"),
        ("", ";;;=q", "en"),
        ("lang=en", "nl", "en"),
        ("lang=nl", "en", "nl"),
    ],
)
def test_the_language_is_the_one_asked_for(client: FlaskClient, profile, query, accepted, language):
    headers = {"Accept-Language": accepted} if accepted else {}
    answer = client.post(ONE, json={"profile": profile}, query_string=query, headers=headers)
    assert answer.get_json()["language"] == language


def test_a_refusal_is_in_the_language_asked_for(client: FlaskClient):
    dutch = client.post(ONE, json={}, query_string="lang=nl").get_json()
    english = client.post(ONE, json={}).get_json()
    assert dutch["title"] != english["title"]
    assert dutch["errors"][0]["message"] != english["errors"][0]["message"]


def test_the_trace_is_there_when_it_is_asked_for(client: FlaskClient, profile):
    assert "trace" not in client.post(ONE, json={"profile": profile}).get_json()
    traced = client.post(ONE, json={"profile": profile}, query_string="include=trace").get_json()
    assert {"rule", "channel", "status", "questions"} == traced["trace"][0].keys()


def test_one_wrong_profile_does_not_stop_the_others(client: FlaskClient, profile):
    profiles = [profile, {**profile, "rhythm": "sometimes"}, "x", profile]
    results = client.post(MANY, json={"profiles": profiles}).get_json()["results"]
    assert [list(result) for result in results] == [["answer"], ["problem"], ["problem"], ["answer"]]
    alone = client.post(ONE, json={"profile": profile}).get_json()
    assert results[0]["answer"] == results[3]["answer"] == alone
    wrong = results[1]["problem"]
    assert wrong["instance"] == f"{MANY}#/profiles/1"
    assert [error["pointer"] for error in wrong["errors"]] == ["/profiles/1/rhythm"]


@pytest.mark.slow
def test_a_full_batch_is_answered(client: FlaskClient, profile):
    body = json.dumps({"profiles": [profile] * 1000})
    results = client.post(MANY, data=body, content_type="application/json").get_json()["results"]
    assert len(results) == 1000
    assert all("answer" in result for result in results)


def test_answers_are_not_kept_by_caches(client: FlaskClient, profile):
    answer = client.post(ONE, json={"profile": profile})
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_answers_as_forms_write_them_get_the_same_advice_and_are_echoed(client: FlaskClient, check):
    codes = {"work_setting": ["desk"], "login_tolerance": "low", "device_access": "unknown", "needs": ["file_sharing"]}
    written = {
        "work_setting": "Achter een bureau met een computer",
        "login_tolerance": ["LOW"],
        "device_access": "weet niet",
        "needs": "file_sharing",
        "budget": "",
    }
    expected = client.post("/v1/recommendations", json={"profile": codes}).get_json()
    answer = client.post("/v1/recommendations", json={"profile": written}).get_json()
    check({"$ref": "#/components/schemas/Recommendation"}, answer)
    assert answer.pop("understood") == [
        {"pointer": f"/profile/{name}", "question": name, "answer": read}
        for name, read in sorted({**codes, "budget": "unknown"}.items())  # as the client of Flask sends them
    ]
    assert answer == expected
    assert "understood" not in expected
    batch = client.post("/v1/recommendations/batch", json={"profiles": [codes, written]}).get_json()["results"]
    assert "understood" not in batch[0]["answer"]
    assert {each["pointer"] for each in batch[1]["answer"]["understood"]} == {f"/profiles/1/{name}" for name in written}


def test_the_other_requests_with_answers_echo_them_too(client: FlaskClient, check):
    whole = {"work_setting": "desk", "login_tolerance": "low", "device_access": "unknown"}
    echo = {"question": "work_setting", "answer": ["desk"]}
    following = client.post("/v1/questions/next", json={"profile": {"work_setting": "desk", "login_tolerance": ""}})
    check({"$ref": "#/components/schemas/NextQuestion"}, following.get_json())
    assert following.get_json()["understood"][-1] == {"pointer": "/profile/work_setting", **echo}
    assert "login_tolerance" in following.get_json()["open"]
    transfer = {"source": {"profile": whole}, "channel": "embrace", "profile": whole}
    checked = client.post("/v1/transfer-checks", json=transfer).get_json()
    check({"$ref": "#/components/schemas/TransferCheck"}, checked)
    assert checked["understood"] == [
        {"pointer": f"{place}/work_setting", **echo} for place in ("/source/profile", "/profile")
    ]
