"""What requests about outcomes ask beside their body: which records, and the key that tells a replay."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Request
from marshmallow import ValidationError

from model.domain.knowledge import Knowledge
from model.outcomes.fields import LENGTHS, PlainText
from service.http.problems import FieldError, RequestError

IDEMPOTENCY_KEY = "Idempotency-Key"
COMMUNITY, CHANNEL, AFTER, LIMIT = "community", "channel", "after", "limit"
PAGE, LARGEST_PAGE = 100, 1000
LAST = 10**18 - 1
"""The highest row that can be asked for; databases count on."""

_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_WORDS = PlainText("community")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records, and from where."""

    community: str | None
    channel: str | None
    after: int
    limit: int


def read_key(request: Request) -> str | None:
    """The key that the sender chose for this request.

    Raises:
        RequestError: it is empty, too long or has characters that are not plain ASCII.
    """
    given: str | None = request.headers.get(IDEMPOTENCY_KEY)
    if given is not None and not _KEY.fullmatch(given):
        raise RequestError(
            "invalid_input",
            [FieldError("value_not_allowed", parameter=IDEMPOTENCY_KEY, sentence="error_wrong_idempotency_key")],
        )
    return given


def read_community(request: Request) -> str:
    """The one community that a request names.

    Raises:
        RequestError: it names none, or one that cannot be.
    """
    errors: list[FieldError] = []
    community = _community(request, errors)
    if community is None and not errors:
        errors = [FieldError("field_required", parameter=COMMUNITY)]
    if errors or community is None:
        raise RequestError("invalid_input", errors)
    return community


def read_filter(request: Request, knowledge: Knowledge) -> Filter:
    """Which records a request asks for.

    Raises:
        RequestError: a value that cannot be.
    """
    errors: list[FieldError] = []
    community = _community(request, errors)
    channel = request.args.get(CHANNEL)
    if channel is not None and channel not in knowledge.channel_by_id:
        errors.append(_wrong("not_allowed", CHANNEL, allowed=tuple(knowledge.channel_by_id)))
    after = _number(request, AFTER, 0, 0, LAST, errors)
    limit = _number(request, LIMIT, PAGE, 1, LARGEST_PAGE, errors)
    if errors:
        raise RequestError("invalid_input", errors)
    return Filter(community, channel, after, limit)


def _community(request: Request, errors: list[FieldError]) -> str | None:
    given = request.args.get(COMMUNITY)
    if given is None:
        return None
    try:
        return str(_WORDS.deserialize(given))
    except ValidationError as error:
        errors.append(_wrong(str(error.messages[0]), COMMUNITY, limit=LENGTHS[COMMUNITY]))
        return None


def _number(request: Request, name: str, otherwise: int, low: int, high: int, errors: list[FieldError]) -> int:
    given = request.args.get(name, str(otherwise))
    if _NUMBER.fullmatch(given) and low <= int(given) <= high:
        return int(given)
    errors.append(_wrong("out_of_range", name, low=low, high=high))
    return otherwise


def _wrong(code: str, parameter: str, allowed: tuple[str, ...] = (), **words: object) -> FieldError:
    """A mistake in the address, in the words for the same mistake in a record."""
    return FieldError(code, parameter=parameter, allowed=allowed, sentence=f"outcome_error_{code}", words=words)
