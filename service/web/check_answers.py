"""Check your answers: all on one page, grouped, with what does not agree, and what a change did to the advice."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from model.domain.questions import Question, Text
from model.profiles.profile import Profile
from service.components import parts
from service.web.answer_lines import answer_lines
from service.web.ask import CHECK, not_yet
from service.web.changed_answers import changed_banner
from service.web.labels import THEMES
from service.web.language_switch import shell
from service.web.page_request import PageRequest, visit
from service.web.rendering import page

bp = Blueprint("check_answers", __name__)


@bp.get(CHECK)
def check_answers() -> Response:
    """All answers, each with a link to change it."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    champion = parts().champion.current
    recommendation = champion.advisor.recommend(profile)
    contradictions = _contradictions(profile)
    open_ones = [each for each in parts().knowledge.questionnaire if _is_open(each, profile)]
    return page(
        "check_answers.html",
        here.address,
        banner=changed_banner(here, recommendation, champion.advice.overview(recommendation), "parts/changed.html"),
        groups=_groups(here, profile, contradictions),
        contradicted=bool(contradictions),
        open_questions=len(open_ones),
        **shell(here),
    )


def _groups(
    here: PageRequest, profile: Profile, contradictions: Mapping[str, Text]
) -> list[tuple[str, list[tuple[Markup, Text | None]]]]:
    """Theme → its answers, each with what it does not agree with."""
    lines = sorted(answer_lines(profile, here.address), key=lambda line: list(THEMES).index(line[0].theme))
    return [
        (theme, [(Markup(line), contradictions.get(question.id)) for question, line in group])
        for theme, group in groupby(lines, lambda line: line[0].theme)
    ]


def _contradictions(profile: Profile) -> Mapping[str, Text]:
    """Question → what its answer cannot be true beside."""
    found = parts().champion.current.advice.contradictions.of(profile)
    return {question: each.rule.text for each in found for question, _ in each.answers}


def _is_open(question: Question, profile: Profile) -> bool:
    return not question.follows and question.id not in profile.answers
