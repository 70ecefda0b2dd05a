"""What the pages say that chances rest on: rules, documented communities, and records."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from model.domain.knowledge import LANGUAGES
from service.components import EXTENSION
from tests.service.web.paths import DIABEAT


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def text_of(client: FlaskClient, address: str) -> str:
    return unescape(client.get(address).get_data(as_text=True))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/about?lang=en", "The chances rest on expert rules and {} documented communities."),
        ("/about?lang=nl", "De kansen steunen op regels van experts en {} beschreven community's."),
        (f"/answer?{DIABEAT}&lang=en", "Based on expert rules and {} documented communities."),
        (f"/answer?{DIABEAT}&lang=nl", "Gebaseerd op regels van experts en {} beschreven community's."),
    ],
)
def test_documented_communities_are_counted_beside_the_rules(
    address: str, sentence: str, client: FlaskClient, site_app: Flask
) -> None:
    documented = site_app.extensions[EXTENSION].champion.current.advisor.artifact.basis.documented
    assert documented > 400
    assert sentence.format(documented) in text_of(client, address)


def test_what_was_learned_from_records_is_told_beside_them(staff: tuple[str, str], browser: Browser) -> None:
    origin, _ = staff
    page = browser.new_page(base_url=origin)
    page.goto("/about?lang=en")
    said = page.locator("section:has(#grades)").inner_text()
    page.close()
    assert re.search(r"rest on expert rules.* and \d+ outcome records of \d+ communities\.", said)
    assert "no reports about real use of your own" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_learned_is_no_opinion_and_care_is_told(language: str, client: FlaskClient, site_app: Flask) -> None:
    """A learned reason says what it rests on; that few have told about a channel is said in words."""
    messages = site_app.extensions[EXTENSION].knowledge.messages[language]
    page = text_of(client, f"/channel?{DIABEAT}&channel=teams&lang={language}")
    reasons = re.findall(r"<li><i[^>]*>([+−]+)</i>(.*?)</li>", page, re.DOTALL)
    grade = {"en": "what communities told", "nl": "wat community's vertelden"}[language]
    [(sign, learned)] = [each for each in reasons if messages["records_worse"] in each[1]]
    assert sign.startswith("−")
    assert grade in learned
    assert 'class="opinion"' not in learned
    [(sign, care)] = [each for each in reasons if messages["records_few"] in each[1]]
    assert sign.startswith("−")
    assert grade not in care
