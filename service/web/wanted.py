"""Wanted: what is said of the channel that a team wants to copy, the same on every page."""

from __future__ import annotations

from collections.abc import Container

from markupsafe import Markup

from model.scoring.advisor import Recommendation
from service.components import parts
from service.web.address import Address, pairs_query
from service.web.fragments import fragments


def wanted_channel(recommendation: Recommendation, address: Address, among: Container[str] | None = None) -> Markup:
    """Whether the channel to be copied is right, and what would make it so; nothing where none is named.

    Args:
        among: it must be one of these.
    """
    wanted = parts().champion.current.advice.wanted(recommendation)
    if wanted is None or (among is not None and wanted.channel.id not in among):
        return Markup("")
    changes = wanted.plans[0].changes if wanted.plans else ()
    answers = pairs_query(answer for change in changes for answer in change.answers)
    key = wanted.text[address.language], answers
    content = lambda: {"wanted": wanted, "changes": changes, "answers": answers}  # noqa: E731
    return Markup(fragments().piece("parts/wanted.html", key, address, content))
