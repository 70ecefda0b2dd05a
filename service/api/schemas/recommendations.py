"""Schemas of a recommendation: what is sent for it and what comes back."""

from __future__ import annotations

from marshmallow import fields, validate

from model.answer.writer import Detail
from model.domain.channels import MOMENTS
from model.domain.knowledge import LANGUAGES
from model.domain.rules import Effect
from model.scoring.launch_verdict import Verdict
from service.api.schemas.advice import (
    BundleSchema,
    CitedSourceSchema,
    ConfidenceSchema,
    HingeSchema,
    LeversSchema,
    NamedChannelSchema,
    NamedTextSchema,
    NextQuestionSchema,
    OwnRecordSchema,
    SimilarCommunitySchema,
    StatementSchema,
    StepSchema,
    SummarySchema,
    WantedChannelSchema,
)
from service.api.schemas.base import (
    ProfileSchema,
    RequestSchema,
    ResponseSchema,
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
from service.api.schemas.problems import ProblemSchema
from service.http.bodies import MOST_PROFILES


class RecommendationRequestSchema(RequestSchema):
    profile = one(ProfileSchema, "The answers about one community.")


class BatchRequestSchema(RequestSchema):
    profiles = fields.List(
        fields.Nested(ProfileSchema),
        required=True,
        validate=validate.Length(1, MOST_PROFILES),
        metadata={"description": "Profiles. One that is wrong has a problem as its result."},
    )


class FindingSchema(ResponseSchema):
    effect = string("How serious it is.", Effect.STOP, Effect.HOLD, Effect.WARN)
    name = string(
        "The rule that found it, or `no-channel-left`, `no-channel-fits`, `no-channel-fits-yet`, `first-wish-waits` or "
        "`every-channel-waits`."
    )
    text = string("What is the matter.")
    action = string("What to do first.", null=True)
    who = string("Who must do that.", null=True)
    question = string("The question whose answer that changes.", null=True)


class VerdictSchema(ResponseSchema):
    code = string("The verdict.", *Verdict)
    text = string("The verdict in words.")
    findings = many(FindingSchema, "What speaks against launching now, the most serious first.")
    may_change = strings("Questions with an unknown answer that could still make the verdict worse.")
    answer_first = strings(
        "The questions to answer first, where so little is known that no channel is advised: the ranking then only "
        "says what is used most everywhere. Empty elsewhere."
    )


class BestPerNeedSchema(ResponseSchema):
    need = string("A need, in the order given.")
    channels = strings("Channels that serve it, the best first.")


class BestSchema(ResponseSchema):
    online = strings("The best channel to use at one's own time; more than one if they are equal.")
    live = strings("The best way to meet at one time.")


class RangeSchema(ResponseSchema):
    low = number("Lowest.")
    high = number("Highest.")


class IntervalSchema(RangeSchema):
    level = number("Share of the belief inside.")


class ShareSchema(ResponseSchema):
    rules = number("What rests on expert rules, 0 to 1.")
    records = number("What rests on outcome records, 0 to 1.")


class ReasonSchema(ResponseSchema):
    kind = string("What it comes from.", "need", "rule", "records", "caution")
    name = string("The need or rule, as in `statements`, or what outcomes say something about.")
    contribution = number("Its share of the score.")
    use = number("The part of it that counts for the chance of use; the rest only counts for the order.")
    text = string("The reason in words.")
    assumed = fields.List(
        fields.String(),
        metadata={"description": "Unknown answers that were assumed to get here; absent when there are none."},
    )


class UndecidedSchema(ResponseSchema):
    questions = strings("Questions with an unknown answer that decide this together.")
    low = number("The least that answers can add to the log-odds; nothing is counted now.")
    high = number("The most that answers can add.")


_FULL = " Only of channels that are told in full."
_ALL = " Only with `detail=full`."
_MOST = f", the largest first; with `detail=usual` at most two.{_FULL}"


class RankedChannelSchema(ResponseSchema):
    rank = whole("Place among all channels; equal scores share a rank.", 1)
    rank_in_moment = whole("Place among the channels of the same moment.", 1)
    tied = flag("Whether another channel has the same score.")
    id = string("The channel.")
    name = string("Its name.")
    moment = string("Whether people use it together at one time.", *MOMENTS)
    probability = number("Chance that members will use it.")
    log_odds = fields.Float(metadata={"description": "Of use: the sum of the contributions to it." + _FULL})
    score = fields.Float(metadata={"description": "What ranks it: the sum of all contributions." + _FULL})
    range = fields.Nested(
        RangeSchema,
        metadata={"description": "What the chance can become when unknown answers become known." + _ALL},
    )
    interval = fields.Nested(IntervalSchema, metadata={"description": "How sure the chance is." + _FULL})
    share = fields.Nested(ShareSchema, metadata={"description": "What the base rate rests on." + _FULL})
    reasons_for = fields.List(
        fields.Nested(ReasonSchema),
        metadata={"description": "Contributions above zero" + _MOST},
    )
    reasons_against = fields.List(
        fields.Nested(ReasonSchema),
        metadata={"description": "Contributions below zero" + _MOST},
    )
    undecided = fields.List(
        fields.Nested(UndecidedSchema), metadata={"description": "What unknown answers can still add." + _ALL}
    )
    advice = fields.List(
        fields.Nested(NamedTextSchema),
        metadata={"description": "What to mind when using it. Only of advised channels, or with `detail=full`."},
    )
    may_be_excluded_by = fields.List(
        fields.Nested(NamedTextSchema),
        metadata={"description": "Rules that exclude it should an unknown answer turn out that way." + _FULL},
    )


class ExcludedChannelSchema(ResponseSchema):
    id = string("The channel.")
    name = string("Its name.")
    moment = string("Whether people use it together at one time.", *MOMENTS)
    reasons = many(NamedTextSchema, "The rules that exclude it.")


class LeftOutSchema(ResponseSchema):
    id = string("The product.")
    name = string("Its name.")
    reason = string("Why it is not assessed.")
    use_instead = string("The channel that comes closest.", null=True)
    sources = strings("Where that is said.")


class AssumedAnswerSchema(ResponseSchema):
    question = string("A question with an unknown answer.")
    answer = string("What it was taken for.")
    text = string("The same in words.")


class AnsweredBySchema(ResponseSchema):
    artifact = string("The artifact; `rules` is the rule base by itself, `starter` what comes with the knowledge.")
    checksum = string("SHA-256 of the artifact.")
    knowledge = string("Fingerprint of the knowledge, texts and sources included.")
    records = whole("Outcome records it learned from.")
    communities = whole("Communities those come from.")
    documented = whole("Documented communities it learned from.")


class TraceLineSchema(ResponseSchema):
    rule = string("The rule.")
    channel = string("The channel.")
    status = string("What became of the rule.", "fired", "near_miss", "undecided", "not_applicable")
    questions = strings("Answers that decide it, or that it is short of.")


class ChosenChannelSchema(NamedChannelSchema):
    needs = strings("The needs to use it for, in the order given.")


class ContradictionSchema(NamedTextSchema):
    pointers = strings("Where the answers stand that cannot all be true, as JSON pointers inside the profile.")


class BriefVerdictSchema(ResponseSchema):
    code = string("The verdict.", *Verdict)
    text = string("The verdict in words.")


class BriefRecommendationSchema(ResponseSchema):
    language = string("Language of the texts.", *LANGUAGES)
    detail = string("Always `brief`.", Detail.BRIEF)
    summary = one(SummarySchema, "The answer in one sentence of at most 140 characters.")
    verdict = one(BriefVerdictSchema, "Whether to launch.")
    action = fields.String(metadata={"description": "What to do first; absent when there is nothing."})
    channels = many(
        ChosenChannelSchema,
        "The channels to use together, the one to begin with first.",
    )
    warnings = fields.List(
        fields.Nested(ContradictionSchema),
        metadata={"description": "Answers that cannot all be true; absent when there are none."},
    )
    wanted = fields.Nested(
        WantedChannelSchema,
        metadata={"description": "Whether the channel that the team wants to copy is right; absent without one."},
    )
    code = string("The answers as a short code, which `/v1/profiles/{code}` reads again.")
    choice = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "Which channels are allowed, as the parameter to ask with; absent where all are."},
    )
    understood = understood()


