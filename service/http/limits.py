"""Limits: how often an address, and all of them together, may ask for what costs much or can be filled with lies.

What a client may do still is told in every answer that was counted, in the fields RateLimit-Policy and RateLimit of the
IETF draft "RateLimit header fields for HTTP", and with Retry-After when it was too much.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, Request, Response, g, request

from service.http.costs import ADVICE, cost_of_includes
from service.http.problems import RequestError
from service.http.shared_counts import SharedCounts
from service.settings import LIMIT_SECONDS, Limit

_ROUTES: Mapping[tuple[str, str], str] = {
    ("POST", "/v1/recommendations/batch"): "batch",
    ("POST", "/v1/outcomes"): "posting",
    ("POST", "/v1/outcomes/batch"): "posting",
    ("POST", "/report-back"): "telling",
    ("POST", "/my-report"): "telling",
}
"""What is counted as what, each time as one; a recommendation as what is asked for with it costs."""
_INCLUDES = "includes"

shared: SharedCounts | None = None
"""Made by the server before it forks; without one, each application counts by itself."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """What an answer says of a limit."""

    name: str
    most: int
    seconds: int
    remaining: int
    left: float

    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.most};w={self.seconds}',
            "RateLimit": f'"{self.name}";r={self.remaining};t={math.ceil(self.left)}',
        }


def limit_requests(app: Flask, limits: Mapping[str, Limit], proxies: Sequence[str]) -> None:
    """Hold requests to these limits.

    Args:
        limits: kind → limit; what has none is not counted.
        proxies: networks of proxies whose X-Forwarded-For is believed.
    """
    if not limits:
        return
    counts = shared or SharedCounts()
    trusted = [ipaddress.ip_network(proxy) for proxy in proxies]

    @app.before_request
    def count() -> None:
        kind, amount = _counted_as(request)
        limit = limits.get(kind)
        if limit is None or not amount:
            return
        seconds, address = LIMIT_SECONDS[kind], client_of(request, trusted)
        # An address that asks too much must not use up what there is for all.
        for name, most in ((f"{kind} {address}", limit.each), (kind, limit.all)):
            fits, remaining, left = counts.add(name, seconds, most, amount)
            if not fits or name != kind:
                g.rate_limit = _Standing(kind, most, seconds, remaining, left)
            if not fits:
                raise RequestError("too_many_requests", seconds=math.ceil(left))

    @app.after_request
    def tell(response: Response) -> Response:
        standing: _Standing | None = g.get("rate_limit")
        if standing is not None:
            response.headers.update(standing.headers())
            if response.status_code == 429:
                response.headers["Retry-After"] = str(math.ceil(standing.left))
        return response


def _counted_as(asked: Request) -> tuple[str, int]:
    """(what a request is counted as, for how much)."""
    rule = asked.url_rule.rule if asked.url_rule else ""
    route = asked.method, rule.rstrip("/")
    if route == ("POST", ADVICE):
        return _INCLUDES, cost_of_includes(asked.environ.get("QUERY_STRING", ""))
    return _ROUTES.get(route, ""), 1


def client_of(asked: Request, trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> str:
    """The address of a client, or of its network for IPv6, where everybody has many addresses.

    Of the addresses that proxies noted, the last one counts that is no proxy of ours: clients can make up the others.
    """
    noted = [asked.environ.get("REMOTE_ADDR", ""), *reversed(asked.headers.get("X-Forwarded-For", "").split(","))]
    address = ""
    for text in noted:
        try:
            found = ipaddress.ip_address(text.strip())
        except ValueError:
            break  # nothing that can be believed stands before it
        address = str(found if found.version == 4 else ipaddress.ip_network((found, 64), strict=False))
        if not any(found in network for network in trusted):
            break
    return address
