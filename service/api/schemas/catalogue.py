"""Schemas of the catalogue: questions, channels, rules, sources and cases."""

from __future__ import annotations

from marshmallow import fields, validate

from model.domain.channels import MOMENTS
from model.domain.rules import Effect
from service.api.schemas.advice import CitedSourceSchema, ExperienceSchema
from service.api.schemas.base import (
    ProfileSchema,
    ResponseSchema,
    by_name,
    condition,
    flag,
    many,
    number,
    one,
    string,
    strings,
    whole,
)
from service.api.schemas.evidence import DocumentedUseSchema
from service.api.schemas.recommendations import LeftOutSchema


class OptionSchema(ResponseSchema):
    code = string("What to send.")
    text = string("What to show.")


class FollowsSchema(ResponseSchema):
    question = string("The question that this one follows.")
    codes = strings("The answers to it that make this one apply.")


class LeverSchema(ResponseSchema):
    who = string("Who can change the answer.")
    action = string("How.")


class AssumptionSchema(ResponseSchema):
    when = condition("Condition on the other answers, in the form that rules have.")
    answer = string("What an unknown answer is taken for.")
    text = string("What is said about that.")


class QuestionSchema(ResponseSchema):
    id = string("Its name in a profile.")
    theme = string("The step of the form it belongs to.")
    label = string("A few words.")
    text = string("The question.")
    why = string("Why it is asked.")
    kind = string("Whether the answer is a code or a list of codes.", "single", "multi")
    limit = whole("How many options may be chosen.", 1)
    ordered = flag("Whether the first choice counts most.")
    required = flag("Whether an answer must be given.")
    early = flag("Whether it is asked right after the questions that must be answered.")
    unknown_allowed = flag("Whether `unknown` is an answer.")
    options = many(OptionSchema, "The possible answers, next to `unknown`.")
    follows = one(FollowsSchema, "When it applies; null when it always does.", null=True)
    lever = one(LeverSchema, "How a team can change the answer, if it can.", null=True)
    assumptions = many(AssumptionSchema, "What an unknown answer is taken for; the first that applies.")
    sources = strings("Why the answer matters.")


class ThemeSchema(ResponseSchema):
    id = string("Its name.")
    title = string("What to show.")
    questions = strings("Its questions, in order.")


class QuestionsSchema(ResponseSchema):
    themes = many(ThemeSchema, "The steps of a form.")
    questions = many(QuestionSchema, "Every question, in screen order.")


class FactSchema(ResponseSchema):
    text = string("What is known.")
    sources = strings("Who says so.")


class ChannelSchema(ResponseSchema):
    id = string("Its name in profiles and answers.")
    name = string("What to show.")
    description = string("What it is.")
    synonyms = strings("Other names.")
    moment = string("Whether people use it together at one time.", *MOMENTS)
    family = string("Channels with which it shares accounts and habits.")
    kind = string("What kind of channel it is.")
    devices = strings("What it can be used on.")
    computer_needed = flag("Whether it works well only on a computer.")
    phone_first = flag("Whether it is made for a phone.")
    account = string("The account it needs.")
    new_login = whole("How much of a new login it asks for, 0 to 2.", 0, 2)
    single_sign_on = string("Whether a work account is enough.", "full", "partial", "none", "not_needed")
    app_install = string("Whether an app must be installed.", "required", "optional", "none")
    friction_own = whole("Effort for a member of the hosting organisation, 0 to 3.", 0, 3)
    friction_out = whole("Effort for a member from elsewhere, 0 to 3.", 0, 3)
    habit_lowers_friction = flag("Whether daily use of the same family takes the effort away.")
    functions = by_name(fields.Integer(validate=validate.Range(0, 3)), "For each need how well it is served, 0 to 3.")
    max_members = whole("People in one group; null without a known limit.", 1, null=True)
    archive = whole("How well things can be found again, 0 to 3.", 0, 3)
    data_place = string("Where the data is.")
    encryption = string("How messages are encrypted.")
    patient_data = string("Whether personal data of patients may be in it.")
    guest_access = whole("How easily people from outside get in, 0 to 3.", 0, 3)
    moderation = whole("Work it asks of a moderator, 0 to 3.", 0, 3)
    cost = whole("What it costs, 0 to 3.", 0, 3)
    lock_in = whole("How hard it is to leave, 0 to 3.", 0, 3)
    status = string("Whether it can still be had.", "active", "discontinued")
    status_note = string("More about that.", null=True)
    facts = many(FactSchema, "What is known, with sources.")
    note = string("What to mind.", null=True)
    evidence = by_name(
        fields.List(fields.String()), "For each attribute its sources; what is not named is expert judgement."
    )
    documented = one(DocumentedUseSchema, "What became of it in documented communities.")


