"""Failures as a page: what happened, in the reader's language, and a way on that works."""

from __future__ import annotations

import re
from html import unescape

import pytest

from model.domain.knowledge import LANGUAGES
from service.app import create_app
from service.settings import Limit, Settings
from tests.service.web.paths import DIABEAT

HTML = {"Accept": "text/html"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/answer?p=ABC", 400, {"en": "We cannot read this address", "nl": "Wij kunnen dit adres niet lezen"}),
        ("/nothing", 404, {"en": "This page does not exist", "nl": "Deze pagina bestaat niet"}),
        (f"/breaks?{DIABEAT}", 500, {"en": "Something went wrong here", "nl": "Hier ging iets mis"}),
    ],
)
def test_a_failure_says_what_happened_and_leads_on(
    path: str, status: int, words: dict[str, str], language: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(Settings())

    def breaks() -> str:
        raise RuntimeError("secret of the house")

    app.add_url_rule("/breaks", view_func=breaks)
    client = app.test_client()
    response = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", headers=HTML)
    assert response.status_code == status
    page = unescape(response.get_data(as_text=True))
    assert words[language] in re.findall(r"<h1[^>]*>([^<]+)</h1>", page)
    assert "secret of the house" not in page
    ways = re.findall(r'<a class="nl-button[^"]*" href="([^"]+)"', page)
    assert ways
    assert [client.get(way, headers=HTML).status_code for way in ways] == [200] * len(ways)
    assert any(DIABEAT in way for way in ways) is (DIABEAT in path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_asks_too_often_reads_when_to_try_again(language: str) -> None:
    client = create_app(Settings(limits={"telling": Limit(1, 1)})).test_client()
    answers = [client.post(f"/report-back?{DIABEAT}&lang={language}", headers=HTML) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 429]
    page = unescape(answers[1].get_data(as_text=True))
    assert {"en": "Wait a few minutes", "nl": "Wacht een paar minuten"}[language] in page
    assert DIABEAT in re.findall(r'<a class="nl-button[^"]*" href="([^"]+)"', page)[0]
