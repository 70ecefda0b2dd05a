"""Sharing: an advice in a mail, and days as people write them."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

from service.web.labels import MONTHS
from service.web.translations import translator


def mail_link(subject: str, *paragraphs: str) -> str:
    """A link that opens a mail without a receiver, in the program of the reader."""
    body = "\r\n\r\n".join(paragraphs)
    return f"mailto:?subject={quote(subject, safe='')}&body={quote(body, safe='')}"


def written_day(day: date, language: str) -> str:
    """A day such as "3 March 2026"."""
    return f"{day.day} {translator(language)(MONTHS[day.month - 1])} {day.year}"
