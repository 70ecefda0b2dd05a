"""Answer: a recommendation in one language, as the JSON that the API and the command line give.

Most of an answer is the same text again and again. What is said of one channel is rendered once and kept with its
assessment; an answer is then put together from such ready-made pieces. `docs/design.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson

from model.artifact import Artifact
from model.channels import NotAssessedChannel
from model.knowledge.base import Knowledge
from model.profile import Profile
from model.ranking import Advisor, RankedChannel, Recommendation
from model.readiness import Finding
from model.reasons import Reason, Undecided
from model.rules import NeedFunction, Rule, is_opinion
from model.scoring import Assessment
from model.trace import trace
from model.uncertainty import LEVEL

_DECIMALS = 6
_GROUNDS_KEPT = 512


class AnswerWriter:
    """Writes recommendations in one language."""

    def __init__(self, advisor: Advisor, language: str) -> None:
        self._advisor = advisor
        self._knowledge: Knowledge = advisor.knowledge
        self._language = language
        self._messages = self._knowledge.messages[language]
        self._not_assessed = orjson.Fragment(
            orjson.dumps([self._left_out(each) for each in self._knowledge.not_assessed])
        )
        self._model = orjson.Fragment(orjson.dumps(_model(advisor.artifact)))
        self._head = self._heads()
        self._rules = {
            rule.id: orjson.dumps({"name": rule.id, "text": rule.text[language]}) for rule in self._knowledge.rules
        }
        self._statements = _statements(self._knowledge)
        self._bit_of = {name: 1 << place for place, name in enumerate(self._statements)}
        self._grounds_memo: dict[int, Mapping[str, orjson.Fragment]] = {}

    def write(self, recommendation: Recommendation, include_trace: bool = False) -> bytes:
        """The answer as JSON."""
        return orjson.dumps(self._content(recommendation, include_trace))

    def fragment(self, recommendation: Recommendation) -> orjson.Fragment:
        """The answer as a part of a larger JSON document."""
        return orjson.Fragment(self.write(recommendation))

    def _content(self, recommendation: Recommendation, include_trace: bool) -> dict[str, Any]:
        language = self._language
        readiness = recommendation.readiness
        pieces = [self._rendered(each.assessment) for each in recommendation.channels]
        left_out = [self._rendered(each) for each in recommendation.excluded]
        named = self._bits(finding.name for finding in readiness.findings)
        named |= self._bits(rule.id for rule in recommendation.advice)
        for _, names in chain(pieces, left_out):
            named |= names
        content: dict[str, Any] = {
            "language": language,
            "verdict": {
                "code": readiness.verdict,
                "text": self._messages[f"verdict_{readiness.verdict}"],
                "findings": [self._finding(finding) for finding in readiness.findings],
                "mayChange": readiness.may_change,
            },
            "hypothetical": recommendation.hypothetical,
            "best": recommendation.best,
            "bestPerNeed": [
                {"need": need, "channels": channels} for need, channels in recommendation.best_per_need.items()
            ],
            "channels": orjson.Fragment(_ranked(recommendation.channels, pieces)),
            "excluded": orjson.Fragment(b"[" + b",".join([piece for piece, _ in left_out]) + b"]"),
            "notAssessed": self._not_assessed,
            "assumptions": [
                {"question": question.id, "answer": assumption.answer, "text": assumption.text[language]}
                for question, assumption in recommendation.assumptions
            ],
            "advice": [orjson.Fragment(self._rule(rule)) for rule in recommendation.advice],
            **self._grounds(named),
            "model": self._model,
        }
        if include_trace:
            content["trace"] = self._trace(recommendation.profile)
        return content

    # --- pieces that are kept ----------------------------------------------------------------------------------

    def _rendered(self, assessment: Assessment) -> tuple[bytes, int]:
        """JSON of one channel, and the statements it names as bits."""
        piece: tuple[bytes, int] | None = assessment.rendered.get(self._language)
        if piece is None:
            text = self._excluded_channel(assessment) if assessment.excluded_by else self._channel(assessment)
            piece = assessment.rendered[self._language] = (text, self._bits(_names_in(assessment)))
        return piece

    def _bits(self, names: Iterable[str]) -> int:
        bits = 0
        for name in names:
            bits |= self._bit_of.get(name, 0)
        return bits

    def _grounds(self, bits: int) -> Mapping[str, orjson.Fragment]:
        """What the named statements rest on (grade, sources), and the sources they cite."""
        found = self._grounds_memo.get(bits)
        if found is None:
            if len(self._grounds_memo) >= _GROUNDS_KEPT:
                self._grounds_memo.clear()
            statements = {name: statement for name, statement in self._statements.items() if bits & self._bit_of[name]}
            cited = {source for statement in statements.values() for source in statement["sources"]}
            sources = {
                source: {"title": each.title, "url": each.url, "year": each.year, "kind": each.kind}
                for source, each in self._knowledge.sources.items()
                if source in cited
            }
            found = self._grounds_memo[bits] = {
                "statements": orjson.Fragment(orjson.dumps(statements)),
                "sources": orjson.Fragment(orjson.dumps(sources)),
            }
        return found

    # --- one thing each -----------------------------------------------------------------------------------------

    def _heads(self) -> Mapping[str, bytes]:
        """Per channel the start of its JSON, without an opening brace."""
        return {
            channel.id: orjson.dumps(
                {"id": channel.id, "name": channel.name[self._language], "moment": channel.moment}
            )[1:-1]
            for channel in self._knowledge.channels
        }

    def _channel(self, assessment: Assessment) -> bytes:
        """A ranked channel without its opening brace: its rank comes in front."""
        low, high = assessment.probability_range
        interval_low, interval_high = assessment.interval
        records = round(assessment.records_share, 4)
        numbers = {
            "logOdds": round(assessment.log_odds, _DECIMALS),
            "probability": round(assessment.probability, 4),
            "range": {"low": round(low, 4), "high": round(high, 4)},
            "interval": {"low": round(interval_low, 4), "high": round(interval_high, 4), "level": LEVEL},
            "share": {"rules": round(1 - records, 4), "records": records},
        }
        return (
            b'%s,%s,"reasonsFor":[%s],"reasonsAgainst":[%s],"undecided":[%s],"advice":[%s],"mayBeExcludedBy":[%s]}'
            % (
                self._head[assessment.channel.id],
                orjson.dumps(numbers)[1:-1],
                b",".join([self._reason(reason) for reason in assessment.reasons if reason.contribution > 0]),
                b",".join([self._reason(reason) for reason in assessment.reasons if reason.contribution < 0]),
                b",".join([_waits(part) for part in assessment.undecided]),
                b",".join([self._rule(rule) for rule in assessment.advice]),
                b",".join([self._rule(rule) for rule in assessment.may_be_excluded_by]),
            )
        )

    def _excluded_channel(self, assessment: Assessment) -> bytes:
        reasons = b",".join([self._rule(rule) for rule in assessment.excluded_by])
        return b'{%s,"reasons":[%s]}' % (self._head[assessment.channel.id], reasons)

    def _reason(self, reason: Reason) -> bytes:
        found = reason.rendered.get(self._language)
        if found is None:
            content = {
                "kind": reason.kind,
                "name": reason.name,
                "contribution": round(reason.contribution, _DECIMALS),
                "text": reason.text[self._language],
                **({"assumed": reason.assumed} if reason.assumed else {}),
            }
            found = reason.rendered[self._language] = orjson.dumps(content)
        return found

    def _rule(self, rule: Rule) -> bytes:
        return self._rules[rule.id]

    def _finding(self, finding: Finding) -> dict[str, Any]:
        question = finding.action_of and self._knowledge.questionnaire[finding.action_of]
        who = question.lever.who[self._language] if question and question.lever else None
        return {
            "effect": finding.effect,
            "name": finding.name,
            "text": finding.text[self._language],
            "action": finding.action and finding.action[self._language],
            "who": who,
            "question": finding.action_of,
        }

    def _left_out(self, product: NotAssessedChannel) -> dict[str, Any]:
        return {
            "id": product.id,
            "name": product.name[self._language],
            "reason": product.reason[self._language],
            "useInstead": product.use_instead,
            "sources": product.sources,
        }

    def _trace(self, profile: Profile) -> list[dict[str, Any]]:
        return [
            {"rule": line.rule, "channel": line.channel, "status": line.status, "questions": line.questions}
            for line in trace(profile, self._knowledge)
        ]


@lru_cache(maxsize=4096)
def _rank_piece(rank: int, rank_in_moment: int, tied: bool) -> bytes:
    """The start of a ranked channel's JSON; what follows is the same at every rank."""
    return b'{"rank":%d,"rankInMoment":%d,"tied":%s,' % (rank, rank_in_moment, b"true" if tied else b"false")


