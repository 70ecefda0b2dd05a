"""What happened elsewhere: the counts are those of the evidence, and every use has its source and its caveat."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from model.domain.evidence import DocumentedOutcome
from model.domain.knowledge import LANGUAGES
from tests.packaged import KNOWLEDGE
from tests.service.web.conftest import Visitor
from tests.service.web.paths import DIABEAT
from tests.service.web.written import as_written

NUMBERS = {
    "en": re.compile(r"(\d+) used, (\d+) in part, (\d+) not"),
    "nl": re.compile(r"(\d+) gebruikt, (\d+) deels, (\d+) niet"),
}


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def text_of(client: FlaskClient, address: str) -> str:
    return as_written(unescape(client.get(address).get_data(as_text=True)))


def counts(outcomes: list[DocumentedOutcome]) -> tuple[str, str, str]:
    results = [each.result for each in outcomes]
    stopped = results.count("not_used") + results.count("abandoned")
    return str(results.count("used")), str(results.count("partly")), str(stopped)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_channel_has_its_counts_and_leads_to_its_uses(language: str, client: FlaskClient) -> None:
    page = text_of(client, f"/elsewhere?lang={language}")
    assert f" {len(KNOWLEDGE.evidence)} community" in page or f" {len(KNOWLEDGE.evidence)} communities" in page
    rows = re.findall(r"channel=(\w+)\">.*?<small>(.*?)</small>", page, re.DOTALL)
    documented = {outcome.channel for community in KNOWLEDGE.evidence for outcome in community.outcomes}
    assert {channel for channel, _ in rows} == documented
    for channel, told in rows:
        outcomes = [each for community in KNOWLEDGE.evidence for each in community.outcomes if each.channel == channel]
        assert NUMBERS[language].findall(told) == [counts(outcomes)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", ["embrace", "mattermost"])
def test_every_use_is_told_with_its_source_and_caveat(channel: str, language: str, client: FlaskClient) -> None:
    page = text_of(client, f"/elsewhere?{DIABEAT}&channel={channel}&lang={language}")
    tried = [each for each in KNOWLEDGE.evidence if any(outcome.channel == channel for outcome in each.outcomes)]
    assert set(re.findall(r'id="e-([\w-]+)"', page)) == {each.id for each in tried}
    for each in tried:
        assert each.source.title in page
        assert each.case or each.caveat in page
    settings = page.partition('id="settings"')[2].partition("</section>")[0]
    at_desk = [
        outcome
        for each in tried
        for outcome in each.outcomes
        if outcome.channel == channel and "desk" in each.profile.get("work_setting", ())
    ]
    assert NUMBERS[language].findall(settings)[0] == counts(at_desk)


def test_it_is_short_on_a_phone_and_the_rest_is_in_folds(visitor: Visitor) -> None:
    """Counts and picture first, then a few communities; no script is needed for the others."""
    with visitor(java_script_enabled=False) as page:
        for address in ("/elsewhere?", "/elsewhere?channel=zoom_webinar", f"/elsewhere?{DIABEAT}&channel=embrace"):
            for language in LANGUAGES:
                page.goto(f"{address}&lang={language}")
                assert page.evaluate("document.documentElement.scrollHeight") < 4 * 844, address
                assert page.locator(".split").first.evaluate("one => one.getBoundingClientRect().top") < 844 / 2
        page.goto("/elsewhere?channel=zoom_webinar&lang=en")
        entries = page.locator(".entries > li")
        assert sum(each.is_visible() for each in entries.all()) == 2
        page.locator(".more-entries > summary").first.click()
        assert sum(each.is_visible() for each in entries.all()) > 20


def test_a_link_into_a_fold_opens_it(visitor: Visitor) -> None:
    """A footnote leads to its source, also where that is folded."""
    folded = list(KNOWLEDGE.sources)[50]
    for javascript in (True, False):
        with visitor(java_script_enabled=javascript) as page:
            page.goto(f"/about?lang=nl#{folded}")
            assert page.locator(f'[id="{folded}"]').is_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_click_from_a_channel_and_from_the_answer(language: str, client: FlaskClient) -> None:
    for path in (f"/channel?{DIABEAT}&channel=embrace", f"/embed/channel?{DIABEAT}&channel=embrace"):
        page = text_of(client, f"{path}&lang={language}")
        link = re.findall(r'href="([^"]*/elsewhere\?[^"]+)"', page)[0]
        assert DIABEAT in link
        assert "channel=embrace" in link
        assert client.get(link).status_code == 200
    assert f"/elsewhere?{DIABEAT}" in text_of(client, f"/answer?{DIABEAT}&lang={language}")


def test_where_nothing_is_written_that_is_said(client: FlaskClient) -> None:
    documented = {outcome.channel for community in KNOWLEDGE.evidence for outcome in community.outcomes}
    for channel in KNOWLEDGE.channels:
        page = text_of(client, f"/elsewhere?channel={channel.id}&lang=en")
        assert ("Nobody wrote about a community" in page) is (channel.id not in documented)
    assert client.get("/elsewhere?channel=nothing", headers={"Accept": "text/html"}).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_channel_and_a_comparison_say_words_first(language: str, client: FlaskClient) -> None:
    """Percents only stand in folds."""
    for path in (f"/channel?{DIABEAT}&channel=embrace", f"/compare?{DIABEAT}&first=embrace&second=whatsapp_group"):
        page = text_of(client, f"{path}&lang={language}")
        assert re.search(r"\d%", page)
        chance = page.partition('id="main"')[2].partition("<h2" if "/channel?" in path else 'rowgroup">')[0]
        shown = re.sub(r"</summary>.*?</details>|<svg.*?</svg>", "", chance, flags=re.DOTALL)
        assert not re.search(r"\d%", shown)
