"""Schemas of a problem (RFC 9457)."""

from __future__ import annotations

from marshmallow import fields

from service.api.schemas.base import ResponseSchema, many, string, strings, whole


class ErrorSchema(ResponseSchema):
    pointer = fields.String(metadata={"description": "JSON pointer (RFC 6901) to the mistake, if it is in the body."})
    parameter = fields.String(metadata={"description": "The parameter with the mistake, if it is in the address."})
    code = string("Stable code, for programs.")
    message = string("What is wrong, for people.")
    allowed = strings("What would be right, where that can be listed.")
    suggestion = fields.String(metadata={"description": "Which of these is nearest to what was sent, if one is near."})


class ProblemSchema(ResponseSchema):
    type = string("Stable name of the kind of problem, for programs.")
    title = string("The kind of problem, for people.")
    status = whole("The HTTP status.", 400, 599)
    detail = string("What to do about it.")
    instance = string("The path of the request, and for one of many the place in its body after a `#`.")
    request_id = string("The id of the request; name it when you ask for help.")
    errors = many(ErrorSchema, "Every mistake at once, at most 100; for one of many in a batch at most 10.")
    more = fields.Boolean(required=True, metadata={"description": "Whether there are more mistakes than these."})
