"""What a screen reader says of each page: names, order, tables in words, and languages, as Chromium tells it."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import Page

from model.domain.knowledge import LANGUAGES
from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.paths import DIABEAT, EVERYTHING_SAID, FIELD, PATHS

NAMES = """all => all.map(one => {
  const own = one.getAttribute("aria-label") || one.innerText || one.textContent;
  return [own.replace(/\\s+/g, " ").trim(), one.getAttribute("href")];
})"""
CELLS = """all => all.filter(one => !one.textContent.replace(/[●○–·\\s]/g, "") && one.closest("table").offsetParent)
  .map(one => one.closest("tr").textContent)"""


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_each_link_says_where_it_leads(language: str, visitor: Visitor) -> None:
    """No two links of a page have one name and lead to two places, and none has no name."""
    expected = tuple(text for path in PATHS.values() for text in path.expected)
    with visitor(expected=expected) as page:
        for name, path in PATHS.items():
            _open(page, path.address, language)
            places: dict[str, set[str]] = {}
            for text, place in page.locator("main a[href]").evaluate_all(NAMES):
                assert text, (name, place)
                # A number is the footnote of a source, whose title says more.
                if not text.isdigit():
                    places.setdefault(text, set()).add(place)
            assert {text: to for text, to in places.items() if len(to) > 1} == {}, name


def test_every_cell_of_a_table_has_words_and_every_table_a_name(language: str, visitor: Visitor) -> None:
    expected = tuple(text for path in PATHS.values() for text in path.expected)
    with visitor(expected=expected) as page:
        for name, path in PATHS.items():
            _open(page, path.address, language)
            assert page.locator("main td, main th").evaluate_all(CELLS) == [], name
            for table in page.locator("main table").all():
                snapshot = table.aria_snapshot()
                assert snapshot.startswith(('- table "', "- 'table \"")), (name, snapshot[:200])


def test_headings_go_down_one_level_at_a_time(language: str, visitor: Visitor) -> None:
    expected = tuple(text for path in PATHS.values() for text in path.expected)
    with visitor(expected=expected) as page:
        for name, path in PATHS.items():
            _open(page, path.address, language)
            levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")
            assert levels.count(1) == 1, name
            assert levels[0] == 1, name
            assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (name, levels)


def test_the_answer_is_heard_in_the_order_of_what_to_do(language: str, visitor: Visitor) -> None:
    """The decision, the advice, what comes next, the picture, and then all else."""
    with visitor() as page:
        page.goto(f"/answer?{EVERYTHING_SAID}&lang={language}")
        heard = page.locator("main").aria_snapshot()
        first = ("heading", "level=1")
        assert all(part in next(line for line in heard.splitlines() if "heading" in line) for part in first)
        sections = page.locator("main section[aria-labelledby]").evaluate_all(
            "all => all.filter(one => one.offsetParent).map(one => one.getAttribute('aria-labelledby'))"
        )
        assert sections[:2] == ["bundle", "steps"]
        assert sections.index("picture") < sections.index("share") < sections.index("certainty")


def test_the_dots_of_the_picture_are_words(language: str, visitor: Visitor) -> None:
    words = {"en": ("Very well", "A little"), "nl": ("Heel goed", "Een beetje")}[language]
    with visitor() as page:
        page.goto(f"/answer?{DIABEAT}&lang={language}")
        heard = page.locator(".matrix").aria_snapshot()
        assert "●" not in heard
        assert "○" not in heard
        assert all(f'cell "{word}"' in heard for word in words)


def test_the_language_of_what_is_told_in_english_is_said(visitor: Visitor) -> None:
    """On a Dutch page notes are in English, and a title is in the language of its source."""
    with visitor() as page:
        page.goto("/elsewhere?channel=embrace&lang=nl")
        entry = page.locator(".entries > li").filter(has_text="DAK Kindercentra verbindt 50 locaties").first
        assert entry.locator("h3 span").first.get_attribute("lang") == "en"
        assert entry.locator("[lang]", has=page.locator("a")).get_attribute("lang") == "nl"
        page.goto("/about?lang=nl")
        for start, spoken in (("Veilig appen doe je zo", "nl"), ("Competing for space", "en")):
            assert page.locator(".numbered [lang]", has_text=start).first.get_attribute("lang") == spoken


def test_each_step_of_the_questions_has_a_title_of_its_own(language: str, visitor: Visitor) -> None:
    """A new page is announced by its title, and begins at its top: the mistakes take the focus where there are any."""
    with visitor(expected=("status of 400",)) as page:
        page.goto(f"/ask?lang={language}")
        titles = [page.title()]
        follow(page.locator(".actions button[value=next]"))
        titles.append(page.title())
        assert page.evaluate("document.activeElement.id") == "mistakes"
        page.goto(f"/ask?{FIELD}&seen=work_setting.device_access.login_tolerance&lang={language}")
        titles.append(page.title())
        assert len(set(titles)) == 3
        page.goto(f"/answer?{DIABEAT}&daily_tools=email,teams&lang={language}")
        assert page.title().startswith({"en": "You are testing a change:", "nl": "U probeert"}[language])


def test_what_was_copied_is_said_aloud(language: str, visitor: Visitor) -> None:
    with visitor(permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"/answer?{DIABEAT}&lang={language}")
        page.get_by_role("button", name={"en": "Copy link", "nl": "Kopieer de link"}[language]).click()
        said = page.get_by_role("status").filter(has_text={"en": "Copied", "nl": "Gekopieerd"}[language])
        said.wait_for(state="attached")


def _open(page: Page, address: str, language: str) -> None:
    page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
