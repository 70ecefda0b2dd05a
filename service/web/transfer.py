"""Transfer: whether a channel that worked in a documented case will work for this community."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.factors import Factor
from model.rules import Rule
from model.transfer import Carry
from service.parts import parts
from service.web.ask import not_yet
from service.web.library import library
from service.web.rendering import hidden_fields, page
from service.web.shell import shell
from service.web.visit import visit
from service.web.what_if import trying

bp = Blueprint("transfer", __name__)
_TONES = {Carry.CARRY_OVER: "ok", Carry.ADAPT: "warning", Carry.DO_NOT_CARRY_OVER: "error"}


@bp.get("/transfer")
def transfer() -> Response:
    """The verdict, and what is different here."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    knowledge = parts().knowledge
    case, channel = here.parameters.get("case", ""), here.parameters.get("channel", "")
    check = parts().champion.live.advice.transfers.check(case, channel, profile)
    warning = check.warning
    return page(
        "transfer.html",
        here.address,
        check=check,
        tone=_TONES[check.verdict],
        **_explained(check.factors),
        sources=library().cited(check.source.sources if check.source else ()),
        excluded_by=[(rule, library().cited(rule.sources)) for rule in check.excluded_by],
        plans=[(plan, trying(here.address, plan.changes)) for plan in check.plans],
        first=[knowledge.channel(name) for name in check.first],
        warning=warning,
        failed=[knowledge.channel(one.channel) for one in warning.case.failed] if warning else [],
        channels=knowledge.channels,
        told=[told for told in knowledge.cases if told.worked],
        hidden=hidden_fields(here.carried()),
        **shell(here),
    )


def _explained(factors: Sequence[Factor]) -> dict[str, Any]:
    """The factors by status, each with its heaviest rule; a rule that several factors share is said at the first."""
    found: dict[str, list[tuple[Factor, Rule | None]]] = {"different": [], "unknown": [], "same": []}
    said: set[str] = set()
    for status, those in found.items():
        for factor in factors:
            if factor.status != status:
                continue
            rule = next((rule for rule in factor.rules if rule.id not in said), None) if status != "same" else None
            if rule is not None:
                said.add(rule.id)
            those.append((factor, rule))
    return found
