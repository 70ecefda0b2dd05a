"""The shape of a documented community in the evidence files, as marshmallow schemas."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from model.domain.evidence import ACTIVE_KINDS, BASES, ENDED_BY, EXTENTS, RESULTS, SECTORS, SOURCE_KINDS, STRENGTHS
from model.errors import Phrase
from model.knowledge.schemas import ADDRESS, EntrySchema, Name, TranslatedText, at_least, word, words

_SUPPORT = re.compile(rf"({'|'.join(BASES)}): \S", re.DOTALL)
_WORDS_OF_SUPPORT = Phrase("write 'stated: ' or 'inferred: ' and the words it rests on")


class SectorName(fields.String):
    """A sector, by its code or in words: `health and social care` is `health_and_social_care`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return re.sub(r"\W+", "_", super()._deserialize(value, attr, data, **kwargs)).lower()


class Period(Name):
    """A year, or words about it in every language."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        return super()._deserialize(str(value) if type(value) is int else value, attr, data, **kwargs)


def count() -> fields.Integer:
    """A whole number, or nothing where the source gives none."""
    return fields.Integer(strict=True, allow_none=True, validate=at_least(0))


def name(required: bool = True) -> fields.String:
    """The name of a community, or of a fold."""
    rule = validate.Regexp(r"[a-z0-9][a-z0-9-]*\Z", error=Phrase("use small letters, digits and -"))
    return fields.String(required=required, validate=rule)


class EvidenceSourceEntry(EntrySchema):
    title = word()
    kind = word(*SOURCE_KINDS)
    read = word(*EXTENTS)
    url = fields.String(validate=validate.Regexp(ADDRESS, error=Phrase("give the whole address, with https://")))


class DocumentedOutcomeEntry(EntrySchema):
    channel = word()
    result = word(*RESULTS)
    stand_in = word(required=False)
    ended_by = word(*ENDED_BY, required=False)
    invited = count()
    active = count()
    active_kind = word(*ACTIVE_KINDS, required=False)
    active_means = word(required=False)
    weeks = count()
    note = word(required=False)


class StoryEntry(EntrySchema):
    name = Name(required=True)
    summary = TranslatedText(required=True)
    period = Period(required=True)
    sources = words()
    reliability = TranslatedText(required=True)
    notes = fields.Dict(keys=fields.String(), values=TranslatedText())
    lesson = TranslatedText(required=True)


class DocumentedCommunityEntry(EntrySchema):
    id = name()
    title = word()
    sector = SectorName(required=True, validate=validate.OneOf(SECTORS))
    country = fields.String(
        required=True,
        validate=validate.Regexp(r"[A-Z]{2}\Z", error=Phrase("use a country code of two capital letters")),
    )
    year = fields.Integer(required=True, strict=True, validate=validate.Range(1900, 2100, error=Phrase("give a year")))
    source = fields.Nested(EvidenceSourceEntry, required=True)
    profile = fields.Dict(keys=fields.String(), required=True)
    support = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Regexp(_SUPPORT, error=_WORDS_OF_SUPPORT)),
        required=True,
    )
    outcomes = fields.List(fields.Nested(DocumentedOutcomeEntry), required=True)
    strength = word(*STRENGTHS)
    caveat = word()
    fold = name(required=False)
    story = fields.Nested(StoryEntry)


EVIDENCE_SECTIONS: Mapping[str, EntrySchema] = {"evidence": DocumentedCommunityEntry()}
"""The lists of entries that a file in the folder `evidence` may hold."""
