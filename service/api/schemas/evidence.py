"""Schemas of documented communities, and of what they say together."""

from __future__ import annotations

from marshmallow import fields, validate

from model.domain.evidence import (
    ACTIVE_KINDS,
    BASES,
    ENDED_BY,
    EXTENTS,
    RESULTS,
    SECTORS,
    SOURCE_KINDS,
    STRENGTHS,
)  # fmt: skip
from service.api.schemas.base import ResponseSchema, by_name, many, one, string, whole


class DoubtSchema(ResponseSchema):
    name = string("Why it is not surer.", "disagreement", "one_kind_of_source", "mostly_stand_ins")
    text = string("The same in words.")


class DocumentedUseSchema(ResponseSchema):
    communities = whole("How many documented communities.")
    used = whole("Outcomes in which members came to use it as their working channel.")
    partly = whole("Outcomes with some or mixed use.")
    not_used = whole("Outcomes in which it was opened and not taken up.")
    abandoned = whole("Outcomes in which it was used and left.")
    closed = whole("How many of these its owner or provider closed, which says little about members.")
    stand_ins = whole("How many outcomes are of another product, for which the channel only stands.")
    share = fields.Float(
        required=True,
        allow_none=True,
        validate=validate.Range(0, 1),
        metadata={"description": "The part of the weight on the side of use; null without outcomes."},
    )
    certainty = whole(
        "How sure that is, from 0 (nothing documented) to 4; the operation `listEvidence` tells the rule.", 0, 4
    )
    certainty_text = string("The same in words.")
    doubts = many(DoubtSchema, "What takes certainty off.")


class EvidenceSourceSchema(ResponseSchema):
    title = string("Its title.")
    url = string("Where it is, if it was read at an address.", null=True)
    kind = string("What kind of source it is.", *SOURCE_KINDS)
    kind_text = string("The same in words.")
    read = string("How much of it was read.", *EXTENTS)


class SupportSchema(ResponseSchema):
    basis = string("Whether the source states the answer or an editor inferred it.", *BASES)
    words = string("What it rests on.")


class DocumentedOutcomeSchema(ResponseSchema):
    channel = string("The channel.")
    channel_name = string("Its name.")
    stand_in = string("The real product, where the channel is only the nearest one that is assessed.", null=True)
    result = string("What became of it.", *RESULTS)
    result_text = string("The same in words.")
    ended_by = string("Who ended an abandoned channel.", *ENDED_BY, null=True)
    ended_by_text = string("The same in words.", null=True)
    invited = whole("How many people could use it.", null=True)
    active = whole("A number of people; `activeKind` says what kind of number.", null=True)
    active_kind = string("What kind of number; only `activity` is use.", *ACTIVE_KINDS, null=True)
    active_kind_text = string("The same in words.", null=True)
    active_means = string("What the number or the word for use means.", null=True)
    weeks = whole("How long it was followed.", null=True)
    note = string("What happened.", null=True)


class DocumentedCommunitySchema(ResponseSchema):
    id = string("Its name.")
    title = string("The community.")
    language = string("The language of the title, the notes and the caveat.", "en")
    case = string("The case that tells its story in both languages, if there is one.", null=True)
    sector = string("Where it is.", *SECTORS)
    sector_text = string("The same in words.")
    country = string("Country code (ISO 3166-1); `XX` for several, or where the source does not say it.")
    year = whole("Of the outcome, or of the source.")
    source = one(EvidenceSourceSchema, "Who tells it.")
    strength = string("How strong the evidence is.", *STRENGTHS)
    strength_text = string("The same in words.")
    caveat = string("Who tells it, and what may be wrong.")
    fold = string("The same for communities that share a source, an article or an ecosystem.")
    profile = by_name(
        fields.Raw(), "Its answers, as far as they are known, with the names that questions have in a profile."
    )
    support = by_name(fields.Nested(SupportSchema), "For each answer what it rests on.")
    outcomes = many(DocumentedOutcomeSchema, "What became of its channels.")


class PageLinksSchema(ResponseSchema):
    self = string("This page.")
    previous = string("The page before it.", null=True)
    next = string("The page after it.", null=True)


class EvidenceSchema(ResponseSchema):
    total = whole("How many communities fit.")
    limit = whole("How many a page holds.", 1, 100)
    offset = whole("How many come before this page.")
    links = one(PageLinksSchema, "Addresses of pages.")
    documented = one(DocumentedUseSchema, "What the outcomes say together, on all pages and of any result.")
    communities = many(DocumentedCommunitySchema, "This page, in the order of their ids.")
