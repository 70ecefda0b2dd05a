"""Channels: the JSON of every channel in an answer, ranked or left out.

Channels that the answer is about are told in full, the others as one line each. A reason is the same object wherever
the same is said, so its text is written once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from model.domain.knowledge import Knowledge
from model.domain.rules import Rule
from model.memo import Memo, compact
from model.scoring.advisor import RankedChannel, Recommendation
from model.scoring.reasons import Reason, Undecided
from model.scoring.scorer import Assessment
from model.scoring.uncertainty import LEVEL

DECIMALS = 6
_SHARES = 4
"""Decimals of chances."""
_TEXTS = 2048
"""Texts of reasons that are kept."""


class WrittenChannels(NamedTuple):
    """The ranked and the excluded channels as JSON values, and the rules and needs that they name."""

    ranked: list[dict[str, Any]]
    excluded: list[dict[str, Any]]
    named: set[str]


class ChannelsWriter:
    """Writes channels in one language."""

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self._language = language
        self._rules = {
            rule.id: orjson.Fragment(compact(orjson.dumps({"name": rule.id, "text": rule.text[language]})))
            for rule in (*knowledge.rules, knowledge.choice)
        }
        self._heads: Sequence[Mapping[str, str]] = [
            {"id": channel.id, "name": channel.name[language], "moment": channel.moment}
            for channel in knowledge.channels
        ]
        self._reason_texts = Memo[orjson.Fragment](_TEXTS)

    def rule(self, rule: Rule) -> orjson.Fragment:
        """A rule with its sentence."""
        return self._rules[rule.id]

    def write(
        self, recommendation: Recommendation, in_full: Collection[int] | None, chosen: Collection[str], reasons: int
    ) -> WrittenChannels:
        """The channels of this recommendation.

        Args:
            in_full: places of the channels to tell in full; None for all of them.
            chosen: ids of the channels that are advised: unless all are told in full, tips are only given for these.
            reasons: how many reasons for and against a channel are told at most.
        """
        named: set[str] = set()
        ranked = [
            self._full(each, reasons, named, in_full is None, in_full is None or each.assessment.channel.id in chosen)
            if in_full is None or each.assessment.place in in_full
            else self._line(each)
            for each in recommendation.channels
        ]
        excluded = []
        for each in recommendation.excluded:
            rules = each.excluded_by
            named.update([rule.id for rule in rules])
            excluded.append({**self._heads[each.place], "reasons": self._listed(rules)})
        return WrittenChannels(ranked, excluded, named)

    def _line(self, ranked: RankedChannel) -> dict[str, Any]:
        return {
            "rank": ranked.rank,
            "rankInMoment": ranked.rank_in_moment,
            "tied": ranked.tied,
            **self._heads[ranked.assessment.place],
            "probability": round(ranked.assessment.probability, _SHARES),
        }

    def _full(
        self, ranked: RankedChannel, most: int, named: set[str], what_is_open: bool, tips: bool
    ) -> dict[str, Any]:
        each = ranked.assessment
        interval_low, interval_high = each.interval
        records = round(each.records_share, _SHARES)
        reasons = each.reasons if what_is_open else [reason for reason in each.reasons if not reason.is_of_all]
        speaks_for = [reason for reason in reasons if reason.contribution > 0][:most]
        speaks_against = [reason for reason in reasons if reason.contribution < 0][:most]
        advice, may_exclude = each.advice if tips else (), each.may_be_excluded_by
        named.update([reason.name for reason in (*speaks_for, *speaks_against)])
        named.update([rule.id for rule in (*advice, *may_exclude)])
        return {
            **self._line(ranked),
            "logOdds": round(each.log_odds, DECIMALS),
            "score": round(each.score, DECIMALS),
            "interval": {"low": round(interval_low, _SHARES), "high": round(interval_high, _SHARES), "level": LEVEL},
            "share": {"rules": round(1 - records, _SHARES), "records": records},
            "reasonsFor": self._reasons(speaks_for),
            "reasonsAgainst": self._reasons(speaks_against),
            **({"advice": self._listed(advice)} if tips else {}),
            "mayBeExcludedBy": self._listed(may_exclude),
            **(_open(each) if what_is_open else {}),
        }

    def _listed(self, rules: Iterable[Rule]) -> list[orjson.Fragment]:
        return [self._rules[rule.id] for rule in rules]

    def _reasons(self, reasons: Iterable[Reason]) -> list[orjson.Fragment]:
        return [self._reason_texts.of_object(reason, lambda told=reason: self._reason(told)) for reason in reasons]  # type: ignore[misc]

    def _reason(self, reason: Reason) -> orjson.Fragment:
        content = {
            "kind": reason.kind,
            "name": reason.name,
            "contribution": round(reason.contribution, DECIMALS),
            "use": round(reason.use, DECIMALS),
            "text": reason.text[self._language],
            **({"assumed": reason.assumed} if reason.assumed else {}),
        }
        return orjson.Fragment(compact(orjson.dumps(content)))


def places_in_full(recommendation: Recommendation, chosen: Collection[str], per_moment: int) -> set[int]:
    """Places of the channels that an answer is about: the first few of each moment, and these."""
    return {
        each.assessment.place
        for each in recommendation.channels
        if each.rank_in_moment <= per_moment or each.assessment.channel.id in chosen
    }


def _open(each: Assessment) -> dict[str, Any]:
    """What unknown answers can still change."""
    low, high = each.probability_range
    return {
        "range": {"low": round(low, _SHARES), "high": round(high, _SHARES)},
        "undecided": [_undecided(part) for part in each.undecided],
    }


def _undecided(part: Undecided) -> dict[str, Any]:
    return {"questions": part.questions, "low": round(part.low, DECIMALS), "high": round(part.high, DECIMALS)}
