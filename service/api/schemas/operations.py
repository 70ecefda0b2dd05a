"""Schemas of the champion and how the service is doing."""

from __future__ import annotations

from marshmallow import fields

from service.api.schemas.base import ResponseSchema, by_name, many, one, string, whole
from service.runtime.own_records import STATES as STATES_OF_STORE
from service.runtime.readiness import STORE_REASONS
from service.runtime.watcher import REASONS

STATES = ("ready", "degraded")
KINDS = ("promote", "overrule", "rollback")


class KnowledgeSchema(ResponseSchema):
    fingerprint = string("SHA-256 of its content.")
    questions = whole("How many.")
    channels = whole("How many.")
    rules = whole("How many.")
    sources = whole("How many.")
    cases = whole("How many.")


class ModelSchema(ResponseSchema):
    version = string("The version of the service.")
    artifact = string("The artifact; `rules` is the rule base by itself, `starter` what comes with the knowledge.")
    checksum = string("SHA-256 of its content.")
    created = fields.Date(required=True, allow_none=True, metadata={"description": "When it was fitted, if it was."})
    records = whole("Outcome records it learned from.")
    communities = whole("Communities those come from.")
    documented = whole("Documented communities it learned from.")
    basis = string("What its chances rest on, in words.")
    trained_until = fields.Date(
        required=True, allow_none=True, metadata={"description": "The latest start of use among those records."}
    )
    since = fields.AwareDateTime(
        required=True,
        allow_none=True,
        metadata={"description": "When it was promoted; null while nothing was promoted."},
    )
    features = whole("Features that records or documented communities moved.")
    prior_scales = by_name(fields.Float(), "Prior standard deviation of each block of features, in log-odds.")
    knowledge = one(KnowledgeSchema, "The knowledge that is loaded.")


class PromotionSchema(ResponseSchema):
    number = whole("Higher is later.", 1)
    artifact = string("What served from then on; `rules` is the rule base by itself.")
    kind = string(
        "`promote` by the rules for promotion, `overrule` by a person against them, `rollback` to what was before.",
        *KINDS,
    )
    by = string("Who did it, as it was entered.")
    reason = string("Why, as it was entered.")
    at = fields.AwareDateTime(required=True, metadata={"description": "When."})


class HistorySchema(ResponseSchema):
    live = string("What served at the end of this list: at the moment that was asked for, or now.")
    promotions = many(PromotionSchema, "The log of promotions until then, the oldest first.")


class LivenessSchema(ResponseSchema):
    status = string("Always `alive`.", "alive")


class ReadinessSchema(ResponseSchema):
    version = string("The version of the service.")
    status = string("`degraded` where another artifact may answer than was promoted last, or the store fails.", *STATES)
    artifact = string("The artifact that answers.")
    promoted = string("The artifact that was promoted last, as far as is known.", null=True)
    reason = string("Why it is degraded.", *REASONS, *STORE_REASONS, null=True)
    detail = string("The same as a sentence, for the operator.", null=True)
    outcomes = string(
        "Whether outcome records can be reached; null before the first look.", *STATES_OF_STORE, null=True
    )
    look_age = fields.Float(
        required=True, allow_none=True, metadata={"description": "Seconds since the store was last looked at."}
    )
    failed_write_age = fields.Float(
        required=True,
        allow_none=True,
        metadata={"description": "Seconds since a write failed; null when none did, or a later one succeeded."},
    )
