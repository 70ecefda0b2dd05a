"""Check your answers: all of them, what does not agree, and what a change did to the advice, in both languages."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from tests.packaged import KNOWLEDGE
from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.paths import DIABEAT, EVERYTHING_SAID, PATHS
from tests.service.web.written import as_written

CHANGED = {"en": "You changed:", "nl": "U wijzigde:"}
TRYING = {"en": "You are testing a change:", "nl": "U probeert een verandering:"}


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def text_of(client: FlaskClient, address: str) -> str:
    return unescape(client.get(address, follow_redirects=True).get_data(as_text=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_stands_there_once_with_one_way_to_change_it(language: str, client: FlaskClient) -> None:
    page = text_of(client, f"/check?{EVERYTHING_SAID}&lang={language}")
    labels = re.findall(r"<dt>([^<]+)</dt>", page)
    asked = [question for question in KNOWLEDGE.questionnaire if not question.follows]
    assert sorted(labels) == sorted(question.label[language] for question in asked)
    steps = re.findall(r"step=([\w.]+)&single=1", page)
    assert sorted(step.split(".")[0] for step in steps) == sorted(question.id for question in asked)
    assert "copied_from.copied_channel" in steps


@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_that_cannot_both_be_true_are_marked(language: str, client: FlaskClient) -> None:
    told = KNOWLEDGE.rule_by_id["answers-everyone-and-some"].text[language]
    page = text_of(client, f"{PATHS['check'].address}&lang={language}")
    label = KNOWLEDGE.questionnaire["it_policy"].label[language]
    assert [as_written(words) for words in re.findall(r'class="contradiction".*?<dd>([^<]+)', page)] == [told]
    assert re.findall(r"<dt>([^<]+)</dt>", page.partition('class="contradiction"')[0])[-1] == label
    assert "contradiction" not in text_of(client, f"/check?{EVERYTHING_SAID}&lang={language}")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_change_says_what_it_did_and_can_be_undone(javascript: bool, visitor: Visitor) -> None:
    with visitor(java_script_enabled=javascript) as page:
        page.goto(f"/check?{DIABEAT}&lang=en")
        change = page.locator('a[href*="step=daily_tools&"]')
        follow(change)
        follow(page.get_by_role("link", name="Cancel"))
        assert page.locator(".tried").count() == 0
        follow(change)
        page.locator("input[value=whatsapp]").uncheck()
        page.locator("input[value=email]").check()
        follow(page.get_by_role("button", name="Save"))
        told = page.locator(".tried").inner_text()
        assert told.startswith(CHANGED["en"])
        assert "The advice becomes: Microsoft Teams (it was: WhatsApp group, Microsoft Teams)." in told
        follow(page.get_by_role("link", name="Nederlands"))
        assert page.locator(".tried").inner_text().startswith(CHANGED["nl"])
        follow(page.get_by_role("link", name="Maak dit ongedaan"))
        assert page.locator(".tried").count() == 0
        assert "WhatsApp" in page.locator(".answers").nth(1).inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_try_is_still_a_try_in_the_other_language_and_in_the_link(language: str, client: FlaskClient) -> None:
    other = next(each for each in LANGUAGES if each != language)
    page = client.get(f"{PATHS['try'].address}&lang={language}").get_data(as_text=True)
    switch = unescape(re.findall(rf'href="([^"]+)" lang="{other}"', page)[0])
    assert TRYING[other] in text_of(client, switch)
    shared = unescape(re.findall(r'id="link" value="([^"]+)"', page)[0])
    assert TRYING[language] in text_of(client, shared)
    back = unescape(re.findall(r'class="utrecht-alert[^>]*tried.*?href="([^"]+)"', page, re.DOTALL)[0])
    assert TRYING[language] not in text_of(client, back)


def test_what_no_code_is_cannot_be_compared_with(client: FlaskClient) -> None:
    response = client.get(f"/answer?{DIABEAT}&was=ABC", headers={"Accept": "text/html"})
    assert response.status_code == 400
