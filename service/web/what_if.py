"""What if: which answers the first place hangs on, and what would bring a channel there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.advice.possible_changes import Change
from model.advice.what_if import Hinge, Levers, Plan
from model.domain.channels import Channel
from model.domain.wording import answer_text
from model.scoring.advisor import Recommendation
from service.components import parts
from service.web.address import Address, pairs_query
from service.web.ask import not_yet
from service.web.language_switch import shell
from service.web.lever_effects import LeverEffect, lever_effects
from service.web.page_request import visit
from service.web.rendering import hidden_fields, page

bp = Blueprint("what_if", __name__)


@bp.get("/what-if")
def what_if() -> Response:
    """Changes that a team can make, exactly worked out."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    champion = parts().champion.current
    recommendation = champion.advisor.recommend(profile)
    levers = champion.advice.what_if.levers(recommendation, here.parameters.get("channel") or None)
    return page(
        "what_if.html",
        here.address,
        effects=_tryable(recommendation, here.address),
        messages=parts().knowledge.messages[here.language],
        levers=levers,
        plans=shown_plans(levers, here.address),
        hinges=_grouped(champion.advice.what_if.hinges(profile), here.address),
        channels=parts().knowledge.channels,
        hidden=hidden_fields(here.carried()),
        **shell(here),
    )


def _tryable(recommendation: Recommendation, address: Address) -> list[tuple[LeverEffect, str, str]]:
    """What a team can change, with the new answer in words and a link that tries it."""
    knowledge = parts().knowledge
    return [
        (
            each,
            answer_text(knowledge, each.question, each.after)[address.language],
            _laid_over(address, each.answers),
        )
        for each in lever_effects(recommendation, address.language)
    ]


def shown_plans(levers: Levers | None, address: Address) -> list[tuple[Plan, str]]:
    """The plans for a channel, or what brings it nearest, each with a link that tries it."""
    if levers is None:
        return []
    plans = levers.plans or ((levers.nearest,) if levers.nearest else ())
    return [(plan, trying(address, plan.changes)) for plan in plans]


def trying(address: Address, changes: Sequence[Change]) -> str:
    """A link to the advice with these changes laid over the answers."""
    return _laid_over(address, [answer for change in changes for answer in change.answers])


def _laid_over(address: Address, answers: Iterable[tuple[str, str]]) -> str:
    """A link to the advice with these (question, code) pairs laid over the answers."""
    return f"{address.to('/answer')}&{pairs_query(answers)}"


def _grouped(hinges: Sequence[Hinge], address: Address) -> list[tuple[Hinge, list[Channel], str]]:
    """Each other answer once: the first thing it changes, the channels that come first beside that, and a link."""
    groups: dict[tuple[str, tuple[str, ...]], list[Hinge]] = {}
    for hinge in hinges:
        groups.setdefault((hinge.question.id, hinge.instead), []).append(hinge)
    return [
        (
            group[0],
            [parts().knowledge.channel(name) for other in group[1:] for name in other.first_then],
            _laid_over(address, [(question, code) for code in instead]),
        )
        for (question, instead), group in groups.items()
    ]
