"""Schemas of what is live and how it is doing."""

from __future__ import annotations

from marshmallow import fields

from service.schemas.base import Answered, by_name, one, string, whole


class KnowledgeSchema(Answered):
    fingerprint = string("SHA-256 of its content.")
    questions = whole("How many.")
    channels = whole("How many.")
    rules = whole("How many.")
    sources = whole("How many.")
    cases = whole("How many.")


class ModelSchema(Answered):
    artifact = string("The artifact; `rules` is the rule base by itself.")
    checksum = string("SHA-256 of its content.")
    created = fields.Date(required=True, allow_none=True, metadata={"description": "When it was fitted, if it was."})
    records = whole("Outcome records it learned from.")
    communities = whole("Communities those come from.")
    features = whole("Features that records moved.")
    prior_scales = by_name(fields.Float(), "Prior standard deviation of each block of features, in log-odds.")
    knowledge = one(KnowledgeSchema, "The knowledge it was made for.")


class LivenessSchema(Answered):
    status = string("Always `alive`.", "alive")


class ReadinessSchema(Answered):
    status = string("Always `ready`.", "ready")
    artifact = string("The artifact that answers.")
