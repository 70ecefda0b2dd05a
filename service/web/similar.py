"""Similar: the communities that are most like this one, documented ones and our own, and what worked there."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.advice.similar_cases import channels_in_question
from service.components import parts
from service.web.ask import not_yet
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import hidden_fields, page

bp = Blueprint("similar", __name__)


@bp.get("/similar")
def similar() -> Response:
    """The nearest cases, each with what worked, what failed, the lesson, and how it differs from this community; and
    the nearest own records that may be shown, of which nobody is told whose they are.
    """
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    knowledge, champion = parts().knowledge, parts().champion.current
    channels = channels_in_question(champion.advisor.recommend(profile))
    found = champion.advice.similar.cases(profile, channels) if channels else []
    own = champion.advice.own
    return page(
        "similar.html",
        here.address,
        cases=[
            (
                each,
                [(knowledge.channel(one.channel), one.note) for one in each.case.worked],
                [(knowledge.channel(one.channel), one.note) for one in each.case.failed],
                fragments().cited(each.case.sources),
            )
            for each in found
        ],
        own_label=knowledge.messages[here.language]["own_record_label"],
        own_records=own.nearest(profile, channels) if own else [],
        channels=knowledge.channels,
        told=[case for case in knowledge.cases if case.worked],
        chosen_channel=here.parameters.get("channel") or profile.answers.get("copied_channel", ""),
        chosen_case=here.parameters.get("case", ""),
        hidden=hidden_fields(here.carried()),
        **shell(here),
    )
