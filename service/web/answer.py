"""Answer: the decision on one page, with a picture, the next steps, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from model.advice.advice import Overview
from model.scoring.advisor import Recommendation
from service.components import parts, public_address
from service.web.address import Address
from service.web.answer_lines import answer_lines
from service.web.ask import not_yet
from service.web.bundle_cards import bundle_cards
from service.web.changed_answers import changed_banner
from service.web.fragments import fragments, joined
from service.web.headline import headline
from service.web.language_switch import shell
from service.web.next_steps import first_steps, may_start, next_steps
from service.web.page_request import visit
from service.web.rendering import page
from service.web.roads import road_cards
from service.web.sharing import mail_link, written_day
from service.web.translations import translator
from service.web.verdict import answer_first, contradictions, little_known, most_telling, notices
from service.web.wanted import wanted_channel
from service.web.wish_matrix import picture_rows, wish_matrix

bp = Blueprint("answer", __name__)
HINGES_SHOWN = 6


@bp.get("/answer")
def answer() -> Response:
    """The advice, from the decision to how sure it is."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    address, champion = here.address, parts().champion.current
    recommendation = champion.advisor.recommend(profile)
    overview = champion.advice.overview(recommendation)
    unknown = recommendation.readiness.answer_first
    # What to answer first is said above all else then.
    hinges = [] if unknown else fragments().hinges.of_object(recommendation, lambda: _hinges(recommendation))
    telling = most_telling(recommendation)
    # While little is known the first thing to do is to answer that question, and it is asked once.
    asks = telling if recommendation.readiness.so_far else None
    open_ones = [] if asks else [*([telling.id] if telling else []), *_errands(recommendation, overview, hinges)]
    steps = first_steps(recommendation, overview.findings, open_ones)
    # What the heading tells is not told again; where it asks a question, that is none of these.
    further = steps if unknown else [each for each in steps if each.text] if asks else steps[1:]
    shown = picture_rows(recommendation, overview.bundle)
    translate = translator(here.language)
    permalink = public_address(request) + address.to("/answer", **here.comparison)
    return page(
        "answer.html",
        address,
        tried=changed_banner(here, recommendation, overview, "parts/tried.html"),
        contradictions=contradictions(profile, address),
        headline=headline(recommendation, overview, steps[0], hinges, asks, address),
        little_known=little_known(recommendation, None if asks else telling, address),
        wanted=wanted_channel(recommendation, address),
        roads=road_cards(recommendation, address),
        notices=notices(recommendation, overview, shown, address),
        hypothetical=recommendation.hypothetical,
        may_start=may_start(recommendation),
        too_early=recommendation.readiness.too_early,
        none_fits=recommendation.readiness.none_fits,
        every_waits=recommendation.readiness.every_waits,
        answer_first=answer_first(recommendation, address),
        bundle=bundle_cards(recommendation, overview.bundle, address),
        matrix=Markup("") if unknown else wish_matrix(recommendation, shown, address),
        next_steps=next_steps(recommendation, overview.bundle, further, address),
        so_far=recommendation.readiness.so_far,
        hinges=joined([_hinge(name, name in recommendation.readiness.may_change, address) for name in hinges]),
        confidence=overview.confidence,
        assumptions=_assumptions(recommendation, address),
        answers=joined(line for _, line in answer_lines(profile, address)),
        permalink=permalink,
        mail=mail_link(
            translate("Advice: which channel fits our community?"),
            overview.summary.team[here.language],
            permalink,
        ),
        today=written_day(date.today(), here.language),
        **shell(here),
    )


def _assumptions(recommendation: Recommendation, address: Address) -> Markup:
    made = recommendation.assumptions
    if not made:
        return Markup("")
    key = tuple([(question.id, assumption.answer) for question, assumption in made])
    content = lambda: {"assumptions": [assumption for _, assumption in made]}  # noqa: E731
    return Markup(fragments().piece("parts/assumptions.html", key, address, content))


def _hinges(recommendation: Recommendation) -> list[str]:
    """Questions without an answer, those that can move the best channels most first."""
    best = frozenset([each.assessment.place for each in recommendation.channels[:5]])
    questions = parts().knowledge.questionnaire.questions
    swing = {questions[index].id: each for index, each in recommendation.scores.swings(best).items()}
    may_change = recommendation.readiness.may_change
    # Among those that move as much, the order of the questionnaire decides.
    open_ones = [each.id for each in parts().knowledge.questionnaire if each.id in swing or each.id in may_change]
    return sorted(open_ones, key=lambda name: (name not in may_change, -swing.get(name, 0.0)))[:HINGES_SHOWN]


def _errands(recommendation: Recommendation, overview: Overview, hinges: Sequence[str]) -> list[str]:
    """The hinges that are worth finding out before a start: what can put it off, or move a channel of the set."""
    chosen = overview.bundle.channels if overview.bundle else ()
    place = parts().knowledge.channel_place
    questions = parts().knowledge.questionnaire.questions
    open_ones = recommendation.scores.open_for([place[channel.id] for channel in chosen])
    moving = {*recommendation.readiness.may_change, *(questions[index].id for index in open_ones)}
    return [name for name in hinges if name in moving]


def _hinge(name: str, verdict_too: bool, address: Address) -> str:
    return fragments().piece(
        "parts/hinge.html",
        (name, verdict_too),
        address,
        lambda: {"question": parts().knowledge.questionnaire[name], "verdict_too": verdict_too},
    )
