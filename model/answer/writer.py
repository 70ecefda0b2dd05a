"""Writer of answers: a recommendation in one language, as the JSON that the API and the command line give.

An answer opens with one sentence, then gives the verdict, the ranking and what these rest on, and the bundle beside
them (`model.answer.overview`). What is only told when it is asked for is made by `model.answer.on_request`.

How much it tells is a choice of who asks (`Detail`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import orjson

from model.advice.advice import Advice
from model.answer.channels import ChannelsWriter, places_in_full
from model.answer.citations import Citations
from model.answer.on_request import AdviceWriter, OptionalParts
from model.answer.overview import OverviewWriter
from model.domain.channels import NotAssessedChannel
from model.domain.knowledge import Knowledge
from model.memo import Memo, compact
from model.profiles.profile import Profile
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.artifact import Artifact
from model.scoring.launch_verdict import Finding
from model.scoring.reasons import USUAL_REASONS
from model.scoring.rule_trace import trace


class Detail(StrEnum):
    """How much an answer tells."""

    BRIEF = "brief"
    """The decision and the set, for a mail or a thank-you page; without nulls."""
    USUAL = "usual"
    """The decision, the set and the best few channels of each moment in full, the others as one line each."""
    FULL = "full"
    """Everything."""


_NOTHING = OptionalParts()
_RECENT = 16
"""Answers that are kept, each of up to 45 kB."""
_IN_FULL = 2
"""Channels of each moment that a usual answer tells in full."""
_ALL = 1_000
"""Reasons for and against a channel in a full answer: more than there are."""


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
            compact(orjson.dumps([self._left_out(each) for each in self._knowledge.not_assessed]))
        )
        self._model = orjson.Fragment(compact(orjson.dumps(_model(advisor.artifact, advisor.knowledge))))
        self._answers = Memo[bytes](_RECENT)
        self._citations = Citations(self._knowledge)
        self._channels = ChannelsWriter(self._knowledge, language)
        self._overview = OverviewWriter(self._advice, language)
        self.advice = AdviceWriter(self._advice, language, self._citations)

    def write(
        self,
        recommendation: Recommendation,
        detail: Detail = Detail.USUAL,
        include_trace: bool = False,
        extra: OptionalParts = _NOTHING,
    ) -> bytes:
        """The answer as JSON; when nothing more was asked for, it is kept for a while.

        Args:
            extra: parts that were asked for, to put at its end.
        """
        if include_trace or extra is not _NOTHING:
            return orjson.dumps(self._content(recommendation, detail, include_trace, extra))
        # Other own records make another overview of the same recommendation.
        overview = self._advice.overview(recommendation)
        return self._answers.of_object(
            overview, lambda: compact(orjson.dumps(self._content(recommendation, detail, False, _NOTHING))), detail
        )

    def _content(
        self, recommendation: Recommendation, detail: Detail, include_trace: bool, extra: OptionalParts
    ) -> dict[str, Any]:
        brief = detail is Detail.BRIEF
        content = self._brief(recommendation) if brief else self._told(recommendation, detail, extra)
        if include_trace:
            content["trace"] = self._trace(recommendation.profile)
        return {**content, **extra.content}

    def _brief(self, recommendation: Recommendation) -> dict[str, Any]:
        """The decision: what to do, with what, for what."""
        overview, readiness = self._advice.overview(recommendation), recommendation.readiness
        first = overview.findings[0] if overview.findings else None
        told = {
            "language": self._language,
            "detail": Detail.BRIEF,
            "summary": self._overview.summary(overview.summary),
            "verdict": {"code": readiness.verdict, "text": self._messages[readiness.wording]},
            "action": first and first.action and first.action[self._language],
            "channels": self._overview.chosen(overview.bundle) if overview.bundle else [],
            "warnings": self._overview.warnings(recommendation.profile) or None,
            "wanted": self._overview.wanted(self._advice.wanted(recommendation)),
            "code": self._advice.profile_codes.code(recommendation.profile),
            "choice": self._overview.choice(recommendation.profile) or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _told(self, recommendation: Recommendation, detail: Detail, extra: OptionalParts) -> dict[str, Any]:
        language, readiness = self._language, recommendation.readiness
        overview = self._advice.overview(recommendation)
        full = detail is Detail.FULL
        chosen = [channel.id for channel in overview.bundle.channels] if overview.bundle else []
        in_full = None if full else places_in_full(recommendation, chosen, _IN_FULL)
        channels = self._channels.write(recommendation, in_full, chosen, _ALL if full else USUAL_REASONS)
        rest, named = self._overview.rest(overview, recommendation)
        warnings = self._overview.warnings(recommendation.profile)
        named |= channels.named
        named.update([finding.name for finding in overview.findings])
        named.update([rule.id for rule in recommendation.advice])
        named.update([each["name"] for each in warnings])
        return {
            "language": language,
            "detail": detail,
            "summary": self._overview.summary(overview.summary),
            "verdict": {
                "code": readiness.verdict,
                "text": self._messages[readiness.wording],
                "findings": [self._finding(finding) for finding in overview.findings],
                "mayChange": readiness.may_change,
                "answerFirst": readiness.answer_first,
            },
            "warnings": warnings,
            "wanted": self._overview.wanted(self._advice.wanted(recommendation)),
            "roads": self._overview.roads(self._advice.roads(recommendation)),
            "instead": self._overview.instead(self._advice.instead(recommendation)),
            "hypothetical": recommendation.hypothetical,
            "best": recommendation.best,
            "bestPerNeed": [
                {"need": need, "channels": channels} for need, channels in recommendation.best_per_need.items()
            ],
            **rest,
            "channels": channels.ranked,
            "excluded": channels.excluded,
            **({"notAssessed": self._not_assessed} if full else {}),
            "assumptions": [
                {"question": question.id, "answer": assumption.answer, "text": assumption.text[language]}
                for question, assumption in recommendation.assumptions
            ],
            "advice": [self._channels.rule(rule) for rule in recommendation.advice],
            **self._citations.of(named, extra.cited, full),
            "model": self._model,
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            "effect": finding.effect,
            "name": finding.name,
            "text": finding.text[self._language],
            "action": finding.action and finding.action[self._language],
            "who": finding.who and finding.who[self._language],
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


def _model(artifact: Artifact, knowledge: Knowledge) -> Mapping[str, Any]:
    return {
        "artifact": artifact.id,
        "checksum": artifact.checksum,
        "knowledge": knowledge.fingerprint,
        "records": artifact.basis.records,
        "communities": artifact.basis.communities,
        "documented": artifact.basis.documented,
    }
