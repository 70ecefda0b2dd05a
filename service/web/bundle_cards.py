"""Bundle cards: the advised set of channels, what each one is for, and what the set leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from model.advice.bundle.chooser import Bundle
from model.advice.bundle.remarks import Uncovered
from model.domain.channels import Channel
from model.domain.rules import Rule
from model.domain.wording import listed, need_name
from model.scoring.advisor import Recommendation
from model.scoring.scorer import Assessment
from service.components import parts
from service.web.address import Address
from service.web.chances import chance_values
from service.web.fragments import fragments
from service.web.headline import unserved
from service.web.next_steps import may_start


def bundle_cards(recommendation: Recommendation, bundle: Bundle | None, address: Address) -> Markup:
    """The set as cards, with notes below them."""
    if bundle is None:
        return Markup(fragments().piece("parts/no_bundle.html", "", address, dict))
    assessments = {each.assessment.channel.id: each.assessment for each in recommendation.channels}
    cards = [_card(channel, bundle, assessments[channel.id], address) for channel in bundle.channels]
    chosen = {assessments[channel.id].place for channel in bundle.channels}
    of_channels = [rule for rule, places in recommendation.scores.advice if chosen.intersection(places)]
    above = unserved(recommendation, bundle)
    told = (*bundle.advice, *recommendation.advice, *of_channels) if may_start(recommendation) else ()
    tips = list({rule.id: rule for rule in told}.values())
    notes = _notes(bundle, [each for each in bundle.uncovered if each not in above], tips, address)
    return Markup(f'<ul class="bundle">{"".join(cards)}</ul>{notes}')


def _card(channel: Channel, bundle: Bundle, assessment: Assessment, address: Address) -> str:
    needs = tuple([need for need, serving in bundle.uses if serving == channel.id])
    # What serves no wish best is there for the time between the meetings, or is the meeting itself.
    between = not needs and len({each.moment for each in bundle.channels}) > 1

    def content() -> dict[str, Any]:
        knowledge = parts().knowledge
        return {
            "channel": channel,
            "between": between,
            "needs": listed(knowledge, [need_name(knowledge, need) for need in needs]) if needs else None,
        }

    values = chance_values(assessment, address.language)
    return fragments().piece("parts/member.html", (channel.id, needs, between), address, content, values)


def _notes(bundle: Bundle, uncovered: Sequence[Uncovered], tips: Sequence[Rule], address: Address) -> str:
    """What waits and was not named for a wish, what is not covered or covered twice, tips, and other good sets.

    Args:
        uncovered: wishes of which the headline does not say already that no channel is good for them.
    """
    named = {each.instead for each in bundle.uncovered}

    def content() -> dict[str, Any]:
        return {
            "bundle": bundle,
            "uncovered": uncovered,
            "later": [each for each in bundle.later if not named.issuperset(each.channels)],
            "tips": tips,
            "rules": [rule for rule, _ in bundle.rules],
            "alternatives": [_named(each.channels) for each in bundle.alternatives],
        }

    key = (
        tuple([channel.id for channel in bundle.channels]),
        tuple([each.text[address.language] for each in uncovered]),
        tuple([(each.need, each.channel) for each in bundle.overlaps]),
        tuple([each.channels for each in bundle.later]),
        tuple([rule.id for rule in tips]),
        tuple([rule.id for rule, _ in bundle.rules]),
        tuple([each.channels for each in bundle.alternatives]),
    )
    return fragments().piece("parts/bundle_notes.html", key, address, content)


def _named(channels: Sequence[str]) -> Sequence[Channel]:
    return [parts().knowledge.channel(name) for name in channels]
