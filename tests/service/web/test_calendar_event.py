"""A day for a calendar: lines as RFC 5545 wants them, and the link whole after unfolding."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.web.calendar_event import calendar_event
from tests.examples import examples
from tests.service.web.browser import follow
from tests.service.web.conftest import Visitor
from tests.service.web.paths import DIABEAT

LINK = f"https://advies.example.org/my-report?link={'ab' * 60}&lang=nl"
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200)


def lines_of(event: bytes) -> list[str]:
    """The lines as they were before they were folded."""
    return event.decode().replace("\r\n ", "").split("\r\n")[:-1]


def unescaped(text: str) -> str:
    for sign in ",;":
        text = text.replace(f"\\{sign}", sign)
    return text.replace("\\n", "\n").replace("\\\\", "\\")


@settings(max_examples=examples(50))
@given(TEXTS)
def test_a_line_is_at_most_75_bytes_and_nothing_of_it_is_lost(title: str) -> None:
    event = calendar_event("c-1", date(2027, 1, 25), title, "Do members use it?", LINK)
    assert all(len(line) <= 75 for line in event.split(b"\r\n"))
    assert b"\n" not in event.replace(b"\r\n", b"")
    found = dict(line.split(":", 1) for line in lines_of(event)[3:-2])
    assert found["SUMMARY"] == title.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert found["URL"] == LINK


def test_it_is_one_whole_day() -> None:
    lines = lines_of(calendar_event("c-1", date(2026, 12, 31), "Tell it, now", "A; b", LINK))
    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//platform-fit//EN"]
    assert lines[-2:] == ["END:VEVENT", "END:VCALENDAR"]
    assert {"DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "UID:c-1@platform-fit"} <= set(lines)
    description = next(line for line in lines if line.startswith("DESCRIPTION:"))
    assert unescaped(description) == f"DESCRIPTION:A; b\n\n{LINK}"


def test_a_team_gets_the_day_with_its_private_link_and_the_form_waits(visitor: Visitor) -> None:
    with visitor(locale="nl-NL") as page:
        page.goto(f"/report-back?{DIABEAT}")
        follow(page.locator("form button"))
        assert not page.locator("#channel").is_visible()
        with page.expect_download() as download:
            page.locator("a[download]").click()
        lines = lines_of(download.value.path().read_bytes())
        assert f"URL:{page.locator('#link').input_value()}" in lines
        assert f"DTSTART;VALUE=DATE:{date.today() + timedelta(weeks=8):%Y%m%d}" in lines
        response = page.request.get("/my-report.ics?link=changed", headers={"Accept": "text/html"})
        assert response.status == 404
