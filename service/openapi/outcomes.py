"""The part of the contract about outcomes that no schema holds: keys, parameters, refusals and example requests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from apispec import APISpec

from model.outcomes.fields import LENGTHS, LINE
from service.api.outcome_requests import AFTER, CHANNEL, COMMUNITY, IDEMPOTENCY_KEY, LARGEST_PAGE, LAST, LIMIT, PAGE

EXAMPLE_COMMUNITY = "coordinators-south"
EXAMPLE_ID = "auto-00000000000000000000000000000000"


class Failure(NamedTuple):
    """A documented failure: when it happens, the kind of problem, and what its sentence mentions."""

    description: str
    kind: str
    words: Mapping[str, str]


FAILURES: Mapping[str, Failure] = {
    "Unauthorized": Failure("There is no key, or one that opens nothing.", "unauthorized", {}),
    "Forbidden": Failure("The key may not do this.", "forbidden", {"scope": "outcomes:write"}),
    "NoReport": Failure("The artifact that serves has no report; the rule base never has one.", "no_report", {}),
    "RecordExists": Failure(
        "There is a record of this community, channel and start that says something else.",
        "record_exists",
        {"record": EXAMPLE_ID},
    ),
    "KeyReused": Failure("The Idempotency-Key or the `id` was used for something else.", "key_reused", {}),
    "TooManyRequests": Failure(
        "This was asked too often. Nothing was done: send the same again after `Retry-After` seconds.",
        "too_many_requests",
        {"seconds": "42"},
    ),
    "TooBusy": Failure("Another batch is being made. Send the same again after `Retry-After` seconds.", "too_busy", {}),
    "StoreBusy": Failure(
        "Records cannot be reached now. Nothing was changed: send the same again after `Retry-After` seconds.",
        "store_busy",
        {},
    ),
}


def add_outcome_components(spec: APISpec) -> None:
    """Add how keys are sent, and the parameters of these operations."""
    spec.components.security_scheme(
        "key", {"type": "http", "scheme": "bearer", "description": "A key, made with `platform-fit keys create`."}
    )
    spec.components.security_scheme(
        "keyAsPassword", {"type": "http", "scheme": "basic", "description": "The same key as password, with any name."}
    )
    _parameter(
        spec, "idempotencyKey", "header", IDEMPOTENCY_KEY,
        "A key of your own for this request. For 30 days the same request with the same key gets the same answer, "
        "and nothing is kept twice.",
        {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 200},
    )  # fmt: skip
    community = {"type": "string", "minLength": 1, "maxLength": LENGTHS["community"], "pattern": LINE}
    _parameter(spec, "community", "query", COMMUNITY, "Only records of this community.", community)
    _parameter(spec, "communityToDelete", "query", COMMUNITY, "The community to delete.", community, required=True)
    _parameter(spec, "outcomeChannel", "query", CHANNEL, "Only records of this channel.", {"type": "string"})
    after = {"type": "integer", "minimum": 0, "maximum": LAST}
    _parameter(spec, "after", "query", AFTER, "The `next` of the page before.", after)
    limit = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE}
    _parameter(spec, "limit", "query", LIMIT, "Most records of one page.", limit)


def _parameter(
    spec: APISpec, ref: str, place: str, name: str, description: str, schema: dict[str, Any], required: bool = False
) -> None:
    content = {"name": name, "description": description, "schema": schema}
    spec.components.parameter(ref, place, {**content, "required": True} if required else content)


def example_outcome(profile: dict[str, Any]) -> dict[str, Any]:
    """A record of a channel that was hardly opened."""
    return {
        "community": EXAMPLE_COMMUNITY,
        "profile": profile,
        "channel": "embrace",
        "start": "2025-01-06",
        "invited": 40,
        "active": 3,
        "reason": "one_login_too_many",
    }


def example_batch(profile: dict[str, Any]) -> list[dict[str, Any]]:
    """Two records, of which the second cannot be."""
    return [
        {**example_outcome(profile), "id": "form-17"},
        {**example_outcome(profile), "id": "form-18", "active": 41},
    ]
