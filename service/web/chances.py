"""Chances: how likely it is that members will use a channel, in words first and in numbers for who wants them."""

from __future__ import annotations

from model.scoring.scorer import Assessment
from service.web.rendering import percent, plain
from service.web.translations import mark as _
from service.web.translations import translator

LEAST_SHOWN = 0.05
"""Channels with a smaller chance are named, and not told about one by one."""
_LIKELY = 55
_WORDS = (
    (75, _("very likely")),
    (_LIKELY, _("likely")),
    (40, _("perhaps")),
    (20, _("probably not")),
    (0, _("almost certainly not")),
)
"""From how many percent a chance is called so; the page explains this scale where the words stand."""


def chance_word(chance: float, language: str) -> str:
    """A probability in words, by the percents that pages show."""
    shown = round(chance * 100)
    return translator(language)(next(word for least, word in _WORDS if shown >= least))


def is_likely(assessment: Assessment) -> bool:
    """Whether pages call it likely, or very likely, that members will use the channel."""
    return round(assessment.probability * 100) >= _LIKELY


def chance_values(assessment: Assessment, language: str) -> tuple[str, str, str, str]:
    """The chance in words, in percents, and between which percents it lies."""
    low, high = assessment.interval
    word = plain(chance_word(assessment.probability, language))
    return word, percent(assessment.probability), percent(low), percent(high)
