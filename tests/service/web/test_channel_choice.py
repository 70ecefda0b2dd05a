"""An organisation says which channels it allows: over HTTP, on pages, in a frame, by a form and in a terminal."""

import pytest

from model.domain.knowledge import LANGUAGES

ONE = "/v1/recommendations"


@pytest.fixture(scope="module")
def profile(knowledge):
    return dict(knowledge.case("2diabeat").profile)


def test_what_is_left_out_so_is_named_so(client, knowledge, profile):
    answer = client.post(f"{ONE}?without=whatsapp_group,teams&lang=en", json={"profile": profile}).get_json()
    reasons = {each["id"]: each["reasons"][0] for each in answer["excluded"]}
    for channel in ("whatsapp_group", "teams"):
        assert reasons[channel] == {"name": "left-out-by-choice", "text": "You asked to leave this out."}
    assert {each["id"] for each in answer["bundle"]["channels"]}.isdisjoint({"whatsapp_group", "teams"})
    only = client.post(f"{ONE}?only=siilo&only=in_person", json={"profile": profile}).get_json()
    assert {each["id"] for each in only["channels"]} == {"siilo", "in_person"}
    batch = client.post(f"{ONE}/batch?only=siilo&only=in_person", json={"profiles": [profile]}).get_json()
    assert batch["results"][0]["answer"] == only
    brief = client.post(f"{ONE}?only=siilo&detail=brief", json={"profile": profile}).get_json()
    assert [each["id"] for each in brief["channels"]] == ["siilo"]


@pytest.mark.parametrize("query", ["only=pigeon", "without=teams,pigeon", "only="])
def test_a_name_that_is_no_channel_is_refused_by_name(client, knowledge, profile, query):
    refused = client.post(f"{ONE}?{query}", json={"profile": profile})
    assert refused.status_code == 400
    (error,) = refused.get_json()["errors"]
    assert error["parameter"] == query.partition("=")[0]
    assert set(error["allowed"]) == set(knowledge.channel_by_id)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("frame", ["", "/embed"])
def test_pages_keep_the_choice_in_every_link(client, knowledge, profile, language, frame):
    code = client.post(ONE, json={"profile": profile}).get_json()["code"]
    page = client.get(f"{frame}/answer?p={code}&lang={language}&without=whatsapp_group").text
    links = [part.partition('"')[0] for part in page.split('href="')[1:] if part.startswith(f"{frame}/")]
    with_answers = [link for link in links if "p=" in link]
    assert with_answers
    assert all("without=whatsapp_group" in link for link in with_answers)
    channel = client.get(f"{frame}/channel?p={code}&lang={language}&without=whatsapp_group&channel=whatsapp_group").text
    assert knowledge.messages[language]["left_out_by_choice"] in channel
    assert client.get(f"{frame}/answer?p={code}&without=pigeon").status_code == 404
