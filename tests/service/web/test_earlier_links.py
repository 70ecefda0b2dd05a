"""Earlier links: pages, private links and requests of a version before open, and say what became of the answers."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.app import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.earlier.before import CODES, LINK, NURSES, SECRET, in_order, today

PAGE = {"Accept": "text/html"}
KEPT = {
    "en": "It is now “Yes, others can be recognised, such as patients, clients, pupils or neighbours”.",
    "nl": "Het is nu “Ja, anderen zijn herkenbaar, zoals patiënten, cliënten, leerlingen of buren”.",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path_factory.mktemp('earlier')}/earlier.db"
    made = create_app(Settings(database_url=url, secrets=(SECRET,)))
    yield made
    made.extensions[EXTENSION].store.get().close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("path", ["/answer", "/ask"])
def test_a_link_of_before_opens_and_names_what_changed(client, path, language):
    page = client.get(f"{path}?p={NURSES.code}&lang={language}", headers=PAGE)
    assert page.status_code == 200
    assert KEPT[language] in unescape(page.text)
    # A folded line, which stands below the decision where there is one.
    assert '<details class="plain changes no-print" id="changes">' in page.text
    assert (page.text.index("</h1>") < page.text.index('id="changes"')) is (path == "/answer")


def test_a_link_of_before_in_which_nothing_changed_is_not_spoken_of(client):
    page = client.get(f"/answer?p={CODES[3].code}&lang=en", headers=PAGE)
    assert page.status_code == 200
    assert 'id="changes"' not in page.text


def test_answers_written_out_in_a_link_of_before_are_read_and_told(client):
    answers = "work_setting=ward_shift&login_tolerance=low&device_access=work_phone&sensitive_data=identifiable"
    page = client.get(f"/answer?{answers}&lang=en", headers=PAGE)
    assert page.status_code == 200
    assert KEPT["en"] in unescape(page.text)


@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_private_link_of_before_is_open_for_telling_and_names_what_changed(client, language):
    page = client.get(f"/my-report?link={LINK}&lang={language}", headers=PAGE)
    assert page.status_code == 200
    assert KEPT[language] in unescape(page.text)
    told = {"channel": "siilo", "start": "2026-01-05", "how": "counted", "invited": "40", "active": "31"}
    assert client.post(f"/my-report?link={LINK}&lang={language}", data=told, headers=PAGE).status_code == 303


def test_a_code_of_before_is_read_by_the_api_with_what_became_of_each_answer(client):
    found = client.get(f"/v1/profiles/{NURSES.code}?lang=en").json
    assert in_order(found["profile"]) == in_order(today(NURSES.answers))
    assert [(each["question"], each["was"], each["answer"]) for each in found["changes"]] == [
        ("sensitive_data", "identifiable", "identifiable_clients"),
        ("daily_tools", "slack_like", "unknown"),
    ]
    assert KEPT["en"] in found["changes"][0]["text"]
    assert "changes" not in client.get(f"/v1/profiles/{found['code']}").json


def test_a_request_with_a_code_of_before_is_answered_and_says_how_it_was_read(client):
    answer = client.post("/v1/recommendations", json={"profile": NURSES.answers}).json
    assert answer["understood"] == [
        {"pointer": "/profile/daily_tools", "question": "daily_tools", "answer": ["whatsapp", "email"]},
        {"pointer": "/profile/sensitive_data", "question": "sensitive_data", "answer": "identifiable_clients"},
    ]
    assert "whatsapp_group" in {each["id"] for each in answer["excluded"]}


def test_a_form_may_send_a_code_of_before_and_the_page_says_what_became_of_the_answers(client):
    sent = client.post("/v1/forms/html-form?lang=en", data={"code": NURSES.code})
    assert sent.status_code == 303
    assert KEPT["en"] in unescape(client.get(sent.headers["Location"], headers=PAGE).text)
