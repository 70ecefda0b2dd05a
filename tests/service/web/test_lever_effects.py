"""What a team can change: at most three steps, each better than now, the largest effect first, and right when tried."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.domain.knowledge import LANGUAGES
from tests.packaged import KNOWLEDGE
from tests.service.web.paths import EVERYTHING_SAID

TRYING = {"en": "You are testing a change:", "nl": "U probeert een verandering:"}


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def cards_of(client: FlaskClient, answers: str, language: str) -> list[str]:
    page = client.get(f"/what-if?{answers}&lang={language}").get_data(as_text=True)
    steps = page.partition('id="levers"')[2].partition("</section>")[0]
    return re.findall(r'<li class="card">(.*?)</li>', steps, re.DOTALL)


def test_channels_that_are_left_out_stay_out_of_what_a_change_brings(client: FlaskClient) -> None:
    whatsapp = KNOWLEDGE.channel("whatsapp_group").name["en"]
    [with_it, without] = [
        [re.findall(r"<b>([^<]+)</b>", card) for card in cards_of(client, f"{EVERYTHING_SAID}{more}", "en")]
        for more in ("", "&without=whatsapp_group")
    ]
    assert any(whatsapp in names for names in with_it)
    assert without
    assert not any(whatsapp in names for names in without)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_largest_effects_come_first_and_are_what_a_try_shows(language: str, client: FlaskClient) -> None:
    """Five things stand in the way of this community. Two of them are privacy, which also opens other channels."""
    cards = cards_of(client, EVERYTHING_SAID, language)
    assert len(cards) == 3
    first = KNOWLEDGE.questionnaire["sensitive_data"]
    assert first.lever is not None
    assert first.label[language] in unescape(cards[0])
    assert first.lever.action[language] in unescape(cards[0])
    for card, left in zip(cards, ("3", "4", "4"), strict=True):
        now, then = re.findall(r"<dd>(.*?)</dd>", card, re.DOTALL)
        assert now != then
        assert re.findall(r"\d", now) == ["5"]
        assert re.findall(r"\d", then) == [left]
        link = unescape(re.findall(r'href="([^"]+)"', card)[0])
        page = unescape(client.get(link).get_data(as_text=True))
        assert TRYING[language] in page
        advised = re.findall(r'<li class="card"><h3[^>]*>([^<]+)<', page)
        assert [unescape(name) for name in re.findall(r"<b>([^<]+)</b>", then)] == advised


def test_what_makes_nothing_better_is_not_named(client: FlaskClient) -> None:
    """All is arranged here; more budget or devices would change nothing."""
    arranged = (
        EVERYTHING_SAID.replace("identifiable", "none")
        .replace("facilitation_capacity=none", "facilitation_capacity=h2_8")
        .replace("needs_evidence=assumed", "needs_evidence=asked_members")
        .replace("core_group=none", "core_group=active")
    )
    for card in cards_of(client, arranged, "en"):
        now, then = re.findall(r"<dd>(.*?)</dd>", card, re.DOTALL)
        assert now != then
    labels = " ".join(cards_of(client, arranged, "en"))
    assert KNOWLEDGE.questionnaire["core_group"].label["en"] not in labels
