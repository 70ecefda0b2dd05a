"""Answer: a recommendation in one language, as the JSON that the API and the command line give.

An answer opens with one sentence, then gives the verdict, the ranking and what these rest on, and the bundle beside
them (`model.answer_opening`). What is only told when it is asked for is made by `model.answer_advice`.

Most of an answer is the same text again and again. What is said of one channel is rendered once and kept with its
assessment; an answer is then put together from such ready-made pieces. `docs/design.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson

from model.advice import Advice
from model.answer_advice import AdviceWriter, Beside
from model.answer_opening import OpeningWriter
from model.artifact import Artifact
from model.channels import NotAssessedChannel
from model.grounds import Grounds
from model.knowledge.base import Knowledge
from model.profile import Profile
from model.ranking import Advisor, RankedChannel, Recommendation
from model.readiness import Finding
from model.reasons import Reason, Undecided
from model.rules import Rule
from model.scoring import Assessment
from model.trace import trace
from model.uncertainty import LEVEL

_DECIMALS = 6
_NOTHING = Beside()


class AnswerWriter:
    """Writes recommendations in one language.

    Args:
        advice: of the same advisor; writers that share it do not work out the same bundle twice.

    Attributes:
        advice: writes what is only told when it is asked for, in the same language.
    """

    def __init__(self, advisor: Advisor, language: str, advice: Advice | None = None) -> None:
        self._advice = advice or Advice(advisor)
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
        self._grounds = Grounds(self._knowledge)
        self._opening = OpeningWriter(self._advice, language, self._grounds)
        self.advice = AdviceWriter(self._advice, language, self._grounds)

    def write(self, recommendation: Recommendation, include_trace: bool = False, beside: Beside = _NOTHING) -> bytes:
        """The answer as JSON.

        Args:
            beside: parts that were asked for, to put at its end.
        """
        return orjson.dumps(self._content(recommendation, include_trace, beside))

    def fragment(self, recommendation: Recommendation) -> orjson.Fragment:
        """The answer as a part of a larger JSON document."""
        return orjson.Fragment(self.write(recommendation))

    def _content(self, recommendation: Recommendation, include_trace: bool, beside: Beside) -> dict[str, Any]:
        language = self._language
        readiness = recommendation.readiness
        pieces = [self._rendered(each.assessment) for each in recommendation.channels]
        left_out = [self._rendered(each) for each in recommendation.excluded]
        opening = self._advice.opening(recommendation)
        rest, named = self._opening.rest(opening, recommendation)
        named |= self._grounds.bits(finding.name for finding in readiness.findings)
        named |= self._grounds.bits(rule.id for rule in recommendation.advice)
        for _, names in chain(pieces, left_out):
            named |= names
        content: dict[str, Any] = {
            "language": language,
            "summary": self._opening.summary(opening.summary),
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
            **rest,
            "channels": orjson.Fragment(_ranked(recommendation.channels, pieces)),
            "excluded": orjson.Fragment(b"[" + b",".join([piece for piece, _ in left_out]) + b"]"),
            "notAssessed": self._not_assessed,
            "assumptions": [
                {"question": question.id, "answer": assumption.answer, "text": assumption.text[language]}
                for question, assumption in recommendation.assumptions
            ],
            "advice": [orjson.Fragment(self._rule(rule)) for rule in recommendation.advice],
            **self._grounds.of(named, beside.cited),
            "model": self._model,
            **beside.content,
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
            piece = assessment.rendered[self._language] = (text, self._grounds.bits(_names_in(assessment)))
        return piece

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


def _model(artifact: Artifact) -> Mapping[str, Any]:
    return {
        "artifact": artifact.id,
        "checksum": artifact.checksum,
        "knowledge": artifact.knowledge,
        "records": artifact.records,
        "communities": artifact.communities,
    }
