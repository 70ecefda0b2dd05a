"""The page of similar communities with own records on it: what is told, what is not, and how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser

from model.domain.knowledge import LANGUAGES, Knowledge
from model.storage.engine import Store
from model.storage.outcomes import keep
from service.app import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.records import Maker
from tests.service.web.browser import follow, serving
from tests.service.web.paths import DIABEAT, FIELD
from tests.service.web.test_accessibility import EVERYTHING

SIMILAR = f"/similar?{DIABEAT}"
SECRETS = ("SECRET-NAME", "secret words", "secret form", "tester")
HEADINGS = {"en": "What other teams told us", "nl": "Wat andere teams ons vertelden"}
LABELS = {"en": "Own record, not a study", "nl": "Eigen praktijkgegeven, geen onderzoek"}


def records(knowledge: Knowledge) -> list[dict[str, object]]:
    """Three records that may be shown, of which one failed, and one that may not: about the first of each kind."""
    profile = dict(knowledge.case("2diabeat").profile)
    desk = {
        **profile,
        "work_setting": ["desk"],
        "login_tolerance": "high",
        "device_access": ["own_work_computer", "private_phone"],
    }
    secret = {"community": SECRETS[0], "note": SECRETS[1], "source": SECRETS[2], "channel": "whatsapp_group"}
    return [
        {**secret, "id": "1", "profile": profile, "active": 31, "consent": True},
        {**secret, "id": "2", "profile": desk, "active": 2, "reason": "one_login_too_many", "consent": True},
        {**secret, "id": "3", "profile": profile, "channel": "zoom_webinar", "invited": None, "active": None,
         "used": True, "consent": True},
        {**secret, "id": "4", "profile": profile, "active": 17, "consent": False},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, knowledge: Knowledge) -> Flask:
    """An application that has looked at a store with records."""
    return with_records(tmp_path_factory.mktemp("store"), knowledge)


def with_records(folder: Path, knowledge: Knowledge) -> Flask:
    url = f"sqlite:///{folder / 'platform-fit.db'}"
    maker, store = Maker(knowledge), Store.open(url)
    with store.writing() as connection:
        keep(connection, [maker.prepared(**each) for each in records(knowledge)])
    store.close()
    app = create_app(Settings(database_url=url))
    app.extensions[EXTENSION].watch.look()
    return app


@pytest.fixture(scope="module")
def origin(told: Flask) -> Iterator[str]:
    with serving(told) as running:
        yield running


@pytest.mark.parametrize("language", LANGUAGES)
def test_own_records_stand_below_the_cases_without_whose_they_are(told: Flask, language: str) -> None:
    page = told.test_client().get(f"{SIMILAR}&lang={language}").get_data(as_text=True)
    assert page.count(LABELS[language]) == 3
    assert HEADINGS[language] in page
    assert page.index('<ol class="cases">') < page.index(HEADINGS[language])
    for sentence in {
        "en": ("31 of 46 members were active in week 8. Started in 2026.", "Why not: One more login was too much.",
               "It was used in week 8; nobody counted."),
        "nl": ("31 van de 46 leden waren actief in week 8. Begonnen in 2026.", "Waarom niet: Nog een keer inloggen was "
               "te veel.", "Het werd in week 8 gebruikt; niemand heeft geteld."),
    }[language]:  # fmt: skip
        assert sentence in page
    assert "17 " not in page.partition(HEADINGS[language])[2].partition("</ol>")[0]
    assert not [secret for secret in SECRETS if secret in page]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_says_how_many_there_are(told: Flask, language: str) -> None:
    """The one that may not be shown counts too."""
    page = told.test_client().get(f"/answer?{DIABEAT}&lang={language}").get_data(as_text=True)
    said = {"en": "from communities like yours: 3;", "nl": "van community&#39;s zoals die van u: 3;"}[language]
    assert said in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_records_nothing_is_said_of_them(site_app: Flask, language: str) -> None:
    page = site_app.test_client().get(f"{SIMILAR}&lang={language}").get_data(as_text=True)
    assert HEADINGS[language] not in page
    assert LABELS[language] not in page


def test_few_answers_get_own_records_too(told: Flask) -> None:
    assert told.test_client().get(f"/similar?{FIELD}&lang=en").status_code == 200


@pytest.mark.parametrize(("width", "language"), [(320, "nl"), (390, "en"), (1280, "nl")])
def test_the_page_fits_and_axe_finds_nothing(browser: Browser, origin: str, width: int, language: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 844}, base_url=origin)
    page = context.new_page()
    page.goto(f"{SIMILAR}&lang={language}")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=EVERYTHING)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_the_answer_page_leads_to_them(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=origin)
    page = context.new_page()
    page.goto(f"/answer?{DIABEAT}&lang=en")
    follow(page.locator("#onward ~ ul a").first)
    assert page.get_by_text(HEADINGS["en"]).is_visible()
    assert page.get_by_text(LABELS["en"]).count() == 3
    context.close()