def _ranked(channels: Sequence[RankedChannel], pieces: Sequence[tuple[bytes, int]]) -> bytes:
    return b"[%s]" % b",".join(
        [_rank_piece(*each[1:]) + piece for each, (piece, _) in zip(channels, pieces, strict=True)]
    )


@lru_cache(maxsize=4096)
def _waits(part: Undecided) -> bytes:
    return orjson.dumps(
        {
            "questions": part.questions,
            "contribution": round(part.contribution, _DECIMALS),
            "low": round(part.low, _DECIMALS),
            "high": round(part.high, _DECIMALS),
        }
    )


def _names_in(assessment: Assessment) -> Iterable[str]:
    """The statements that an answer shows of this channel."""
    if assessment.excluded_by:
        yield from (rule.id for rule in assessment.excluded_by)
        return
    yield from (reason.name for reason in assessment.reasons)
    yield from (rule.id for rule in (*assessment.advice, *assessment.may_be_excluded_by))


def _statements(knowledge: Knowledge) -> Mapping[str, Mapping[str, Any]]:
    """What every rule and need function rests on, by the name that reasons use."""
    grounds: dict[str, Rule | NeedFunction] = {**knowledge.rule_by_id, **knowledge.functions}
    return {
        name: {"grade": ground.grade, "sources": ground.sources, "opinion": is_opinion(ground.grade)}
        for name, ground in grounds.items()
    }


def _model(artifact: Artifact) -> Mapping[str, Any]:
    return {
        "artifact": artifact.id,
        "checksum": artifact.checksum,
        "knowledge": artifact.knowledge,
        "records": artifact.records,
        "communities": artifact.communities,
    }
