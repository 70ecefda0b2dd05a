"""Costs: what a request takes of a processor, in hundredths of a second, as far as its address tells.

Advice alone takes about half of one. What is asked for beside it takes more, so it is counted by what it takes, and a
worker makes one such answer at a time: others do not wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, unquote

from service.http.query import CASES, INCLUDE, LEVERS, NEXT_QUESTION, TRACE

INCLUDES: Mapping[str, int] = {TRACE: 6, LEVERS: 3, NEXT_QUESTION: 3, CASES: 1}
"""Measured on profiles with random answers; the dearest of them take twice as much."""
ADVICE = "/v1/recommendations"
_SLOW = ("/v1/questions/next", "/what-if", "/embed/what-if")
"""What takes a fiftieth of a second or more by itself."""
_SLOW_FROM = 2


def cost_of_includes(query: str) -> int:
    """What `include` asks for, however the address is spelled; 0 when it asks for nothing."""
    asked = parse_qs(query).get(INCLUDE, [])
    parts = {part.partition(":")[0] for value in asked for part in value.split(",")}
    return max(1, sum(INCLUDES.get(part, 0) for part in parts)) if asked else 0


def is_slow(path: str, query: str) -> bool:
    """Whether others should not have to wait for this answer."""
    route = unquote(path).rstrip("/")
    return route in _SLOW or (route == ADVICE and cost_of_includes(query) >= _SLOW_FROM)