class NotAssessedSchema(LeftOutSchema):
    synonyms = strings("Other names.")


class ChannelsSchema(ResponseSchema):
    channels = many(ChannelSchema, "Channels that can be recommended.")
    not_assessed = many(NotAssessedSchema, "Products that are often named but not assessed.")


class InsteadSchema(ResponseSchema):
    question = string("The question that gets another answer.")
    answer = strings("That answer.")
    who = string("Who must act.")
    action = string("What to do.")
    cost = string("What the community does without then.")


class RuleSchema(ResponseSchema):
    id = string("Its name.")
    theme = string("What it is about.")
    effect = string("What it does when it fires.", *Effect)
    weight = number("What it adds to the log-odds, or to the value of a set of channels; otherwise null.", null=True)
    when = condition("Condition on the answers, as nested objects.")
    channel = condition("Condition on the channel, as nested objects.")
    concerns = condition("For a warning that is only told where the answer names such a channel: condition on it.")
    bundle = string("For a rule about a set of channels: what it looks at.", null=True)
    text = string("What it says.")
    action = string("What to do first.", null=True)
    action_of = string("The question whose answer that changes.", null=True)
    answer_first = strings("For a stop because too little is known: the questions to answer first.")
    instead = one(InsteadSchema, "Another aim, for who cannot do what a hold asks; else null.", null=True)
    sources = strings("Who says so.")
    grade = strings("How well its direction is supported.")
    grade_note = string("More about that.", null=True)
    documented = one(
        DocumentedUseSchema,
        "Outcomes in documented communities on which its condition is known to hold, worked out beside its grade; null "
        "for a rule about a set of channels.",
        null=True,
    )
    opinion = flag("Whether it rests on the editors' judgement alone.")
    since = fields.Date(required=True, metadata={"description": "The day it came in."})
    review_by = fields.Date(required=True, metadata={"description": "The day by which it must be checked."})


class RulesSchema(ResponseSchema):
    rules = many(RuleSchema, "Every rule.")


class SourceSchema(CitedSourceSchema):
    id = string("Its name in lists of sources.")
    year_note = string("More about the year.", null=True)
    kind_note = string("More about the kind.", null=True)
    read = string("How much of it was read.", "excerpt", "seed", "general_knowledge", "none")
    read_note = string("More about that.", null=True)


class SourcesSchema(ResponseSchema):
    sources = many(SourceSchema, "Every source.")


class CaseSchema(ResponseSchema):
    id = string("Its name.")
    name = string("The community.")
    summary = string("What it was like.")
    country = string("Country code (ISO 3166-1).")
    year = string("When.")
    sources = strings("Who tells it.")
    reliability = string("How far it can be trusted.", null=True)
    profile = one(ProfileSchema, "Its answers, as far as they are known.")
    basis = by_name(
        fields.String(validate=validate.OneOf(["stated", "inferred"])),
        "For each answer whether the source states it or the editors inferred it.",
    )
    worked = many(ExperienceSchema, "Channels that worked.")
    failed = many(ExperienceSchema, "Channels that failed.")
    lesson = string("What can be learned from it.")


class CasesSchema(ResponseSchema):
    cases = many(CaseSchema, "Every case.")
