"""The other language is one press away in the middle of a step, and nothing that was filled in is lost by it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.journeys import open_form
from tests.service.web.paths import DIABEAT, FIELD

LOCALES = {"en": "en-GB", "nl": "nl-NL"}
NAMES = {"en": "English", "nl": "Nederlands"}
OTHER = {"en": "nl", "nl": "en"}


@pytest.mark.parametrize(
    ("path", "language", "javascript"),
    [("/ask", "nl", False), ("/ask", "en", False), ("/embed", "nl", False), ("/ask", "nl", True)],
    ids=["nl", "en", "in a frame", "with script"],
)
def test_ticks_that_were_not_sent_yet_stay(path: str, language: str, javascript: bool, visitor: Visitor) -> None:
    """The first step is half filled in: the answers are not a profile yet, and no code can hold them."""
    with visitor(locale=LOCALES[language], java_script_enabled=javascript) as page:
        page.goto(path)
        page.locator("input[name=work_setting][value=desk]").check()
        ticked = page.locator("input:checked").evaluate_all("all => all.map(one => one.name + '=' + one.value)")
        switch = page.get_by_role("button", name=NAMES[OTHER[language]])
        switch.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("html").get_attribute("lang") == OTHER[language]
        assert page.locator("[role=alert]").count() == 0
        again = page.locator("input:checked").evaluate_all("all => all.map(one => one.name + '=' + one.value)")
        assert again == ticked == ["work_setting=desk"]
        follow(page.get_by_role("button", name=NAMES[language]))
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("input:checked").count() == 1


def test_enter_in_an_answer_goes_on_and_stays_in_the_language(visitor: Visitor) -> None:
    with visitor(locale="nl-NL") as page:
        page.goto(f"/ask?{FIELD}&step=shared_interest&seen=work_setting.needs.login_tolerance")
        page.locator("input[name=shared_interest][value=partial]").check()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("html").get_attribute("lang") == "nl"
        assert page.locator("input[name=shared_interest]").count() == 0


def test_a_half_filled_step_in_the_other_language_has_no_barriers(visitor: Visitor) -> None:
    with visitor(width=320, locale="nl-NL") as page:
        page.goto("/ask?step=shared_interest.work_setting&shared_interest=strong")
        follow(page.get_by_role("button", name="English"))
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("step", "answers", "kept"),
    [
        ("work_setting", "", []),
        ("device_access", "&device_access=unknown&device_access=private_phone", ["unknown", "private_phone"]),
        ("crosses_organisations", "&crosses_organisations=unknown", ["unknown"]),
    ],
    ids=["emptied", "wrong", "we do not know"],
)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_step_of_known_answers_is_the_same_in_the_other_language(
    language: str, step: str, answers: str, kept: list[str], site_app: Flask
) -> None:
    client = site_app.test_client()
    sent = client.get(f"/ask?{DIABEAT}&lang={language}&step={step}&single=1{answers}&go={OTHER[language]}")
    assert sent.status_code == 303
    page = client.get(sent.headers["Location"]).get_data(as_text=True)
    assert f'<html lang="{OTHER[language]}"' in page
    ticked = [tag for tag in re.findall(r"<input [^>]+>", page) if " checked" in tag]
    assert {unescape(re.findall(r'value="([^"]+)"', tag)[0]) for tag in ticked} == set(kept)
    assert 'name="single" value="1"' in page


FORMS = {
    "transfer": (f"/transfer?{DIABEAT}&case=set-up&channel=embrace", {"#transfer-channel": "teams"}),
    "similar": (f"/similar?{DIABEAT}", {"#transfer-channel": "teams", "#transfer-case": "2diabeat"}),
    "compare": (f"/compare?{DIABEAT}&first=embrace&second=teams", {"#second": "siilo"}),
    "channel": (f"/channel?{DIABEAT}&channel=teams", {"#second": "siilo"}),
    "what-if": (f"/what-if?{DIABEAT}&channel=embrace", {"#wanted": "siilo"}),
    "in a frame": (f"/embed/transfer?{DIABEAT}&case=set-up&channel=embrace", {"#transfer-channel": "teams"}),
}


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("name", FORMS)
def test_what_was_chosen_in_another_form_stays(name: str, javascript: bool, visitor: Visitor) -> None:
    address, choices = FORMS[name]
    with visitor(locale="nl-NL", java_script_enabled=javascript) as page:
        page.goto(address)
        path = page.evaluate("location.pathname")
        for field, code in choices.items():
            page.select_option(field, code)
        follow(page.get_by_role("button", name="English"))
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.evaluate("location.pathname") == path
        assert {field: page.locator(field).input_value() for field in choices} == choices
        assert DIABEAT in page.url
        assert "go=" not in page.url


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_half_filled_report_stays_and_is_not_kept(javascript: bool, visitor: Visitor) -> None:
    with visitor(locale="nl-NL", java_script_enabled=javascript) as page:
        page.goto(f"/report-back?{DIABEAT}")
        follow(page.locator("form button"))
        open_form(page)
        page.select_option("#channel", "teams")
        page.locator("input[name=how][value=counted]").check()
        page.fill("#active", "twelve")
        page.locator("input[name=consent]").check()
        follow(page.get_by_role("button", name="English"))
        assert page.locator("html").get_attribute("lang") == "en"
        assert page.locator("[role=alert]").count() == page.locator("#told").count() == 0
        assert page.locator("#channel").input_value() == "teams"
        assert page.locator("#active").input_value() == "twelve"
        assert page.locator("input[name=how]:checked").input_value() == "counted"
        assert page.locator("input[name=consent]").is_checked()
        page.goto(page.locator("#link").input_value())
        assert page.locator("#told").count() == 0


def test_enter_in_a_report_tells_it_and_does_not_change_the_language(visitor: Visitor) -> None:
    with visitor(locale="nl-NL", expected=("status of 400",)) as page:
        page.goto(f"/report-back?{DIABEAT}")
        follow(page.locator("form button"))
        open_form(page)
        page.evaluate("document.querySelector('form.questions').noValidate = true")
        page.locator("input[name=how][value=counted]").check()
        page.fill("#active", "12")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.locator("html").get_attribute("lang") == "nl"
        assert page.locator("[role=alert]").is_visible()
        assert page.locator("#active").input_value() == "12"
