"""Schemas of what form tools send, and of the short answer that they get."""

from __future__ import annotations

from marshmallow import INCLUDE, fields, validate

from model.scoring.launch_verdict import Verdict
from service.api.form_answers import ADVISED, NOTHING
from service.api.schemas.base import ObjectSchema, ResponseSchema, string, strings
from service.api.schemas.outcomes import FATES


class FormSubmissionSchema(ObjectSchema):
    """Whatever the tool sends: the mapping of the form says what it means."""

    class Meta:
        unknown = INCLUDE


def _maybe(description: str, *allowed: str) -> fields.String:
    one_of = validate.OneOf(allowed) if allowed else None
    return fields.String(validate=one_of, metadata={"description": description})


class FormUnderstoodSchema(ResponseSchema):
    pointer = string("JSON pointer (RFC 6901) to the field in the submission; empty where it has none.")
    question = string("The question.")
    answer = strings("The codes that it was read as; `unknown` where nothing is known.")


class FormAnswerSchema(ResponseSchema):
    result = string(
        "`advised`; or what became of the record: `added`, `corrected`, `known` was there already, `outdated` has been "
        "corrected since; or `nothing` for what is no submission.",
        ADVISED, *FATES, NOTHING,
    )  # fmt: skip
    team = _maybe("The advice in one sentence.")
    verdict = _maybe("Whether to launch.", *Verdict)
    verdict_text = _maybe("The verdict in words.")
    channels = fields.List(
        fields.String(), metadata={"description": "The names of the channels to use together; empty when none is left."}
    )
    warnings = fields.List(
        fields.String(),
        metadata={"description": "Answers that cannot all be true, in words; empty when there are none."},
    )
    code = _maybe("The answers as a short code.")
    link = _maybe("The page with the whole advice.")
    id = _maybe("The id of the record.")
    revision = fields.Integer(
        validate=validate.Range(1), metadata={"description": "The revision of the record that counts now."}
    )
    text = _maybe("Why nothing was done.")
    understood = fields.List(
        fields.Nested(FormUnderstoodSchema),
        metadata={"description": "Answers that were read as something else than was sent; absent when there are none."},
    )
    not_taken = fields.List(
        fields.String(),
        metadata={"description": "Fields that are no question and that the mapping does not ignore; absent if none."},
    )
