"""Schemas of advice: what stands beside a ranking, and what can be asked apart from one."""

from __future__ import annotations

from marshmallow import fields, validate

from model.advice.next_question import PARTS
from model.advice.transfer_check import Carry
from model.advice.wanted_channel import Suits
from model.domain.channels import MOMENTS
from model.domain.knowledge import LANGUAGES
from model.outcomes.record import NOT_USED_REASONS, WEEKS
from model.storage.recent import LOOKED_AT
from service.api.schemas.base import (
    ChannelIdSchema,
    PartialProfileSchema,
    ProfileSchema,
    RequestSchema,
    ResponseSchema,
    TransferSourceSchema,
    by_name,
    flag,
    many,
    number,
    one,
    string,
    strings,
    understood,
    whole,
)


class NamedTextSchema(ResponseSchema):
    name = string("The rule, as in `statements`.")
    text = string("What it says.")


class StatementSchema(ResponseSchema):
    grade = strings("How well it is supported.")
    sources = strings("Who says so.")
    opinion = flag("Whether it rests on the editors' judgement alone.")


class CitedSourceSchema(ResponseSchema):
    title = string("Its title.")
    url = string("Where it is, if it was read at an address.", null=True)
    year = fields.String(metadata={"description": "When it appeared. Not in a usual answer."})
    kind = fields.String(metadata={"description": "What kind of source it is. Not in a usual answer."})


class NamedChannelSchema(ResponseSchema):
    id = string("The channel.")
    name = string("Its name.")
    moment = string("Whether people use it together at one time.", *MOMENTS)


# --- what every answer opens with ------------------------------------------------------------------------------------


class SummarySchema(ResponseSchema):
    team = string("What to do, for the team.")
    staff = string("What the numbers say, for data staff.")


class ServedNeedSchema(ResponseSchema):
    need = string("A need, in the order given.")
    channel = string("The channel of the bundle that serves it best.")
    value = number("What that adds to the utility.")


class BundleRuleSchema(NamedTextSchema):
    contribution = number("What it adds to the utility; below zero is a cost.")


class UncoveredNeedSchema(ResponseSchema):
    need = string("A need that no channel of the bundle serves well.")
    instead = string("The channel that would, if there is one.", null=True)
    text = string("The same in words.")


class OverlapSchema(ResponseSchema):
    need = string("A need that more channels of the bundle serve.")
    channels = strings("These channels.")
    channel = string("The one to agree on.")
    text = string("The same in words.")


class LaterSchema(ResponseSchema):
    channels = strings("Channels that would be in the set.")
    rule = string("The warning that says not to start with them.")
    text = string("The same in words.")


class AlternativeSchema(ResponseSchema):
    channels = strings("Another set.")
    behind = number("How much lower its utility is; below zero for a larger set that only brings a little more.")


class BundleSchema(ResponseSchema):
    channels = many(
        NamedChannelSchema,
        "The one to begin with first: that for the first wish, or a meeting.",
    )
    home = string("The channel where the community lives.")
    utility = number("The sum of `serves` and `rules`.")
    serves = many(ServedNeedSchema, "Which channel is for what.")
    rules = many(BundleRuleSchema, "What using several channels costs or brings.")
    uncovered = many(UncoveredNeedSchema, "What stays uncovered.")
    overlaps = many(OverlapSchema, "Where the team must agree which channel is for what.")
    advice = many(NamedTextSchema, "What to mind when using them together.")
    later = many(LaterSchema, "What a warning keeps out of the set for now.")
    alternatives = many(AlternativeSchema, "Sets that are almost as good, the best first.")


class ConfidenceSchema(ResponseSchema):
    moment = string("Of which ranking.", *MOMENTS)
    first = string("The first channel.")
    second = string("The second, if one is left.", null=True)
    probability = number("Chance that the first beats the second.")
    records_share = number("How much rests on outcome records, 0 to 1.")
    records = whole("Outcome records that the numbers rest on.")
    comparable = whole(
        f"How many of the newest {LOOKED_AT:,} outcome records are of the first channel and from communities like this "
        "one; null while records are out of reach.",
        null=True,
    )
    lead = string("What the chance says, in words.")
    basis = string("What it rests on, in words.")


# --- what is told when it is asked for -------------------------------------------------------------------------------


