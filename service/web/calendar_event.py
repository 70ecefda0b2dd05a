"""Calendar event: one day in the calendar of a team, as an iCalendar file (RFC 5545) that every calendar reads."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

MEDIA_TYPE = "text/calendar; charset=utf-8"
WIDEST = 75
"""Bytes of a line of such a file, without its end."""


def calendar_event(name: str, day: date, title: str, text: str, link: str) -> bytes:
    """A whole day with a link.

    Args:
        name: tells this event from others; the same name again replaces it.
    """
    description = _escaped(f"{text}\n\n{link}")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//platform-fit//EN",
        "BEGIN:VEVENT",
        f"UID:{name}@platform-fit",
        f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(title)}",
        f"DESCRIPTION:{description}",
        f"URL:{link}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join([_folded(line.encode()) for line in lines])


def _escaped(text: str) -> str:
    for sign in "\\;,":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: bytes) -> bytes:
    """A line in pieces that are short enough, none of which ends inside a letter; the next one begins with a space."""
    pieces, room = [], WIDEST
    while len(line) > room:
        end = room
        while line[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(line[:end])
        line, room = line[end:], WIDEST - 1
    return b"\r\n ".join([*pieces, line]) + b"\r\n"
