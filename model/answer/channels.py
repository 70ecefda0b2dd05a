"""Channels: the JSON of every channel in an answer, ranked or left out.

Most of it is the same text again and again: reasons, rules, names. Such pieces are rendered once. What is new in an
answer is which of them go where, and the numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

from model.answer.citations import Grounds
from model.domain.knowledge import Knowledge
from model.domain.rules import Rule
from model.memo import Memo, compact
from model.scoring.advisor import Recommendation
from model.scoring.reasons import Reason, Undecided
from model.scoring.scorer import Assessment
from model.scoring.statements import Heard
from model.scoring.uncertainty import LEVEL, sigmoid

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
_TEXTS = 2048
"""Texts of one kind that are kept: those of reasons, of numbers and of what is undecided."""


class ChannelsJson(NamedTuple):
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
            rule.id: compact(orjson.dumps({"name": rule.id, "text": rule.text[language]})) for rule in knowledge.rules
        }
        self._heads = [
            orjson.dumps({"id": channel.id, "name": channel.name[language], "moment": channel.moment})[1:-1]
            for channel in knowledge.channels
        ]
        self._reason_texts = Memo[bytes](_TEXTS)
        self._undecided_texts = Memo[bytes](_TEXTS)

    def rule(self, rule: Rule) -> bytes:
        """A rule with its sentence."""
        return self._rules[rule.id]

    def write(self, recommendation: Recommendation) -> ChannelsJson:
        """The channels of this recommendation."""
        excluded = [
            _EXCLUDED % (self._heads[each.place], self._listed(each.excluded_by)) for each in recommendation.excluded
        ]
        ranked = list(self._ranked(recommendation)) if recommendation.channels else []
        return ChannelsJson(b"[%b]" % _COMMA.join(ranked), b"[%b]" % _COMMA.join(excluded), self._named(recommendation))

    def _ranked(self, recommendation: Recommendation) -> Iterator[bytes]:
        """Every ranked channel, put together from columns: what stands at one place in all of them is made at once."""
        assessments, rank, rank_in_moment, tied = zip(*recommendation.channels, strict=True)
        speaks_for, speaks_against = self._reasons(recommendation.heard)
        interval_low, interval_high = zip(*[each.interval for each in assessments], strict=True)
        columns = zip(
            rank,
            rank_in_moment,
            [_FALSE_TRUE[each] for each in tied],
            [self._heads[each.place] for each in assessments],
            [_number(each.log_odds) for each in assessments],
            *_chances(assessments),
            _shares(interval_low),
            _shares(interval_high),
            *_parts(assessments),
            [_COMMA.join(speaks_for[each.place]) for each in assessments],
            [_COMMA.join(speaks_against[each.place]) for each in assessments],
            [_COMMA.join([self._undecided(part) for part in each.undecided]) for each in assessments],
            [self._listed(each.advice) if each.advice else b"" for each in assessments],
            [self._listed(each.may_be_excluded_by) if each.may_be_excluded_by else b"" for each in assessments],
            strict=True,
        )
        return (_CHANNEL % row for row in columns)

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

    def _listed(self, rules: Sequence[Rule]) -> bytes:
        return _COMMA.join([self._rules[rule.id] for rule in rules]) if rules else b""

    def _reason(self, reason: Reason) -> bytes:
        return self._reason_texts.of_object(reason, lambda: _reason(reason, self._language))

    def _undecided(self, part: Undecided) -> bytes:
        return self._undecided_texts.of_object(part, lambda: _undecided(part))

    def _named(self, recommendation: Recommendation) -> int:
        """The statements that are shown of some channel."""
        assessments = [each.assessment for each in recommendation.channels]
        shown = sum([1 << each.place for each in assessments])
        names = {statement.reason.name for statement in recommendation.heard.statements if statement.on & shown}
        rules = [each.advice + each.waiting.may_exclude for each in assessments]
        rules += [each.excluded_by for each in recommendation.excluded]
        names.update([rule.id for several in rules for rule in several])
        return self._grounds.bits(names)


@lru_cache(_TEXTS)
def _number(value: float) -> bytes:
    return compact(orjson.dumps(round(value, DECIMALS)))


@lru_cache(_TEXTS)
def _chance(log_odds: float) -> bytes:
    return _share(sigmoid(log_odds))


def _chances(assessments: Sequence[Assessment]) -> Sequence[Sequence[bytes]]:
    """The columns of the probability and of its lowest and highest value."""
    if assessments[0].learned:
        ranges = [each.probability_range for each in assessments]
        chances = [each.probability for each in assessments]
        return _shares(chances), _shares([low for low, _ in ranges]), _shares([high for _, high in ranges])
    return (
        [_chance(each.log_odds) for each in assessments],
        [_chance(each.low) for each in assessments],
        [_chance(each.high) for each in assessments],
    )


def _parts(assessments: Sequence[Assessment]) -> Sequence[Sequence[bytes]]:
    """The columns of how much rests on rules and on records."""
    if not assessments[0].learned:
        return [_share(1)] * len(assessments), [_share(0)] * len(assessments)
    records = [round(each.records_share, 4) for each in assessments]
    return _shares([1 - share for share in records]), _shares(records)


def _shares(values: Iterable[float]) -> list[bytes]:
    return [_SHARES[round(value * 10_000)] for value in values]


def _share(value: float) -> bytes:
    return _SHARES[round(value * 10_000)]


def _reason(reason: Reason, language: str) -> bytes:
    content = {
        "kind": reason.kind,
        "name": reason.name,
        "contribution": round(reason.contribution, DECIMALS),
        "text": reason.text[language],
        **({"assumed": reason.assumed} if reason.assumed else {}),
    }
    return compact(orjson.dumps(content))


def _undecided(part: Undecided) -> bytes:
    content = {
        "questions": part.questions,
        "contribution": round(part.contribution, DECIMALS),
        "low": round(part.low, DECIMALS),
        "high": round(part.high, DECIMALS),
    }
    return compact(orjson.dumps(content))
