"""Links as forms and mail programs make them are taken, and what is not taken is named."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from tests.service.web.paths import code_of

REQUIRED = "work_setting=desk&device_access=tablet&login_tolerance=low"
TWO = ["file_sharing", "quick_contact"]


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def advised(client: FlaskClient, query: str) -> dict[str, object]:
    answer = client.get(f"/answer.json?{query}").get_json()
    profile: dict[str, object] = client.get(f"/v1/profiles/{answer['code']}").get_json()["profile"]
    return profile


@pytest.mark.parametrize(
    "spelling",
    [
        "needs=file_sharing&needs=quick_contact",
        "needs=file_sharing,quick_contact",
        "needs=file_sharing%2C+quick_contact",
        "needs=file_sharing;quick_contact",
        "needs=file_sharing%7Cquick_contact",
        "needs=file_sharing%0D%0Aquick_contact",
        "needs=file_sharing+quick_contact",
        "needs[]=file_sharing&needs[]=quick_contact",
        "needs%5B%5D=file_sharing&needs%5B%5D=quick_contact",
        "needs[1]=quick_contact&needs[0]=file_sharing",
        "amp;needs=file_sharing,quick_contact",
        "amp;amp;needs[]=file_sharing&amp;needs[]=quick_contact",
        "Needs=File_Sharing,QUICK_CONTACT",
        "+needs+=file_sharing,quick_contact",
        "needs=Bestanden+delen+en+op+%C3%A9%C3%A9n+plek+bewaren,+quick_contact",
    ],
)
def test_a_question_is_taken_however_its_name_is_spelled(client: FlaskClient, spelling: str):
    assert advised(client, f"{REQUIRED}&{spelling}")["needs"] == TWO
    page = client.get(f"/answer?{REQUIRED}&{spelling}")
    assert page.status_code == 200
    assert "Ignored-Parameters" not in page.headers
    assert 'id="ignored"' not in page.text


def test_a_link_that_was_encoded_once_too_often_keeps_its_language(client: FlaskClient):
    page = client.get(f"/answer?{REQUIRED.replace('&', '&amp;')}&amp;lang=nl")
    assert (page.status_code, page.headers["Content-Language"]) == (200, "nl")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "question"), [("need", "needs"), ("Budgett", "budget"), ("profile[needs]", "needs"), ("rhytm", "rhythm")]
)
def test_what_looks_like_a_question_and_is_none_is_named(client: FlaskClient, name: str, question: str, language: str):
    for path in ("/answer", "/embed/answer", "/ask", "/what-if"):
        page = client.get(f"{path}?{REQUIRED}&{name}=none&lang={language}")
        assert page.headers["Ignored-Parameters"] == name
        words = {"en": f"Is “{question}” meant?", "nl": f"Is “{question}” bedoeld?"}[language]
        assert f"“{name}”" in page.text, path
        assert words in page.text, path


def test_it_is_still_named_on_the_questions_that_a_link_leads_on_to(client: FlaskClient):
    page = client.get("/answer?work_seting=desk&lang=en", follow_redirects=True)
    assert page.request.path == "/ask"
    assert "“work_seting”" in page.text
    assert page.headers["Ignored-Parameters"] == "work_seting"


@pytest.mark.parametrize(
    "query", ["utm_source=mail", "fbclid=1", "channel=embrace", "x=1", "", f"p={code_of('set-up')}"]
)
def test_what_has_nothing_to_do_with_questions_is_no_matter(client: FlaskClient, query: str):
    page = client.get(f"/answer?{REQUIRED}&{query}")
    assert page.status_code == 200
    assert "Ignored-Parameters" not in page.headers


def test_nobody_can_write_a_message_on_the_page_with_a_link(client: FlaskClient):
    for name in ("Call 0900 needs", "<b>needs</b>", "needs\r\nX-Evil: 1", "n" * 60 + ".needs", "needs%00"):
        page = client.get("/answer", query_string={"ignored": name, name: "x", "lang": "en"}, follow_redirects=True)
        assert "0900" not in page.text
        assert "<b>needs" not in page.text
        assert "X-Evil" not in page.headers
        assert "nnnnnnnnnnnn" not in page.text


def test_two_answers_to_a_question_that_takes_one_are_asked_again(client: FlaskClient):
    page = client.get(f"/answer?{REQUIRED}&rhythm=daily&rhythm=weekly&lang=en")
    assert page.status_code == 400
    assert "This is not one of the possible answers. Please choose again." in page.text
