"""Schemas of outcome records: what is handed in, and what comes back."""

from __future__ import annotations

from marshmallow import fields, validate

from model.outcomes.fields import LENGTHS, MOST_INVITED
from model.outcomes.record import NOT_USED_REASONS, WEEKS
from service.api.schemas.base import ProfileSchema, RequestSchema, ResponseSchema, many, one, string, understood, whole
from service.api.schemas.problems import ProblemSchema
from service.http.bodies import MOST_OUTCOMES

FATES = ("added", "corrected", "known", "outdated")

_TEXT = r"\S"


def _text(description: str, name: str, *, required: bool = False) -> fields.String:
    limits = [validate.Length(1, LENGTHS[name]), validate.Regexp(_TEXT)]
    return fields.String(required=required, validate=limits, metadata={"description": description})


class OutcomeSchema(RequestSchema):
    id = _text("Your own id for this record, such as the number of a form. It also serves as idempotency key.", "id")
    community = _text("A name or number for the community that means something to you; never a person.", "community",
                      required=True)  # fmt: skip
    profile = one(ProfileSchema, "The answers about the community.")
    channel = fields.String(required=True, metadata={"description": "The id of the channel."})
    start = fields.Date(
        required=True,
        metadata={"description": f"First day of use. Once there were active members, at least {WEEKS} weeks ago."},
    )
    invited = fields.Integer(
        validate=validate.Range(1, MOST_INVITED),
        metadata={"description": "How many people were invited. Send it with `active`, or else send `used`."},
    )
    active = fields.Integer(
        validate=validate.Range(0, MOST_INVITED),
        metadata={"description": f"How many of them were active in week {WEEKS}."},
    )
    used = fields.Boolean(
        metadata={"description": f"Whether the channel was used in week {WEEKS}, where nobody counted."}
    )
    reason = fields.String(
        validate=validate.OneOf(NOT_USED_REASONS), metadata={"description": "Why people did not use it."}
    )
    note = _text("The reason in your own words; no personal data.", "note")
    source = _text("The form or system it comes from.", "source")
    consent = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Whether other teams whose community is like this one may see the record, without name, "
            "note and source. To take consent back, correct the record."
        },
    )
    corrects = _text("The id of the record that this one corrects.", "corrects")


class OutcomesSchema(RequestSchema):
    outcomes = fields.List(
        fields.Nested(OutcomeSchema),
        required=True,
        validate=validate.Length(1, MOST_OUTCOMES),
        metadata={"description": "Records. One that is wrong has a problem as its result."},
    )


class KeptSchema(ResponseSchema):
    id = string("The id of the record.")
    revision = whole("The revision that counts now; 1 until it is corrected.", 1)
    result = string(
        "`added`, `corrected`, or nothing was kept: `known` was there already, `outdated` has been corrected since.",
        *FATES,
    )
    understood = understood()


class KeptOrNotSchema(ResponseSchema):
    answer = fields.Nested(KeptSchema, metadata={"description": "What became of the record."})
    problem = fields.Nested(ProblemSchema, metadata={"description": "What is wrong with the record."})


class KeptOutcomesSchema(ResponseSchema):
    results = many(KeptOrNotSchema, "One for each record, in the order of the request.")


class StoredOutcomeSchema(ResponseSchema):
    id = string("The id of the record.")
    revision = whole("1, and one more for each correction.", 1)
    community = string("The community.")
    profile = one(ProfileSchema, "The known answers.")
    channel = string("The channel.")
    start = fields.Date(required=True, metadata={"description": "First day of use."})
    invited = whole("How many people were invited.", 1, null=True)
    active = whole(f"How many of them were active in week {WEEKS}.", null=True)
    used = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Whether it was used, where nobody counted."}
    )
    reason = string("Why people did not use it.", *NOT_USED_REASONS, null=True)
    note = string("The reason in free words.", null=True)
    source = string("Where it comes from.")
    consent = fields.Boolean(
        required=True, metadata={"description": "Whether other teams may see it, without name, note and source."}
    )
    recorded_by = string("The name of the key, or of the person, that handed it in.")
    recorded_at = fields.AwareDateTime(required=True, metadata={"description": "When."})


class OutcomePageSchema(ResponseSchema):
    outcomes = many(StoredOutcomeSchema, "The records.")
    next = whole("The `after` of the next page.", null=True)


class DeletedSchema(ResponseSchema):
    deleted = whole("How many records are gone.")