class ChangeSchema(ResponseSchema):
    question = string("The question whose answer changes.")
    before = strings("The answer now; empty is unknown.")
    after = strings("The answer that the team can bring about.")
    who = string("Who must act.")
    action = string("What they do.")
    cost = string("What that costs, where an expert says so.", null=True)
    text = string("The change in words.")


class StepSchema(ResponseSchema):
    question = string("The question whose answer changes.")
    answer = strings("The answer that it brings about.")
    who = string("Who must act.")
    action = string("What they do; in a step of a road for which a finding says that, only that it is asked for.")
    cost = string("What that costs, where an expert says so.", null=True)


class WantedChannelSchema(ResponseSchema):
    channel = string("The channel.")
    name = string("Its name.")
    suits = string("Whether it is right for this community.", *Suits)
    text = string("The answer in one sentence.")
    better = strings("The channels that fit better; none where it is right itself.")
    steps = many(StepSchema, "Where it does not fit: what would make it fit, if a team can bring that about.")


class PlanSchema(ResponseSchema):
    result = string(
        "`first` of its moment, `eligible` (no longer excluded), or `none` (only nearer).", "first", "eligible", "none"
    )
    log_odds = number("The score of the channel after these changes.")
    lead = number(
        "How far it is then ahead of the best other channel of its moment, in log-odds; null when there is no other.",
        null=True,
    )
    changes = many(ChangeSchema, "Changes that belong together.")


class LeversSchema(ResponseSchema):
    channel = string("The channel.")
    place = string("Where it stands now.", "first", "behind", "excluded")
    first = strings("The channels that are first of its moment now.")
    lead = number("How far it is ahead now, in log-odds; null when there is no other channel.", null=True)
    plans = many(PlanSchema, "The smallest sets of changes that make it first, or else eligible.")
    nearest = one(PlanSchema, "Where no plan makes it first: what brings it nearest.", null=True)
    text = string("The answer in one sentence.")


class HingeSchema(ResponseSchema):
    question = string("A question with a known answer.")
    instead = strings("The answer that would change first place.")
    moment = string("Which first place.", *MOMENTS)
    first_now = strings("The channels that are first.")
    first_then = strings("The channels that would be first.")
    text = string("The same in words.")


class FactorSchema(ResponseSchema):
    question = string("A question whose answer matters for the channel.")
    status = string("How the two communities compare.", "same", "different", "unknown")
    there = strings("The answer there; empty is unknown.")
    here = strings("The answer here.")
    contribution_there = number("Its share of the log-odds there.")
    contribution_here = number("Its share of the log-odds here.")
    difference = number("Here less there.")
    excludes = flag("Whether it makes an exclusion fire here that does not fire there.")
    rules = many(NamedTextSchema, "The rules behind it, the heaviest first.")
    text = string("The same in words.")


class ExperienceSchema(ResponseSchema):
    channel = string("The channel.")
    note = string("What happened.", null=True)


class NamedCaseSchema(ResponseSchema):
    id = string("The case.")
    name = string("The community.")


class SimilarCaseSchema(NamedCaseSchema):
    distance = number("How far it is from yours, in log-odds; 0 is alike in everything that matters.")
    worked = many(ExperienceSchema, "Channels that worked.")
    failed = many(ExperienceSchema, "Channels that failed.")
    lesson = string("What can be learned from it.")
    sources = strings("Who tells it, as in `sources`.")
    differences = many(FactorSchema, "How it differs from yours, what matters most first.")


class AnswerComparisonSchema(ResponseSchema):
    question = string("A question that both communities answered.")
    there = strings("The answer there.")
    here = strings("The answer here.")
    text = string("The same in words.")


class TellingSourceSchema(ResponseSchema):
    title = string("Its title.")
    url = string("Where it is, if it was read at an address.", null=True)


class SimilarCommunitySchema(ResponseSchema):
    id = string("Its name in the evidence.")
    name = string("The community.")
    language = string("The language of the name, the notes and the caveat: English, where no editor tells its story.")
    case = string("The case that tells its story, if there is one.", null=True)
    country = string("Country code (ISO 3166-1); `XX` for several, or where the source does not say it.")
    year = whole("Of what happened, or of the source.")
    likeness = number("How like yours it is, from 0 to 1, by what matters for people; unknown answers make it lower.")
    worked = many(ExperienceSchema, "Channels that worked.")
    partly = many(ExperienceSchema, "Channels with some or mixed use.")
    failed = many(ExperienceSchema, "Channels that failed.")
    lesson = string("What can be learned from it, where an editor says so.", null=True)
    caveat = string("Who tells it, and what may be wrong.")
    source = one(TellingSourceSchema, "Who tells it.")
    sources = strings("The same as in `sources`, for a case.")
    same = many(AnswerComparisonSchema, "Answers that are equal, what matters most first.")
    differences = many(AnswerComparisonSchema, "Answers that are not equal, what matters most first.")


