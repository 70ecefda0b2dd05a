"""Every page holds up for people who do not use a mouse, do not see well, or do not see at all (WCAG 2.2 A and AA)."""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.drills import size
from tests.service.web.conftest import Visitor
from tests.service.web.journeys import EXPECTED, JOURNEYS
from tests.service.web.paths import FIELD, PATHS

EVERYTHING = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
"""All that a dark page can have and the same page in light cannot."""


class View(NamedTuple):
    """How somebody looks at a page."""

    width: int
    locale: str
    scheme: str

    @property
    def options(self) -> dict[str, Any]:
        return {"width": self.width, "locale": self.locale, "color_scheme": self.scheme}


NARROW = View(320, "nl-NL", "light")
"""At 200 % zoom a window of 640 pixels is 320 wide, and nothing may stick out (WCAG 2.2, 1.4.10)."""
VIEWS = size(
    short=[NARROW], full=[View(*view) for view in product((320, 390, 768, 1280), ("nl-NL", "en-GB"), ("light", "dark"))]
)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: "-".join(map(str, view)))
@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing_and_the_page_fits(name: str, view: View, visitor: Visitor) -> None:
    path = PATHS[name]
    with visitor(expected=path.expected, **view.options) as page:
        page.goto(path.address)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= view.width
        found = Axe().run(page, options=EVERYTHING)
        assert found.violations_count == 0, found.generate_report()


def test_letters_of_twice_the_size_stay_on_a_phone(visitor: Visitor) -> None:
    """Nothing scrolls sideways when all text is at 200 % (WCAG 2.2, 1.4.4), with every fold open."""
    expected = tuple(text for path in PATHS.values() for text in path.expected)
    with visitor(expected=expected, locale="nl-NL") as page:
        too_wide = {}
        for name, path in PATHS.items():
            page.goto(path.address)
            page.evaluate("document.documentElement.style.fontSize = '200%'")
            page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
            too_wide[name] = page.evaluate("document.documentElement.scrollWidth")
        assert {name: width for name, width in too_wide.items() if width > 390} == {}


def test_colours_are_readable_in_the_dark(visitor: Visitor) -> None:
    expected = tuple(text for path in PATHS.values() for text in path.expected)
    with visitor(expected=expected, color_scheme="dark", width=1280) as page:
        for path in PATHS.values():
            page.goto(path.address)
            found = Axe().run(page, options=COLOURS)
            assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: "-".join(map(str, view)))
@pytest.mark.parametrize("name", JOURNEYS)
def test_the_same_holds_behind_a_key_or_a_private_link(
    name: str, view: View, visitor: Visitor, staff: tuple[str, str]
) -> None:
    origin, key = staff
    with visitor(expected=EXPECTED, origin=origin, **view.options) as page:
        JOURNEYS[name](page, key)
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") <= view.width
        found = Axe().run(page, options=EVERYTHING)
        assert found.violations_count == 0, found.generate_report()
        page.emulate_media(color_scheme="dark")
        found = Axe().run(page, options=COLOURS)
        assert found.violations_count == 0, found.generate_report()


def test_axe_finds_nothing_in_the_reference_of_the_api(visitor: Visitor) -> None:
    """Neither where it opens nor in an operation with a body, on a desk and on a phone, where all of it is one page."""
    for width in (1280, 390):
        with visitor(width=width) as page:
            page.goto("/docs")
            page.get_by_text("Advises which channels suit a community").wait_for()
            assert Axe().run(page, options=EVERYTHING).violations_count == 0
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if width == 1280:
                page.get_by_text("Check whether a success carries over").first.click()
                page.get_by_text("/v1/transfer-checks").first.wait_for()
                found = Axe().run(page, options=EVERYTHING)
                assert found.violations_count == 0, found.generate_report()


def test_axe_would_find_something(visitor: Visitor) -> None:
    with visitor() as page:
        page.goto("/")
        page.evaluate("document.querySelector('h1').style.color = '#eee'; document.documentElement.lang = ''")
        found = Axe().run(page, options=EVERYTHING).response["violations"]
        assert {each["id"] for each in found} >= {"color-contrast", "html-has-lang"}
        assert Axe().run(page, options=COLOURS).violations_count == 1


def test_keyboard_alone_reaches_the_answer(visitor: Visitor) -> None:
    with visitor(width=1280) as page:
        page.goto("/ask?lang=en")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className").startswith("nl-skip-link")
        assert page.locator(".nl-skip-link").is_visible()
        page.keyboard.press("Enter")
        for name, keys in (
            ("work_setting", ["Space"]),
            ("login_tolerance", ["ArrowDown", "Space"]),
            ("device_access", ["Space"]),
        ):
            while page.evaluate("document.activeElement.name") != name:
                page.keyboard.press("Tab")
            for key in keys:
                page.keyboard.press(key)
        while page.evaluate("document.activeElement.value") != "next":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**seen=**")
        while page.evaluate("document.activeElement.value") != "answer":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/answer**")
        assert page.locator(".verdict-word").is_visible()


def test_keyboard_alone_ranks_wishes(visitor: Visitor) -> None:
    """The first that is ticked matters most, with keys as with a finger."""
    with visitor(width=1280) as page:
        page.goto(f"/ask?{FIELD}&step=needs&single=1&lang=en")
        # What the address says already.
        ranked = page.locator(".ordered + .options input:checked")
        assert ranked.count() == 2
        page.locator("#main").focus()
        while page.evaluate("document.activeElement.value") != "events_meetings":
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert page.locator("label", has=page.locator("[value=events_meetings]")).locator(".ticked").inner_text() == "3"
        while page.evaluate("document.activeElement.value") != "answer":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.wait_for_url("**/check**")
        needs = page.locator("dt", has_text="What members want").locator("+ dd").inner_text()
        assert [wish in needs.lower() for wish in ("quick contact", "meet", "planning")] == [True, True, False]


def test_keyboard_alone_opens_folds_copies_and_prints(visitor: Visitor) -> None:
    with visitor(width=1280, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{PATHS['answer'].address}&lang=en")
        page.evaluate("window.print = () => document.title = 'printed'")
        page.locator("#main").focus()
        for kind, words in (("SUMMARY", "Why this comes first"), ("BUTTON", "Copy link"), ("BUTTON", "Print")):
            for _ in range(60):
                page.keyboard.press("Tab")
                tag, text = page.evaluate("[document.activeElement.tagName, document.activeElement.innerText]")
                if tag == kind and text.startswith(words):
                    break
            page.keyboard.press("Enter")
        assert page.locator(".headline details[open]").count() == 1
        page.get_by_role("status").filter(has_text="Copied").wait_for(state="attached")
        assert page.evaluate("navigator.clipboard.readText()") == page.locator("#link").input_value()
        assert page.title() == "printed"


def test_focus_is_seen(visitor: Visitor) -> None:
    with visitor() as page:
        page.goto("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert outline == "3px"


def test_motion_is_left_out_on_request(visitor: Visitor) -> None:
    with visitor(reduced_motion="reduce") as page:
        page.goto("/")
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    with visitor(reduced_motion="no-preference") as page:
        page.goto("/")
        assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "smooth"
