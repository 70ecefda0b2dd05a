"""Answer: the advice on one page, from the verdict to how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from model.domain.questions import Question
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation
from model.scoring.scorer import Assessment
from service.components import parts, public_address
from service.web.address import Address
from service.web.ask import not_yet
from service.web.bundle_cards import bundle_cards
from service.web.fragments import fragments, joined
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.ranking_rows import RankingRows
from service.web.rendering import page
from service.web.roads import road_cards
from service.web.verdict import first_steps, headline, notices
from service.web.what_if_banner import what_if_banner

bp = Blueprint("answer", __name__)
HINGES_SHOWN = 6


@bp.get("/answer")
def answer() -> Response:
    """The advice, from the verdict to how sure it is."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    address, champion = here.address, parts().champion.current
    recommendation = champion.advisor.recommend(profile)
    overview = champion.advice.overview(recommendation)
    rows = RankingRows(fragments(), address)
    answers, levers = _answer_lines(profile, address)
    hinges = _hinges(recommendation, address)
    return page(
        "answer.html",
        address,
        what_if_banner=what_if_banner(here, recommendation, overview) if here.own else "",
        headline=headline(recommendation, overview, address),
        roads=road_cards(recommendation, address),
        first_steps=first_steps(recommendation, overview, address),
        notices=notices(recommendation, address),
        hypothetical=recommendation.hypothetical,
        bundle=bundle_cards(recommendation, overview.bundle, address),
        online=rows.of(recommendation, "online"),
        live=rows.of(recommendation, "live"),
        left_out=_left_out(recommendation, address),
        excluded=len(recommendation.excluded),
        hinges=joined(hinges),
        open_questions=len(hinges),
        levers=joined(levers),
        not_fixed=len(levers),
        confidence=overview.confidence,
        assumptions=_assumptions(recommendation, address),
        answers=joined(answers),
        permalink=public_address(request) + address.to("/answer"),
        **shell(here),
    )


@bp.get("/answer.json")
def download() -> Response:
    """The same advice as data, as the API gives it."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    champion = parts().champion.current
    response = Response(
        champion.writers[here.language].write(champion.advisor.recommend(profile)), content_type="application/json"
    )
    response.headers["Content-Disposition"] = 'attachment; filename="platform-fit.json"'
    return response


def _assumptions(recommendation: Recommendation, address: Address) -> Markup:
    made = recommendation.assumptions
    if not made:
        return Markup("")
    key = tuple([(question.id, assumption.answer) for question, assumption in made])
    content = lambda: {"assumptions": [assumption for _, assumption in made]}  # noqa: E731
    return Markup(fragments().piece("parts/assumptions.html", key, address, content))


def _left_out(recommendation: Recommendation, address: Address) -> Markup:
    """Channels that cannot be used, those with the same reasons together."""
    groups: dict[tuple[str, ...], list[Assessment]] = {}
    for each in recommendation.excluded:
        groups.setdefault(tuple([rule.id for rule in each.excluded_by]), []).append(each)
    return joined([_left_out_line(rules, group, address) for rules, group in groups.items()])


def _left_out_line(rules: tuple[str, ...], group: Sequence[Assessment], address: Address) -> str:
    def content() -> dict[str, Any]:
        return {
            "channels": [each.channel for each in group],
            "rules": [(rule, fragments().cited(rule.sources)) for rule in group[0].excluded_by],
        }

    key = rules, tuple([each.channel.id for each in group])
    return fragments().piece("parts/left_out_line.html", key, address, content)


def _hinges(recommendation: Recommendation, address: Address) -> list[str]:
    """Questions without an answer, those that can move the best channels most first."""
    swing: dict[str, float] = {}
    for ranked in recommendation.channels[:5]:
        for part in ranked.assessment.undecided:
            for question in part.questions:
                share = (part.high - part.low) / len(part.questions)
                swing[question] = max(swing.get(question, 0.0), share)
    may_change = recommendation.readiness.may_change
    # Among those that move as much, the order of the questionnaire decides.
    open_ones = [each.id for each in parts().knowledge.questionnaire if each.id in swing or each.id in may_change]
    names = sorted(open_ones, key=lambda name: (name not in may_change, -swing.get(name, 0.0)))
    return [_hinge(name, name in may_change, address) for name in names[:HINGES_SHOWN]]


def _hinge(name: str, verdict_too: bool, address: Address) -> str:
    return fragments().piece(
        "parts/hinge.html",
        (name, verdict_too),
        address,
        lambda: {"question": parts().knowledge.questionnaire[name], "verdict_too": verdict_too},
    )


def _answer_lines(profile: Profile, address: Address) -> tuple[list[str], list[str]]:
    """All answers, each with a link to change it; and those that the team can change, with links that try others.

    What the team can do a step about comes first.
    """
    shelf = fragments()
    lines: list[str] = []
    steps: list[str] = []
    others: list[str] = []
    for question in parts().knowledge.questionnaire:
        given = profile.answers.get(question.id)
        if question.follows and not given:
            continue

        def content(question: Question = question) -> dict[str, Any]:
            answer = shelf.answer_text(question, profile, address.language)
            return {"question": question, "codes": profile.codes(question.id), "answer": answer}

        lines.append(shelf.piece("parts/answer_line.html", (question.id, given), address, content))
        step = question.lever is not None and question.lever.is_for(profile.codes(question.id))
        if step or (given and question.lever and question.kind == "single"):
            lever = shelf.piece("parts/lever.html", (question.id, given), address, content)
            (steps if step else others).append(lever)
    return lines, [*steps, *others]
