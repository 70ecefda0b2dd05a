"""Wish matrix: what a few channels can do for each wish, whether members will use them, and what is not possible."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from model.advice.bundle.chooser import Bundle
from model.domain.rules import Rule
from model.domain.wording import need_name
from model.profiles.profile import channel_options
from model.scoring.advisor import GOOD, Recommendation
from model.scoring.launch_verdict import Finding
from model.scoring.scorer import Assessment
from service.components import parts
from service.web.address import Address
from service.web.chances import LEAST_SHOWN, chance_word
from service.web.fragments import fragments
from service.web.labels import WISHES
from service.web.rendering import plain
from service.web.translations import translator

ROWS = 4
"""Channels that are shown, beside one that cannot be used; the advised ones are always among them."""


class PictureRow(NamedTuple):
    """A channel of the picture.

    Attributes:
        rule: for which it is not possible, or has to wait; None where it may be used.
    """

    assessment: Assessment
    rule: Rule | None


def picture_rows(recommendation: Recommendation, bundle: Bundle | None) -> list[PictureRow]:
    """The advised channels, what the team wants to copy, what waits, the next best, and one that is out."""
    waiting = parts().champion.current.advisor.launch.held_back.places(recommendation.profile.masks)
    return [
        PictureRow(each, each.excluded_by[0] if each.excluded_by else waiting.get(each.place))
        for each in _shown(recommendation, bundle, _needs(recommendation))
    ]


def wish_matrix(recommendation: Recommendation, shown: Sequence[PictureRow], address: Address) -> Markup:
    """The picture as a table."""
    needs = _needs(recommendation)
    rows: list[str] = []
    given = set[str]()
    for each in shown:
        rows.append(_row(each, needs, each.rule is not None and each.rule.id in given, address))
        given.update([each.rule.id] if each.rule else [])
    content = lambda: {"heads": [_head(need, address.language) for need in needs]}  # noqa: E731
    return Markup(fragments().piece("parts/wish_matrix.html", needs, address, content, ["".join(rows)]))


def said_in_picture(findings: Sequence[Finding], shown: Sequence[PictureRow]) -> set[str]:
    """The names of warnings that the picture gives as the reason why each channel that they are about has to wait."""
    reasons = {each.assessment.channel.id: each.rule.id for each in shown if each.rule}
    return {each.name for each in findings if each.about and all(reasons.get(name) == each.name for name in each.about)}


def _needs(recommendation: Recommendation) -> tuple[str, ...]:
    return recommendation.profile.codes(parts().knowledge.needs.id)


def _shown(recommendation: Recommendation, bundle: Bundle | None, needs: Sequence[str]) -> list[Assessment]:
    expected = _expected(recommendation)
    advised = [channel.id for channel in bundle.channels] if bundle else []
    ranked = {each.assessment.channel.id: each.assessment for each in recommendation.channels}
    likely = [name for name, each in ranked.items() if each.probability >= LEAST_SHOWN]
    wanted = [name for name in expected[:1] if name in ranked]
    later = [name for each in bundle.later for name in each.channels if name in ranked] if bundle else []
    names = list(dict.fromkeys([*advised, *wanted, *later, *likely]))[: max(ROWS, len(advised))]
    return [*[ranked[name] for name in names], *_left_out(recommendation.excluded, expected, needs)]


def _expected(recommendation: Recommendation) -> list[str]:
    """Channels that the team will look for: what it wants to copy, then what members open every day."""
    chosen = channel_options(recommendation.profile, parts().knowledge.questionnaire)
    return [*[each.channel for each in chosen if each.channel], *[name for each in chosen for name in each.opens]]


def _left_out(excluded: Sequence[Assessment], expected: Sequence[str], needs: Sequence[str]) -> list[Assessment]:
    """The one that a reader will miss most: one that the team will look for, or the likeliest that serves a wish."""
    missed = [each for each in excluded if each.channel.id in expected] or [
        each for each in excluded if any(each.channel.functions[need] >= GOOD for need in needs)
    ]
    return sorted(missed, key=lambda each: -each.log_odds)[:1]


def _row(row: PictureRow, needs: Sequence[str], again: bool, address: Address) -> str:
    """A channel with its chance, or with why it is not possible or has to wait.

    Args:
        again: whether a row above gives the same rule.
    """
    assessment, rule = row
    channel, excluded = assessment.channel, bool(assessment.excluded_by)
    scores = tuple([channel.functions[need] for need in needs])

    def content() -> dict[str, Any]:
        return {"channel": channel, "scores": scores, "rule": rule, "again": again, "excluded": excluded}

    key = channel.id, scores, rule and rule.id, again
    values = [] if rule else [plain(chance_word(assessment.probability, address.language))]
    return fragments().piece("parts/wish_row.html", key, address, content, values)


def _head(need: str, language: str) -> str:
    """A wish in one or two words; one of knowledge of somebody's own by its text."""
    word = WISHES.get(need)
    return translator(language)(word) if word else need_name(parts().knowledge, need)[language]
