"""Channels: the JSON of every channel in an answer, ranked or left out.

Most of it is the same text again and again: reasons, rules, names. Such pieces are rendered once. What is new in an
answer is which of them go where, and the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from model.grounds import Grounds
from model.knowledge.base import Knowledge
from model.ranking import RankedChannel, Recommendation
from model.reasons import Reason, Undecided
from model.rules import Rule
from model.statements import Heard
from model.uncertainty import LEVEL

DECIMALS = 6
_SHARES = orjson.dumps([share / 10_000 for share in range(10_001)])[1:-1].split(b",")
"""Every share of four decimals as text."""

_CHANNEL = (
    b'{"rank":%%d,"rankInMoment":%%d,"tied":%%b,%%b,"logOdds":%%b,"probability":%%b,"range":{"low":%%b,"high":%%b},'
    b'"interval":{"low":%%b,"high":%%b,"level":%b},"share":{"rules":%%b,"records":%%b},'
    b'"reasonsFor":[%%b],"reasonsAgainst":[%%b],"undecided":[%%b],"advice":[%%b],"mayBeExcludedBy":[%%b]}'
) % orjson.dumps(LEVEL)
_EXCLUDED = b'{%b,"reasons":[%b]}'
_FALSE_TRUE = (b"false", b"true")
_COMMA = b","


class Channels(NamedTuple):
    """JSON of the ranked and of the excluded channels, and the statements that they name as bits of `Grounds`."""

    ranked: bytes
    excluded: bytes
    named: int


class ChannelsWriter:
    """Writes channels in one language."""

    def __init__(self, knowledge: Knowledge, language: str, grounds: Grounds) -> None:
        self._language = language
        self._grounds = grounds
        self._rules = {
            rule.id: orjson.dumps({"name": rule.id, "text": rule.text[language]}) for rule in knowledge.rules
        }
        self._heads = [
            orjson.dumps({"id": channel.id, "name": channel.name[language], "moment": channel.moment})[1:-1]
            for channel in knowledge.channels
        ]

    def write(self, recommendation: Recommendation) -> Channels:
        """The channels of this recommendation; they are kept with it."""
        key = f"channels {self._language}"
        found: Channels | None = recommendation.kept.get(key)
        if found is None:
            found = recommendation.kept[key] = self._written(recommendation)
        return found

    def rule(self, rule: Rule) -> bytes:
        """A rule with its sentence."""
        return self._rules[rule.id]

    def _written(self, recommendation: Recommendation) -> Channels:
        speaks_for, speaks_against = self._reasons(recommendation.heard)
        log_odds = orjson.dumps([round(each.assessment.log_odds, DECIMALS) for each in recommendation.channels])
        ranked = [
            self._channel(each, written, speaks_for[each.assessment.place], speaks_against[each.assessment.place])
            for each, written in zip(recommendation.channels, log_odds[1:-1].split(_COMMA), strict=False)
        ]
        excluded = [
            _EXCLUDED % (self._heads[each.place], self._listed(each.excluded_by)) for each in recommendation.excluded
        ]
        return Channels(b"[%b]" % _COMMA.join(ranked), b"[%b]" % _COMMA.join(excluded), self._named(recommendation))

    def _reasons(self, heard: Heard) -> tuple[list[list[bytes]], list[list[bytes]]]:
        """Per channel what speaks for it and what speaks against it, the weightiest first."""
        speaks_for: list[list[bytes]] = [[] for _ in self._heads]
        speaks_against: list[list[bytes]] = [[] for _ in self._heads]
        for _, reason, places, *_ in heard.statements:
            if reason.contribution:
                text = self._reason(reason)
                side = speaks_for if reason.contribution > 0 else speaks_against
                for place in places:
                    side[place].append(text)
        return speaks_for, speaks_against

    def _channel(
        self, ranked: RankedChannel, log_odds: bytes, speaks_for: Sequence[bytes], speaks_against: Sequence[bytes]
    ) -> bytes:
        assessment, rank, rank_in_moment, tied = ranked
        low, high = assessment.probability_range
        interval_low, interval_high = assessment.interval
        records = round(assessment.records_share * 10_000)
        return _CHANNEL % (
            rank,
            rank_in_moment,
            _FALSE_TRUE[tied],
            self._heads[assessment.place],
            log_odds,
            _SHARES[round(assessment.probability * 10_000)],
            _SHARES[round(low * 10_000)],
            _SHARES[round(high * 10_000)],
            _SHARES[round(interval_low * 10_000)],
            _SHARES[round(interval_high * 10_000)],
            _SHARES[10_000 - records],
            _SHARES[records],
            _COMMA.join(speaks_for),
            _COMMA.join(speaks_against),
            _COMMA.join([_waits(part) for part in assessment.undecided]),
            self._listed(assessment.advice),
            self._listed(assessment.may_be_excluded_by),
        )

    def _listed(self, rules: Sequence[Rule]) -> bytes:
        return _COMMA.join([self._rules[rule.id] for rule in rules]) if rules else b""

    def _reason(self, reason: Reason) -> bytes:
        found = reason.rendered.get(self._language)
        if found is None:
            content = {
                "kind": reason.kind,
                "name": reason.name,
                "contribution": round(reason.contribution, DECIMALS),
                "text": reason.text[self._language],
                **({"assumed": reason.assumed} if reason.assumed else {}),
            }
            found = reason.rendered[self._language] = orjson.dumps(content)
        return found

    def _named(self, recommendation: Recommendation) -> int:
        """The statements that are shown of some channel."""
        bit = self._grounds.bit
        shown = named = 0
        for each in recommendation.channels:
            assessment = each.assessment
            shown |= 1 << assessment.place
            for rule in (*assessment.advice, *assessment.may_be_excluded_by):
                named |= bit(rule.id)
        for statement in recommendation.heard.statements:
            if statement.on & shown:
                named |= bit(statement.reason.name)
        for left_out in recommendation.excluded:
            for rule in left_out.excluded_by:
                named |= bit(rule.id)
        return named


def _waits(part: Undecided) -> bytes:
    found = part.rendered.get("")
    if found is None:
        content = {
            "questions": part.questions,
            "contribution": round(part.contribution, DECIMALS),
            "low": round(part.low, DECIMALS),
            "high": round(part.high, DECIMALS),
        }
        found = part.rendered[""] = orjson.dumps(content)
    return found
