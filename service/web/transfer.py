"""Transfer: whether a channel that worked in a documented case will work for this community."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any, Literal

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.advice.comparison import Factor
from model.advice.transfer_check import Carry
from model.domain.rules import Rule
from service.components import parts
from service.web.ask import not_yet
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import hidden_fields, page
from service.web.what_if import trying

bp = Blueprint("transfer", __name__)
_TONES = {
    Carry.CARRY_OVER: "ok",
    Carry.ADAPT: "warning",
    Carry.DO_NOT_CARRY_OVER: "error",
    Carry.TOO_LITTLE_KNOWN: "info",
}

Side = Literal["there", "here", "both", "maybe_there", "maybe_here", "maybe_both"]
"""The communities of which a sentence is true, or may be while the answer that it is about is not known."""


@bp.get("/transfer")
def transfer() -> Response:
    """The verdict, and what is different here."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    knowledge = parts().knowledge
    case, channel = here.parameters.get("case", ""), here.parameters.get("channel", "")
    check = parts().champion.current.advice.transfers.check(case, channel, profile)
    return page(
        "transfer.html",
        here.address,
        check=check,
        tone=_TONES[check.verdict],
        **_explained(check.factors),
        sources=fragments().cited(check.source.sources if check.source else ()),
        excluded_by=[(rule, fragments().cited(rule.sources)) for rule in check.excluded_by],
        plans=[(plan, trying(here.address, plan.changes)) for plan in check.wanted.plans],
        warning=check.warning,
        channels=knowledge.channels,
        told=[told for told in knowledge.cases if told.worked],
        hidden=hidden_fields(here.carried()),
        **shell(here),
    )


def _explained(factors: Sequence[Factor]) -> dict[str, Any]:
    """The factors as rows: those that differ or are not known of one side, equal ones, and what is known of neither.

    `said` holds the heaviest rule of either side of a question; a rule of several is said at the first.
    """
    apart = sorted((each for each in factors if each.status != "same"), key=lambda each: each.status != "different")
    said: dict[str, list[tuple[Side, Rule]]] = {}
    for factor in apart:
        before = {rule.id for rules in said.values() for _, rule in rules}
        if rules := _of_either_side(factor, before):
            said[factor.question.id] = rules
    neither = [each for each in apart if not each.there and not each.here and each.question.id not in said]
    return {
        "different": [each for each in apart if each not in neither],
        "same": [each for each in factors if each.status == "same"],
        "said": said,
        "neither": neither,
    }


def _of_either_side(factor: Factor, said: Container[str]) -> list[tuple[Side, Rule]]:
    """What says most there and what says most here, each with the side that it is true of."""
    there, here = (
        next((rule for rule in rules if rule.id not in said), None) for rules in (factor.rules_there, factor.rules_here)
    )
    true_of = [(rule, _sides(factor, rule)) for rule in (there, here) if rule]
    return list({rule.id: (side, rule) for rule, side in true_of}.values())


def _sides(factor: Factor, rule: Rule) -> Side:
    if rule not in factor.rules_here:
        return "there" if factor.there else "maybe_there"
    if rule not in factor.rules_there:
        return "here" if factor.here else "maybe_here"
    return "both" if factor.there and factor.here else "maybe_both"
