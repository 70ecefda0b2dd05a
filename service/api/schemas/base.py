"""Fields and base classes that the schemas share; each field is required and described."""

from __future__ import annotations

from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, fields, validate

from service.http.cached_json import camel


def string(description: str, *allowed: str, null: bool = False) -> fields.String:
    """Words or a code; with `allowed`, one of these."""
    one_of = validate.OneOf([*allowed, *((None,) if null else ())]) if allowed else None
    return fields.String(required=True, allow_none=null, validate=one_of, metadata={"description": description})


def strings(description: str) -> fields.List[str]:
    return fields.List(fields.String(), required=True, metadata={"description": description})


def number(description: str, null: bool = False) -> fields.Float:
    return fields.Float(required=True, allow_none=null, metadata={"description": description})


def whole(description: str, least: int = 0, most: int | None = None, null: bool = False) -> fields.Integer:
    limits = validate.Range(least, most)
    return fields.Integer(required=True, allow_none=null, validate=limits, metadata={"description": description})


def flag(description: str) -> fields.Boolean:
    return fields.Boolean(required=True, metadata={"description": description})


def one(schema: type[Schema], description: str, null: bool = False) -> fields.Nested:
    return fields.Nested(schema, required=True, allow_none=null, metadata={"description": description})


def many(schema: type[Schema], description: str) -> fields.List[Any]:
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


def by_name(values: fields.Field[Any], description: str) -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=values, required=True, metadata={"description": description})


def condition(description: str) -> fields.Dict:
    return fields.Dict(required=True, metadata={"description": description, "additionalProperties": True})


class ObjectSchema(Schema):
    """A JSON object, with names as this API spells them."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.data_key = camel(field_obj.data_key or field_name)


class RequestSchema(ObjectSchema):
    """What clients send: a field that is not known is refused."""

    class Meta:
        unknown = RAISE


class ResponseSchema(ObjectSchema):
    """What clients get: fields may be added later."""

    class Meta:
        unknown = EXCLUDE


class UnderstoodSchema(ResponseSchema):
    pointer = string("JSON pointer (RFC 6901) to the answer in the request.")
    question = string("The question.")
    answer = fields.Raw(
        required=True,
        metadata={
            "description": "What it was read as: a code, or a list of codes; `unknown` where nothing was answered.",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}],
        },
    )


def understood() -> fields.List[Any]:
    """The answers that were read as something else than was sent."""
    words = "Answers that were read as something else than was sent; absent when there are none."
    return fields.List(fields.Nested(UnderstoodSchema), metadata={"description": words})


class ProfileSchema(RequestSchema):
    """Stands for the schema that is made from the questions; see `service.api.contract`."""


class PartialProfileSchema(RequestSchema):
    """Stands for the same schema without required answers."""


class ChannelIdSchema(RequestSchema):
    """Stands for the ids of the channels."""


class TransferSourceSchema(RequestSchema):
    """Stands for the ids of the cases, or a profile."""
