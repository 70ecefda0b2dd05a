"""Data staff: what is live, how it was judged, and what records say about each rule; for whoever has a key.

The key comes in the form of the request that the page answers, and is in nothing that is sent back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.domain.rules import Rule
from model.storage.tokens import APPROVE
from service.components import parts
from service.http.authorization import authorized
from service.http.bodies import FILE_CHECK
from service.http.champion_report import SCOPE, champion_report
from service.http.problems import HEADERS, STATUS, RequestError
from service.web.language_switch import shell
from service.web.page_request import PageRequest, visit
from service.web.rendering import page, private
from service.web.translations import mark as _
from service.web.translations import translator

bp = Blueprint("data_staff", __name__)

KEY, SHOW, REPORT, TOLD, DECIDE = "key", "show", "report", "told", "decide"
SHOWN = 50
"""How many promotions are shown, the newest first; the command line has them all."""
KEY_REFUSALS = {
    "unauthorized": _("We do not know this key, or it was revoked. Look if you have copied all of it."),
    "forbidden": _("This key may not see this. Ask for a key with the scope reports:read."),
}
_REFUSALS = {
    **KEY_REFUSALS,
    "may_not_decide": _("This key may not decide about this. Ask for a key with the scope outcomes:approve."),
    "no_report": _("There is no report: what is live now did not come with one."),
}
_ORDER = ("contradicted", "supported", "cannot_tell_yet")


@bp.get("/data-staff")
def ask_for_key() -> Response:
    """The form for the key."""
    return _form(visit(request))


@bp.post("/data-staff")
def show() -> Response:
    """What is live, or its report."""
    here, part = visit(request), parts()
    if request.form.get(SHOW) in (TOLD, DECIDE):
        return _told(here)
    try:
        authorized(request, part.store, SCOPE, request.form.get(KEY, ""))
        if request.form.get(SHOW) == REPORT:
            return champion_report(part.store, part.champion.current.advisor.artifact.id)
    except RequestError as refused:
        return _form(here, refused.kind)
    from service.web.registry_view import registry_view

    shelf, artifact = registry_view(part), part.champion.current.advisor.artifact
    heard, silent = _audit(shelf.card)
    return private(
        page(
            "data_staff.html",
            here.address,
            artifact=artifact,
            since=part.champion.current.since,
            mistake="",
            shelf=shelf,
            history=shelf.history[:SHOWN],
            standing=part.watch.standing,
            fingerprint=part.knowledge.fingerprint,
            rules=[(finding, rule, _numbers(finding, here.language)) for finding, rule in heard],
            silent=silent,
            **_shared(here),
        )
    )


def _told(here: PageRequest) -> Response:
    """What teams told and nobody looked at yet, after the decisions that came with the request were kept."""
    part = parts()
    try:
        key = authorized(request, part.store, APPROVE, request.form.get(KEY, ""))
    except RequestError as refused:
        return _form(here, "may_not_decide" if refused.kind == "forbidden" else refused.kind, STATUS[refused.kind])
    from service.web import told_reports

    taken = told_reports.take(part, request.form, key.name) if request.form.get(SHOW) == DECIDE else None
    reports, total = told_reports.reports(part, here.language)
    shared = {"reports": reports, "total": total, "taken": taken, **_shared(here)}
    return private(page("data_staff_told.html", here.address, **shared))


def _form(here: PageRequest, refused: str = "", status: int | None = None) -> Response:
    mistake = translator(here.language)(_REFUSALS[refused]) if refused else ""
    status = status or (STATUS[refused] if refused else 200)
    response = page("data_staff_key.html", here.address, status, mistake=mistake, shelf=None, **_shared(here))
    response.headers.extend(HEADERS.get(refused, {}))
    return private(response)


def _shared(here: PageRequest) -> dict[str, Any]:
    address = here.address.without_answers()
    return {"action": address.to("/data-staff"), "check": address.to(FILE_CHECK), **shell(here)}


def _audit(card: Mapping[str, Any]) -> tuple[Sequence[tuple[Mapping[str, Any], Rule | None]], int]:
    """The rules that fired in a record, the clearest verdicts first; and how many did not fire in any."""
    findings = card.get("rules", ())
    heard = sorted(
        (each for each in findings if each["records"]),
        key=lambda each: (_ORDER.index(each["verdict"]), -each["records"]),
    )
    known = parts().knowledge.rule_by_id
    return [(each, known.get(each["rule"])) for each in heard], len(findings) - len(heard)


def _numbers(finding: Mapping[str, Any], language: str) -> dict[str, str]:
    """The weights of a rule in log-odds, as they are written."""
    low, high = finding["interval"]
    weights = {"expert": finding["expert"], "learned": finding["learned"], "low": low, "high": high}
    return {name: _signed(weight, language) for name, weight in weights.items()}


def _signed(number: float, language: str) -> str:
    text = f"{number:+.2f}".replace("-", "−")
    return text.replace(".", ",") if language == "nl" else text
