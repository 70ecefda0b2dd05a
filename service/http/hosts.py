"""Hosts: a name in the header Host that cannot be one is refused, because links are made with it (RFC 9110, 7.2)."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.exceptions import SecurityError
from werkzeug.sansio.utils import get_current_url, get_host

_LONGEST = 260
"""Characters of the longest name that there can be, and of a port."""


def refuse_broken_hosts(app: Flask) -> None:
    """Refuse requests whose header Host holds no name and port; one without that header has the address it came to."""

    @app.before_request
    def look() -> None:
        host = request.environ.get("HTTP_HOST")
        if host is not None and not is_usable(host):
            raise SecurityError


@lru_cache(256)
def is_usable(host: str) -> bool:
    """Whether an address can be made with this header."""
    if len(host) > _LONGEST:
        return False
    try:
        return bool(urlsplit(get_current_url("http", get_host("http", host))).hostname)
    except ValueError:  # also where the letters of a name cannot be read, as in xn--
        return False
