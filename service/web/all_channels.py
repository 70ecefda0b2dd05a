"""All channels: the whole ranking with reasons and sources, and what is left out; the page behind the answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request
from markupsafe import Markup
from werkzeug.wrappers import Response

from model.scoring.advisor import Recommendation
from model.scoring.scorer import Assessment
from service.components import parts
from service.web.address import Address
from service.web.ask import not_yet
from service.web.fragments import fragments, joined
from service.web.language_switch import shell
from service.web.page_request import visit
from service.web.ranking_rows import RankingRows
from service.web.rendering import page

bp = Blueprint("all_channels", __name__)


@bp.get("/channels")
def all_channels() -> Response:
    """Every channel at its place, each with what speaks for it and against it."""
    here = visit(request)
    profile = here.filled.profile
    if profile is None:
        return not_yet(here)
    recommendation = parts().champion.current.advisor.recommend(profile)
    rows = RankingRows(fragments(), here.address, parts().champion.current.advisor.launch.held_back)
    return page(
        "all_channels.html",
        here.address,
        hypothetical=recommendation.hypothetical,
        unknown=bool(recommendation.readiness.answer_first),
        total=len(parts().knowledge.channels),
        online=rows.of(recommendation, "online"),
        live=rows.of(recommendation, "live"),
        left_out=_left_out(recommendation, here.address),
        excluded=len(recommendation.excluded),
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
