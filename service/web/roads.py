"""Roads: what a team can bring about where it cannot simply start, as cards under the decision."""

from __future__ import annotations

from markupsafe import Markup

from model.advice.roads import Road
from model.scoring.advisor import Recommendation
from service.components import parts
from service.web.address import Address, pairs_query
from service.web.fragments import fragments, joined


def road_cards(recommendation: Recommendation, address: Address) -> Markup:
    """A card for each road, and for what can be done instead; nothing where there is none."""
    return joined([_card(each, address) for each in parts().champion.current.advice.ways(recommendation)])


def _card(road: Road, address: Address) -> str:
    answers = [answer for change in road.changes for answer in change.answers]
    said = [change.action[address.language] for change in road.changes]
    key = tuple(answers), *said, road.outcome[address.language]
    return fragments().piece("parts/road.html", key, address, lambda: {"road": road, "answers": pairs_query(answers)})
