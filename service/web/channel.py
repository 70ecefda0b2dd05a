"""Channel: everything about one channel for one community; compare: two of them side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.domain.channels import Channel
from model.scoring.advisor import RankedChannel, Recommendation
from model.scoring.scorer import Assessment
from service.components import parts
from service.web.ask import not_yet
from service.web.chances import chance_values, chance_word
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.page_request import NOW, SINGLE, PageRequest, visit
from service.web.reasons import ShownReason
from service.web.rendering import hidden_fields, page
from service.web.translations import translator
from service.web.wanted import wanted_channel
from service.web.what_if import shown_plans

bp = Blueprint("channel", __name__)


@bp.get("/channel")
def channel() -> Response:
    """One channel: its place, every reason, what may change it, and facts."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    shown = parts().knowledge.channel(here.parameters.get("channel", ""))
    recommendation, advice = parts().champion.current.advisor.recommend(profile), parts().champion.current.advice
    ranked, assessment = find(recommendation, shown.id)
    levers = advice.what_if.levers(recommendation, shown.id)
    questionnaire = parts().knowledge.questionnaire
    pro, con = _points(assessment)
    waiting = {name for part in assessment.undecided for name in part.questions}
    return page(
        "channel.html",
        here.address,
        channel=shown,
        ranked=ranked,
        assessment=assessment,
        chance=chance_values(assessment, here.language),
        span=[chance_word(each, here.language) for each in assessment.probability_range],
        shown=COMPARED,
        documented=parts().documented.of_channel(shown.id),
        total=sum(1 for each in recommendation.channels if each.assessment.moment == shown.moment),
        excluded_by=[(rule, fragments().cited(rule.sources)) for rule in assessment.excluded_by],
        wanted=advice.wanted(recommendation, shown.id),
        levers=levers,
        plans=shown_plans(levers, here.address),
        waits=[
            (question, here.address.to("/ask", **{NOW: question.id, SINGLE: "1"}))
            for question in questionnaire
            if question.id in waiting
        ],
        facts=[(fact, fragments().cited(fact.sources)) for fact in shown.facts],
        others=[other for other in parts().knowledge.channels if other is not shown],
        second=here.parameters.get("second", ""),
        compare_action=here.address.path("/compare"),
        hidden=hidden_fields(here.carried()),
        pro=pro,
        con=con,
        **shell(here),
    )


@bp.get("/compare")
def compare() -> Response:
    """Two channels beside each other."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    recommendation = parts().champion.current.advisor.recommend(profile)
    channels = [(name, parts().knowledge.channel(here.parameters.get(name, ""))) for name in _SIDES]
    sides = [_side(name, shown, recommendation, here.language) for name, shown in channels]
    asked = parts().knowledge.needs
    needs = profile.codes(asked.id)
    return page(
        "compare.html",
        here.address,
        sides=sides,
        most=COMPARED,
        sentence=_sentence(sides, here),
        wanted=wanted_channel(recommendation, here.address, [side.channel.id for side in sides]),
        needs=[(asked.option(need).text, [side.channel.functions[need] for side in sides]) for need in needs],
        channels=parts().knowledge.channels,
        compare_action=here.address.path("/compare"),
        hidden=hidden_fields(here.carried()),
        **shell(here),
    )


_SIDES = ("first", "second")
COMPARED = 4
"""Reasons for and against, of those that weigh most; the others are in a fold on the page of the channel."""


@dataclass(frozen=True, slots=True)
class _ComparedChannel:
    """One of two channels."""

    name: str
    channel: Channel
    ranked: RankedChannel | None
    assessment: Assessment
    chance: Sequence[str]
    pro: Sequence[ShownReason]
    con: Sequence[ShownReason]


def _side(name: str, shown: Channel, recommendation: Recommendation, language: str) -> _ComparedChannel:
    ranked, assessment = find(recommendation, shown.id)
    return _ComparedChannel(name, shown, ranked, assessment, chance_values(assessment, language), *_points(assessment))


def _points(assessment: Assessment) -> tuple[Sequence[ShownReason], Sequence[ShownReason]]:
    """What speaks for a channel and against it."""
    grouper = fragments().reasons
    lists = grouper.lists(assessment)
    return [grouper.shown(each) for each in lists.pro], [grouper.shown(each) for each in lists.con]


def _sentence(sides: list[_ComparedChannel], here: PageRequest) -> str:
    """Which of the two is ahead, in words."""
    first, second = sides
    translate = translator(here.language)
    names = {"first": first.channel.name[here.language], "second": second.channel.name[here.language]}
    if not first.ranked or not second.ranked:
        return ""
    if first.assessment.score == second.assessment.score:
        return translate("For your community, %(first)s and %(second)s come out equal.") % names
    if first.assessment.score < second.assessment.score:
        names = {"first": names["second"], "second": names["first"]}
    return translate("For your community, %(first)s fits better than %(second)s.") % names


def find(recommendation: Recommendation, channel: str) -> tuple[RankedChannel | None, Assessment]:
    """A channel's place, or None when it is left out, and its assessment."""
    for ranked in recommendation.channels:
        if ranked.assessment.channel.id == channel:
            return ranked, ranked.assessment
    return None, next(each for each in recommendation.excluded if each.channel.id == channel)
