"""Similar: the communities that are most like this one, documented ones and our own, and what worked there."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response

from model.advice.community_view import CommunityView
from model.advice.similar_cases import channels_in_question
from model.advice.similar_communities import SimilarCommunity
from service.components import parts
from service.web.ask import not_yet
from service.web.fragments import fragments
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.rendering import hidden_fields, page

bp = Blueprint("similar", __name__)


@bp.get("/similar")
def similar() -> Response:
    """The communities most like this one, each with what worked and what failed there, what is equal and what differs;
    and the nearest own records that may be shown, of which nobody is told whose they are.
    """
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    knowledge, champion = parts().knowledge, parts().champion.current
    channels = channels_in_question(champion.advisor.recommend(profile))
    own = champion.advice.own
    return page(
        "similar.html",
        here.address,
        communities=[_card(each, here.language) for each in champion.advice.communities.nearest(profile)],
        described=len(knowledge.evidence),
        own_label=knowledge.messages[here.language]["own_record_label"],
        own_records=own.nearest(profile, channels) if own else [],
        channels=knowledge.channels,
        told=[case for case in knowledge.cases if case.worked],
        chosen_channel=here.parameters.get("channel") or profile.answers.get("copied_channel", ""),
        chosen_case=here.parameters.get("case", ""),
        hidden=hidden_fields(here.carried()),
        **shell(here),
    )


def _card(similar: SimilarCommunity, language: str) -> dict[str, object]:
    """What the page tells of a community: its words are in the language of the page only where an editor tells it."""
    told = CommunityView(similar.community, language)
    case = similar.community.case
    channel = parts().knowledge.channel
    return {
        "similar": similar,
        "told": told,
        "source": similar.community.source,
        "sources": fragments().cited(case.sources) if case else (),
        "tried": {
            part: [(channel(outcome.channel).name, note) for outcome, note in found] for part, found in told.tried()
        },
    }
