"""The three stories, from the first question to the printed answer, in both languages, with and without JavaScript."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import product

import pytest
from flask import Flask
from playwright.sync_api import Page

from model.domain.cases import Case
from model.domain.knowledge import LANGUAGES
from model.domain.questions import UNKNOWN
from service.components import EXTENSION
from tests.drills import size
from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.journeys import tell
from tests.service.web.paths import DIABEAT, EVERYTHING_SAID
from tests.service.web.written import as_written

STORIES = ("set-up", "2diabeat", "better-in-better-out")
WAYS = list(product(STORIES, LANGUAGES, ("script", "no script")))
"""A story, the language of the reader, and whether the browser runs scripts."""
# Each story, each language with scripts and without.
SHORT = [WAYS[0], WAYS[3], WAYS[5], WAYS[6], WAYS[11]]


@pytest.mark.parametrize(("story", "language", "scripts"), size(SHORT, WAYS))
def test_story_from_first_question_to_print(
    story: str, language: str, scripts: str, visitor: Visitor, site_app: Flask
) -> None:
    parts = site_app.extensions[EXTENSION]
    case = parts.knowledge.case(story)
    locale = {"en": "en-GB", "nl": "nl-NL"}[language]
    with visitor(locale=locale, java_script_enabled=scripts == "script") as page:
        page.goto("/")
        assert page.locator("html").get_attribute("lang") == language
        follow(page.locator("a.nl-button--primary"))
        steps = 0
        while "/check" not in page.url:
            answer_step(page, case)
            follow(page.locator(".actions button[name=go]").first)
            steps += 1
            assert steps <= 10, page.url
        assert steps > 3
        assert page.locator(".answers dt").count() >= 18
        follow(page.locator(".check-actions a").first)
        recommendation = parts.champion.current.advisor.recommend(parts.gate.load(dict(case.profile)))
        verdict = parts.knowledge.messages[language][recommendation.readiness.wording]
        heading = page.locator("h1")
        overview = parts.champion.current.advice.overview(recommendation)
        # The verdict is one short sentence; what to do and what comes then name all that is advised.
        said = heading.locator(".verdict-word").inner_text()
        assert said == verdict.partition(". ")[0].rstrip(".") + "."
        told = as_written(
            " ".join([heading.locator(".in-short").inner_text(), *page.locator(".then").all_inner_texts()])
        )
        start = [channel.in_sentence[language] in told for channel in overview.bundle.channels]
        assert any(start) is all(start) is (story != "better-in-better-out")
        stop = {"en": "Do not launch yet.", "nl": "Begin nog niet."}[language]
        assert (said == stop) is (story == "better-in-better-out")
        names = [as_written(name) for name in page.locator(".bundle .card h3").all_inner_texts()]
        assert names == [channel.name[language] for channel in overview.bundle.channels]
        assert page.locator(".next-steps > li").count() in (2, 3)
        assert page.locator(".headline .who").first.is_visible()
        assert printed_pages(page) <= 2
        follow(page.locator("#picture ~ p a").last)
        first = recommendation.channels[0].assessment.channel
        assert page.locator(f"#c-{first.id} .rank").inner_text() == "1"


def test_the_longest_answer_still_prints_on_two_pages(visitor: Visitor) -> None:
    with visitor(width=1280) as page:
        for language in LANGUAGES:
            page.goto(f"/answer?{EVERYTHING_SAID}&lang={language}")
            assert page.locator(".next-steps .who").count() == 6
            assert printed_pages(page) <= 2


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_team_comes_back_and_tells_how_it_went(
    language: str, javascript: bool, visitor: Visitor, site_app: Flask
) -> None:
    knowledge = site_app.extensions[EXTENSION].knowledge
    names = {code: knowledge.channel(code).name[language] for code in ("whatsapp_group", "teams")}
    locale = {"en": "en-GB", "nl": "nl-NL"}[language]
    with visitor(locale=locale, java_script_enabled=javascript) as page:
        page.goto(f"/answer?{DIABEAT}")
        follow(page.locator("a[href^='/report-back']"))
        follow(page.locator("form button"))
        link = page.locator("#link").input_value()
    # Weeks later, in another browser.
    with visitor(locale=locale, java_script_enabled=javascript, expected=("status of 400",)) as page:
        page.goto(link)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("#told").count() == 0
        tell(page, "teams", start=str(date.today() - timedelta(weeks=3)), active=3, invited=46)
        assert page.locator("#e-start").is_visible()
        assert page.locator("#active").input_value() == "3"
        page.fill("#start", "2026-02-02")
        follow(page.locator("form.questions button"))
        assert page.locator("[role=status]").first.is_visible()
        tell(page, "whatsapp_group", start="2026-03-02", active=40, invited=46, consent=True)
        cards = page.locator("#told ~ .cases .card")
        assert [as_written(each) for each in cards.locator("h3").all_inner_texts()] == [
            names["teams"],
            names["whatsapp_group"],
        ]
        assert "40" in cards.nth(1).inner_text()
        follow(cards.nth(0).locator("a").first)
        page.check("input[name=how][value=no]")
        if not javascript:
            page.fill("#active", "")
            page.fill("#invited", "")
        page.select_option("select[name=reason]", "one_login_too_many")
        follow(page.locator("form.questions button"))
        reason = knowledge.messages[language]["not_used_one_login_too_many"]
        assert reason in cards.nth(0).inner_text()
        assert printed_pages(page) == 1
        follow(cards.nth(1).locator("a").nth(1))
        follow(page.locator("form.remove button"))
        assert cards.locator("h3").all_inner_texts() == [names["teams"]]


def answer_step(page: Page, case: Case) -> None:
    """Fill in one screen with what is known of a case."""
    for question in page.locator("fieldset.question").evaluate_all("all => all.map(one => one.id.slice(2))"):
        answer = case.profile.get(question, UNKNOWN)
        codes = [answer] if isinstance(answer, str) else answer
        field = page.locator(f"#q-{question}")
        if not field.is_visible():
            continue
        if field.locator("select:visible").count():
            for place, code in enumerate(codes):
                if code != UNKNOWN or field.locator("select option[value=unknown]").count():
                    field.locator("select").nth(place).select_option(code)
        else:
            for code in codes:
                field.locator(f"input[value={code}]").check()


def printed_pages(page: Page) -> int:
    """How many sheets of A4 the answer takes."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))
