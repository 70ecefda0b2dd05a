"""Documented communities over HTTP: filters, pages, words in both languages, and what is said of channels and rules."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from model.domain.evidence import RESULTS, SECTORS
from model.domain.knowledge import LANGUAGES, Knowledge

PATH = "/v1/evidence"


def test_pages_together_hold_every_community_once(client: FlaskClient, knowledge: Knowledge):
    seen: list[str] = []
    address: str | None = f"{PATH}?limit=100"
    while address is not None:
        page = client.get(address).get_json()
        assert page["total"] == len(knowledge.evidence)
        seen += [each["id"] for each in page["communities"]]
        address = page["links"]["next"]
    assert seen == sorted(each.id for each in knowledge.evidence)


def test_links_keep_what_was_asked_and_lead_both_ways(client: FlaskClient):
    first = client.get(f"{PATH}?channel=slack&q=chat%20group&limit=2&lang=nl").get_json()
    assert first["links"]["previous"] is None
    second = client.get(first["links"]["next"])
    assert second.headers["Content-Language"] == "nl"
    page = second.get_json()
    assert (page["offset"], page["limit"], page["total"]) == (2, 2, first["total"])
    assert client.get(page["links"]["previous"]).data == client.get(first["links"]["self"]).data
    assert client.get(page["links"]["self"]).data == second.data


def test_a_page_past_the_end_is_empty(client: FlaskClient):
    page = client.get(f"{PATH}?offset=100000").get_json()
    assert (page["communities"], page["links"]["next"]) == ([], None)


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("sector", "education", lambda each: each["sector"] == "education"),
        ("country", "NL", lambda each: each["country"] == "NL"),
        ("work_setting", "ward_shift", lambda each: "ward_shift" in each["profile"]["work_setting"]),
        ("channel", "plek", lambda each: "plek" in {one["channel"] for one in each["outcomes"]}),
        ("result", "not_used", lambda each: "not_used" in {one["result"] for one in each["outcomes"]}),
        ("q", "Intranet", lambda each: "intranet" in str(each).lower()),
    ],
)
def test_each_filter_keeps_what_fits(client: FlaskClient, name, value, fits):
    page = client.get(PATH, query_string={name: value, "limit": 100}).get_json()
    assert page["communities"]
    assert all(fits(each) for each in page["communities"])


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("sector=schools", "sector", list(SECTORS)),
        ("result=failed", "result", list(RESULTS)),
        ("channel=pigeon", "channel", "channels"),
        ("channel=", "channel", "channels"),
        ("chanel=plek", "chanel", "parameters"),
        ("channel=plek&channel=slack", "channel", []),
        ("limit=0", "limit", []),
        ("limit=101", "limit", []),
        ("limit=ten", "limit", []),
        ("limit=%EF%BC%91", "limit", []),
        ("offset=-1", "offset", []),
        ("offset=99999999999999999999", "offset", []),
        (f"q={'x' * 201}", "q", []),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(client: FlaskClient, knowledge, query, parameter, allowed):
    answer = client.get(f"{PATH}?{query}")
    assert answer.status_code == 400
    (error,) = answer.get_json()["errors"]
    names = ["channel", "result", "sector", "country", "work_setting", "q", "limit", "offset", "lang"]
    expected = {"channels": list(knowledge.channel_by_id), "parameters": names}.get(str(allowed), allowed)
    assert (error["parameter"], error["allowed"]) == (parameter, expected)


def test_every_mistake_is_told_at_once(client: FlaskClient):
    errors = client.get(f"{PATH}?sector=x&country=x&limit=x&colour=x").get_json()["errors"]
    assert {each["parameter"] for each in errors} == {"sector", "country", "limit", "colour"}


def test_a_page_is_sent_once(client: FlaskClient):
    first = client.get(f"{PATH}?channel=plek")
    etag = first.headers["ETag"]
    assert etag.startswith('"')
    again = client.get(f"{PATH}?channel=plek", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{PATH}?channel=slack").headers["ETag"] != etag


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_community_has_its_words_in_both_languages_and_its_story_in_english(client, knowledge, language):
    found = client.get(f"{PATH}/achterhoek-vo-intranet", query_string={"lang": language}).get_json()
    messages = knowledge.messages[language]
    assert found["language"] == "en"
    assert found["title"].startswith("Staff of 17 secondary schools")
    assert found["sectorText"] == messages["evidence_sector_education"]
    left = next(each for each in found["outcomes"] if each["channel"] == "newsletter")
    assert (left["result"], left["resultText"]) == ("abandoned", messages["evidence_result_abandoned"])
    assert (left["endedBy"], left["endedByText"]) == ("owner", messages["evidence_ended_by_owner"])
    assert found["support"]["work_setting"] == {"basis": "stated", "words": "teachers and other school staff"}
    assert set(found["support"]) == set(found["profile"])


def test_a_community_with_a_story_names_its_case(client: FlaskClient):
    found = client.get(f"{PATH}/set-up").get_json()
    assert found["case"] == "set-up"
    assert client.get(f"/v1/cases/{found['case']}").get_json()["profile"] == found["profile"]


def test_a_name_that_does_not_exist_gets_the_closest(client: FlaskClient):
    answer = client.get(f"{PATH}/partou-irs")
    assert answer.status_code == 404
    (error,) = answer.get_json()["errors"]
    assert error["allowed"][0] == "partou-iris"
    assert len(error["allowed"]) == 5
    assert client.get(f"{PATH}/{'x' * 4000}").status_code == 404


def test_a_channel_and_the_list_say_the_same_of_it(client: FlaskClient):
    channel = client.get("/v1/channels/whatsapp_group").get_json()["documented"]
    listed = client.get(f"{PATH}?channel=whatsapp_group&limit=1").get_json()["documented"]
    assert channel == listed
    assert channel["used"] > channel["notUsed"]
    assert channel["certaintyText"]


def test_each_rule_has_what_is_documented_beside_its_own_grade(client: FlaskClient, knowledge: Knowledge):
    rules = {each["id"]: each for each in client.get("/v1/rules").get_json()["rules"]}
    for rule in knowledge.rules:
        assert (rules[rule.id]["documented"] is None) == (rule.bundle is not None)
    assert rules["email-not-for-contact"]["documented"]["communities"] >= 30
    assert rules["email-not-for-contact"]["grade"], "the editors' own grade is still there"