class RoadSchema(ResponseSchema):
    steps = many(StepSchema, "The one or two answers that the team brings about.")
    verdict = string("The verdict that follows.", *Verdict)
    channels = many(ChosenChannelSchema, "The channels to use together then.")
    text = string("The outcome in words.")
    code = string("The changed answers as a short code, which asks for that whole answer, with the same `choice`.")


class RecommendationSchema(ResponseSchema):
    language = string("Language of the texts.", *LANGUAGES)
    detail = string("How much it tells.", Detail.USUAL, Detail.FULL)
    summary = one(SummarySchema, "The answer in one sentence of at most 140 characters.")
    verdict = one(VerdictSchema, "Whether to launch.")
    warnings = many(
        ContradictionSchema,
        "Answers that cannot all be true. The advice takes them as they are: show these before it, so that the team "
        "can mend one.",
    )
    wanted = one(
        WantedChannelSchema,
        "Whether the channel that the team wants to copy is right; null when it names none.",
        null=True,
    )
    roads = many(
        RoadSchema,
        "What the team can bring about where the answer is not simply that it can start: at most two, the better one "
        "first. Each is worked out as any answer is.",
    )
    instead = one(
        RoadSchema,
        "What the team can do where it cannot do what the verdict asks: another aim, such as only sending news. It "
        "gives up something that members want, so it is none of the roads; null where there is none.",
        null=True,
    )
    hypothetical = flag("Whether the ranking only shows what would fit, because the verdict is not to launch.")
    best = one(BestSchema, "The best of each kind.")
    best_per_need = many(BestPerNeedSchema, "The best for each need.")
    bundle = one(
        BundleSchema,
        "The channels to use together; null when none is left, and where too little is known to advise one.",
        null=True,
    )
    confidence = one(
        ConfidenceSchema,
        "How sure the first channel is of the moment that the bundle opens with; null when there is no bundle.",
        null=True,
    )
    code = string("The answers as a short code, which `/v1/profiles/{code}` reads again.")
    choice = by_name(
        fields.List(fields.String()),
        "Which channels are allowed, as the parameter (`only` or `without`, whichever is shorter) to ask with beside "
        "this code or that of a road; empty where all are.",
    )
    channels = many(RankedChannelSchema, "The ranking, the best first.")
    excluded = many(ExcludedChannelSchema, "Channels that cannot be used.")
    not_assessed = fields.List(
        fields.Nested(LeftOutSchema), metadata={"description": "Products that are often named but not assessed." + _ALL}
    )
    assumptions = many(AssumedAnswerSchema, "What unknown answers were taken for.")
    advice = many(NamedTextSchema, "Advice for the community as a whole.")
    statements = by_name(fields.Nested(StatementSchema), "What each rule and need that is named rests on.")
    sources = by_name(fields.Nested(CitedSourceSchema), "The sources that these statements cite.")
    model = one(AnsweredBySchema, "What gave this answer.")
    trace = fields.List(
        fields.Nested(TraceLineSchema),
        metadata={"description": "What became of every rule for every channel; only with `include=trace`."},
    )
    levers = fields.Nested(
        LeversSchema,
        allow_none=True,
        metadata={
            "description": "What a team can do for one channel: the one in `include=levers:…`, or else the one to be "
            "copied, or else the first platform that lost. Only with `include=levers`; null when there is no such "
            "channel."
        },
    )
    hinges = fields.List(
        fields.Nested(HingeSchema),
        metadata={"description": "Answers that the first place hangs on; only with `include=levers`."},
    )
    cases = fields.List(
        fields.Nested(SimilarCommunitySchema),
        metadata={
            "description": "The documented communities that are most like yours, the nearest first; only with "
            "`include=cases`."
        },
    )
    own_records = fields.List(
        fields.Nested(OwnRecordSchema),
        allow_none=True,
        metadata={
            "description": "Outcome records of the best channels that may be shown, of communities most like yours, "
            "the nearest first; never whose they are. Only with `include=cases`; null while records are out of reach."
        },
    )
    next_question = fields.Nested(
        NextQuestionSchema, metadata={"description": "What to ask next; only with `include=nextQuestion`."}
    )
    understood = understood()


class AnswerSchema(ResponseSchema):
    """Stands for either of the two above; see `service.openapi.document`."""


class ResultSchema(ResponseSchema):
    answer = fields.Nested(AnswerSchema, metadata={"description": "The recommendation; or else a problem."})
    problem = fields.Nested(ProblemSchema, metadata={"description": "Why there is no recommendation."})


class BatchAnswerSchema(ResponseSchema):
    results = many(ResultSchema, "One result for each profile, in the same order.")
