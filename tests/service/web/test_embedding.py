"""The form on another site: framed only where it may be, as high as its content, and in that site's colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from service.app import create_app
from service.settings import Settings
from service.web.theme import contrast, readable
from tests.service.web.browser import serving

TEXT_CONTRAST = 4.5

DOCS = Path(__file__).parents[3] / "docs"
EXAMPLE, GUIDE = DOCS / "embedding-example.html", DOCS / "embedding.md"


class Host:
    """Another site, whose page comes out of the documentation."""

    def __init__(self) -> None:
        self.app = Flask("host")
        self.html = EXAMPLE.read_text(encoding="utf-8")
        self.app.add_url_rule("/", "page", lambda: self.html)
        self.app.add_url_rule("/favicon.ico", "icon", lambda: "")


@pytest.fixture
def framed(browser: Browser) -> Iterator[tuple[Page, str, list[str]]]:
    """A page of another site with the form in it, that site's origin, and what the console said."""
    host = Host()
    with serving(host.app) as elsewhere:
        allowing = create_app(Settings(embed_origins=frozenset({elsewhere})))
        with serving(allowing) as ours:
            host.html = host.html.replace("https://platform-fit.example.org", ours)
            page = browser.new_page(viewport={"width": 700, "height": 900}, locale="en-GB")
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            yield page, elsewhere, said
            page.close()


def test_form_grows_with_its_content_on_a_foreign_origin(framed: tuple[Page, str, list[str]]) -> None:
    page, elsewhere, said = framed
    page.goto(elsewhere)
    frame = page.frame_locator("iframe")
    frame.locator("fieldset").first.wait_for()
    assert page.locator("iframe").get_attribute("title") == "Welk kanaal past bij ons?"
    assert frame.locator("html").get_attribute("lang") == "nl"
    assert frame.locator("header").count() == 0
    heights = {fitted_height(page)}
    frame.locator("summary").first.click()
    page.wait_for_timeout(300)
    heights.add(fitted_height(page))
    frame.locator("input[value=desk]").check()
    frame.locator("input[name=login_tolerance][value=high]").check()
    frame.locator("input[value=own_work_computer]").check()
    frame.locator(".actions button[name=go]").first.click()
    frame.locator("button[value=answer]").click()
    frame.locator(".verdict-word").wait_for()
    page.wait_for_timeout(300)
    heights.add(fitted_height(page))
    assert len(heights) == 3
    assert said == []
    assert page.context.cookies() == []


def test_answer_in_a_frame_stays_in_the_frame(framed: tuple[Page, str, list[str]]) -> None:
    page, elsewhere, _ = framed
    page.goto(elsewhere)
    inside = next(frame for frame in page.frames if "/embed" in frame.url)
    inside.wait_for_selector("fieldset")
    links = inside.locator("a[href^='/']:not([target=_blank])").evaluate_all("all => all.map(one => one.pathname)")
    assert all(link.startswith("/embed") for link in links)
    inside.locator("button[lang]").click()
    inside.wait_for_url(re.compile(r"/embed/ask\?.*lang=en&accent=7a1f5c"))


def test_a_site_that_is_not_allowed_gets_no_frame(browser: Browser, site: str) -> None:
    host = Host()
    host.html = host.html.replace("https://platform-fit.example.org", site)
    with serving(host.app) as elsewhere:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(elsewhere)
        page.wait_for_timeout(500)
        assert any("frame-ancestors" in text for text in said)
        page.close()


def test_pages_outside_embed_can_never_be_framed() -> None:
    client = create_app(Settings(embed_origins=frozenset({"https://www.example.org"}))).test_client()
    for path, frames in (("/embed", "https://www.example.org"), ("/", "'none'"), ("/ask", "'none'")):
        assert client.get(path).headers["Content-Security-Policy"].endswith(f"frame-ancestors {frames}")


def fitted_height(page: Page) -> int:
    """The height of the frame, when nothing in it is cut off and nothing is left over."""
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().height < 30000", polling=50)
    outside = page.locator("iframe").evaluate("one => one.getBoundingClientRect().height")
    inside = next(frame for frame in page.frames if "/embed" in frame.url)
    content = inside.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)")
    assert outside == content
    return int(outside)


@pytest.mark.parametrize("asked", ["ffff00", "ffffff", "000000", "7a1f5c", "808080", "00ff00"])
def test_any_accent_colour_becomes_readable(asked: str) -> None:
    for page in ("ffffff", "1b2428"):
        assert contrast(readable(asked, page), page) >= TEXT_CONTRAST


@pytest.mark.parametrize("wrong", ["red", "12345", "1234567", "zzzzzz", "fff;}", "</style>", ""])
def test_what_is_no_colour_is_ignored(wrong: str, site_app: Flask) -> None:
    client = site_app.test_client()
    page = client.get("/embed", query_string={"accent": wrong, "scheme": wrong})
    assert page.status_code == 200
    assert b"theme.css" not in page.data
    assert client.get("/static/theme.css", query_string={"accent": wrong}).status_code == 404


def test_link_of_the_documentation_opens_the_answer(site_app: Flask) -> None:
    link = re.findall(r"https://platform-fit\.example\.org(/answer\?\S+)", GUIDE.read_text(encoding="utf-8"))[0]
    page = site_app.test_client().get(link)
    assert page.status_code == 200
    assert '<html lang="nl"' in page.get_data(as_text=True)
