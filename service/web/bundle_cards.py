"""Bundle cards: the advised set of channels, what each one is for, and what the set leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from model.bundle import Bundle
from model.channels import Channel
from model.ranking import Recommendation
from model.summary import well_served
from service.parts import parts
from service.web.address import Address
from service.web.library import library
from service.web.rendering import percent


def bundle_cards(recommendation: Recommendation, bundle: Bundle | None, address: Address) -> Markup:
    """The set as cards, with notes below them."""
    if bundle is None:
        return Markup(library().piece("parts/no_bundle.html", "", address, dict))
    chances = {each.assessment.channel.id: each.assessment.probability for each in recommendation.channels}
    cards = [_card(channel, bundle, chances[channel.id], address) for channel in bundle.channels]
    return Markup(f'<ul class="bundle">{"".join(cards)}</ul>{_notes(bundle, address)}')


def _card(channel: Channel, bundle: Bundle, chance: float, address: Address) -> str:
    needs = tuple([need for need, serving in well_served(bundle) if serving == channel.id])

    def content() -> dict[str, Any]:
        return {"channel": channel, "needs": [library().need_texts[need] for need in needs]}

    return library().piece("parts/member.html", (channel.id, needs), address, content, [percent(chance)])


def _notes(bundle: Bundle, address: Address) -> str:
    """What the set does not cover or covers twice, rules about sets, and sets that are almost as good."""

    def content() -> dict[str, Any]:
        return {
            "bundle": bundle,
            "rules": [rule for rule, _ in bundle.rules],
            "alternatives": [_named(each.channels) for each in bundle.alternatives],
        }

    key = (
        tuple([channel.id for channel in bundle.channels]),
        tuple([(each.need, each.instead) for each in bundle.uncovered]),
        tuple([(each.need, each.home) for each in bundle.overlaps]),
        tuple([rule.id for rule in bundle.advice]),
        tuple([each.channels for each in bundle.alternatives]),
    )
    return library().piece("parts/bundle_notes.html", key, address, content)


def _named(channels: Sequence[str]) -> Sequence[Channel]:
    return [parts().knowledge.channel(name) for name in channels]
