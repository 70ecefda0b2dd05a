"""Pages that no address leads to: how a visitor gets there with a key or a private link."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.service.web.browser import follow
from tests.service.web.paths import DIABEAT

Journey = Callable[[Page, str], None]
"""Brings a visitor with this key to a page."""


def _make_link(page: Page, key: str) -> None:
    page.goto(f"/report-back?{DIABEAT}")
    follow(page.locator("form button"))


def _mistakes(page: Page, key: str) -> None:
    _make_link(page, key)
    # As a browser without these checks, or somebody's own program, would send it.
    page.evaluate("document.querySelector('form.questions').noValidate = true")
    open_form(page)
    page.fill("#start", "2020-02-01")
    page.check("input[value=counted]")
    page.fill("#active", "12")
    follow(page.locator("form.questions button"))


def _tell(page: Page, key: str) -> None:
    _make_link(page, key)
    tell(page, "whatsapp_group", start="2026-02-02", active=19, invited=24)
    tell(page, "teams", start="2026-03-02", reason="one_login_too_many", consent=True)


def open_form(page: Page) -> None:
    """Unfold the form, which is not needed before eight weeks have passed."""
    fold = page.locator(".fold-form:not([open]) > summary")
    if fold.count():
        fold.click()


def tell(
    page: Page,
    channel: str,
    *,
    start: str,
    active: int | None = None,
    invited: int | None = None,
    reason: str = "",
    consent: bool = False,
) -> None:
    """Fill in the form and send it: counted when numbers are given, and otherwise not used."""
    open_form(page)
    page.select_option("#channel", channel)
    page.fill("#start", start)
    page.check(f"input[name=how][value={'no' if active is None else 'counted'}]")
    if active is not None:
        page.fill("#active", str(active))
        page.fill("#invited", str(invited))
    if reason:
        page.select_option("select[name=reason]", reason)
    if consent:
        page.check("input[name=consent]")
    follow(page.locator("form.questions button"))


def _change(page: Page, key: str) -> None:
    _tell(page, key)
    follow(page.locator("#told ~ .cases a").nth(2))


def _remove(page: Page, key: str) -> None:
    _tell(page, key)
    follow(page.locator("#told ~ .cases a").nth(1))


def _live(page: Page, key: str) -> None:
    page.goto("/data-staff")
    page.fill("#key", key)
    follow(page.locator("button[value=live]"))


def _wrong_key(page: Page, key: str) -> None:
    _live(page, f"{key[:-4]}AAAA")


JOURNEYS: dict[str, Journey] = {
    "my-report-new": _make_link,
    "my-report-mistakes": _mistakes,
    "my-report-told": _tell,
    "my-report-change": _change,
    "my-report-remove": _remove,
    "data-staff-live": _live,
    "data-staff-wrong-key": _wrong_key,
}
EXPECTED = ("status of 400", "status of 401")
"""What the browser may say about them in the console."""