class OwnRecordSchema(ResponseSchema):
    label = string("Says that it is an own record and no study.")
    channel = string("The channel that was used.")
    year = whole("When use began.")
    invited = whole("How many people were invited; null where nobody counted.", 1, null=True)
    active = whole(f"How many of them were active in week {WEEKS}; null where nobody counted.", null=True)
    used = fields.Boolean(
        required=True, allow_none=True, metadata={"description": "Whether it was used, where nobody counted."}
    )
    reason = string("Why people did not use it.", *NOT_USED_REASONS, null=True)
    text = string("What happened, in words.")
    distance = number("How far that community is from yours, in log-odds; 0 is alike in everything that matters.")
    differences = many(FactorSchema, "How it differs from yours, what matters most first.")


class NextQuestionRequestSchema(RequestSchema):
    profile = one(PartialProfileSchema, "The answers so far.")


class RiskSchema(ResponseSchema):
    most = number("Chance, at most, that the open answers change first place or verdict.")
    certain = flag("Whether no answers at all can change them.")
    questions = strings("The open questions that can.")


class NextQuestionSchema(ResponseSchema):
    question = string("The question to put; null when all were put.", null=True)
    why = string("Why this is asked at all.", null=True)
    changes = number("Chance that its answer changes the decision.")
    parts = fields.List(
        fields.String(validate=validate.OneOf(PARTS)),
        required=True,
        metadata={"description": "What of the decision it can change."},
    )
    stop = flag("Whether you can stop asking.")
    risk = one(RiskSchema, "What the open answers can still change.")
    open = strings("The questions that were not put yet.")
    text = string("Why this question now, or why it is safe to stop.")
    understood = understood()


class TransferRequestSchema(RequestSchema):
    source = one(TransferSourceSchema, "Where the channel worked: the id of a documented case, or a profile.")
    channel = one(ChannelIdSchema, "The channel that worked there.")
    profile = one(ProfileSchema, "The answers of the community that wants to use it.")


class TransferCheckSchema(ResponseSchema):
    language = string("Language of the texts.", *LANGUAGES)
    source = one(NamedCaseSchema, "The documented case; null when a profile was sent.", null=True)
    channel = one(NamedChannelSchema, "The channel.")
    there = string("What the case tells of the channel.", "worked", "failed", "not_told")
    verdict = string("Does the success carry over?", *Carry)
    text = string("The verdict in one sentence, that of `wanted`.")
    wanted = one(WantedChannelSchema, "Whether the channel is right here, as in every answer for the same profile.")
    log_odds_there = number("The score of the channel there.")
    log_odds_here = number("Its score here.")
    excluded_by = many(NamedTextSchema, "The rules that exclude it here.")
    first = strings("The channels of the same moment that fit best here.")
    plans = many(PlanSchema, "With `adapt`: the smallest changes after which it fits.")
    factors = many(FactorSchema, "Every answer that matters for it, the largest difference first.")
    warning = one(SimilarCaseSchema, "The nearest case in which copying a channel failed.", null=True)
    statements = by_name(fields.Nested(StatementSchema), "What each rule that is named rests on.")
    sources = by_name(fields.Nested(CitedSourceSchema), "The sources that these statements and cases cite.")
    understood = understood()


class AnswerChangeSchema(ResponseSchema):
    question = string("The question.")
    was = string("Code that the answer had; null for a channel that is no longer in the list.", null=True)
    answer = string("Code that it has today; `unknown` where it could not be kept.")
    text = string("What became of it and why, for people.")


class DecodedProfileSchema(ResponseSchema):
    code = string("The code, as it is written.")
    profile = one(ProfileSchema, "The answers behind it.")
    changes = fields.List(
        fields.Nested(AnswerChangeSchema),
        metadata={"description": "Answers of an earlier list of questions that are others today; absent without any."},
    )
