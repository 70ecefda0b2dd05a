"""Chances on pages: words first, the number on demand, and no list of what hardly anybody would use."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.advice.similar_cases import case_profile
from model.domain.knowledge import LANGUAGES
from model.scoring.advisor import Recommendation
from service.components import EXTENSION
from service.web.chances import chance_word
from tests.service.web.paths import DIABEAT, code_of
from tests.service.web.written import as_written

SCALE = {
    "en": ("very likely", "likely", "perhaps", "probably not", "almost certainly not"),
    "nl": ("heel waarschijnlijk", "waarschijnlijk", "misschien", "waarschijnlijk niet", "bijna zeker niet"),
}


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def recommendation_for(app: Flask, case: str) -> Recommendation:
    parts = app.extensions[EXTENSION]
    found: Recommendation = parts.champion.current.advisor.recommend(
        case_profile(parts.knowledge.case(case), parts.knowledge)
    )
    return found


@pytest.mark.parametrize(
    ("chance", "place"),
    [(1, 0), (0.746, 0), (0.744, 1), (0.55, 1), (0.54, 2), (0.40, 2), (0.39, 3), (0.20, 3), (0.19, 4), (0, 4)],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_goes_with_the_percents_that_are_shown(language: str, chance: float, place: int) -> None:
    assert chance_word(chance, language) == SCALE[language][place]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scale_is_explained_where_the_words_stand(language: str, client: FlaskClient) -> None:
    for path, place in (("/answer", "picture"), ("/channels", "ranking")):
        page = unescape(client.get(f"{path}?{DIABEAT}&lang={language}").get_data(as_text=True))
        scale = page.partition(f'id="{place}"')[2].partition("</details>")[0].lower()
        for word in SCALE[language]:
            assert word in scale
        for percents in ("75%", "55%", "74%", "40%", "54%", "20%", "39%"):
            assert percents in scale


def test_the_number_is_behind_the_word(client: FlaskClient, site_app: Flask) -> None:
    page = unescape(client.get(f"/answer?{DIABEAT}&lang=en").get_data(as_text=True))
    cards = re.findall(r'<li class="card">(.*?)</li>', page, re.DOTALL)
    assert cards
    chances = {
        ranked.assessment.channel.name["en"]: f"{ranked.assessment.probability:.0%}"
        for ranked in recommendation_for(site_app, "2diabeat").channels
    }
    for card in cards:
        name = re.findall(r"<h3[^>]*>([^<]+)<", card)[0]
        assert "%" not in re.sub(r"</summary>.*?</details>", "", card, flags=re.DOTALL)
        assert f"it is {chances[name]} (" in card
    ranking = unescape(client.get(f"/channels?{DIABEAT}&lang=en").get_data(as_text=True))
    summaries = re.findall(r"<summary><span class=\"rank\">.*?</summary>", ranking, re.DOTALL)
    assert summaries
    for summary in summaries:
        assert "%" not in re.sub(r"<[^>]+>", "", summary)


@pytest.mark.parametrize("language", LANGUAGES)
def test_channels_that_hardly_anybody_would_use_are_named_and_not_listed(
    language: str, client: FlaskClient, site_app: Flask
) -> None:
    page = client.get(f"/channels?{DIABEAT}&lang={language}").get_data(as_text=True)
    ranked = recommendation_for(site_app, "2diabeat").channels
    chances = {each.assessment.channel.id: each.assessment.probability for each in ranked}
    hardly = {channel for channel, chance in chances.items() if chance < 0.05}
    assert hardly
    assert set(re.findall(r'<li class="row" id="c-(\w+)">', page)) == set(chances) - hardly
    for channel in hardly:
        assert f"&amp;channel={channel}" in page


def test_of_two_channels_the_one_that_ranks_first_is_said_to_fit_better(client: FlaskClient, site_app: Flask) -> None:
    """Also where the other one has the higher chance: order looks at fit and care too."""
    channels = [each.assessment for each in recommendation_for(site_app, "set-up").channels]
    first, second = next((better, worse) for better, worse in pairwise(channels) if better.log_odds < worse.log_odds)
    for one, other in ((first, second), (second, first)):
        address = f"/compare?p={code_of('set-up')}&first={one.channel.id}&second={other.channel.id}&lang=en"
        page = as_written(unescape(client.get(address).get_data(as_text=True)))
        assert f"{first.channel.name['en']} fits better than {second.channel.name['en']}." in page
