"""Answer: a recommendation in one language, as the JSON that the API and the command line give.

An answer opens with one sentence, then gives the verdict, the ranking and what these rest on, and the bundle beside
them (`model.answer.overview`). What is only told when it is asked for is made by `model.answer.on_request`.

Most of an answer is the same text again and again, so it is put together from ready-made pieces. `docs/design.md` says
how, and what it costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from model.advice.service import Advice
from model.answer.channels import ChannelsWriter
from model.answer.citations import Grounds
from model.answer.on_request import AdviceWriter, OptionalParts
from model.answer.overview import OverviewWriter
from model.domain.channels import NotAssessedChannel
from model.domain.knowledge import Knowledge
from model.memo import Memo, compact
from model.profiles.profile import Profile
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.artifact import Artifact
from model.scoring.launch_verdict import Finding
from model.scoring.rule_trace import trace

_NOTHING = OptionalParts()
_RECENT = 16
"""Answers that are kept, each of about 45 kB."""


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
        self._grounds = Grounds(self._knowledge)
        self._channels = ChannelsWriter(self._knowledge, language, self._grounds)
        self._overview = OverviewWriter(self._advice, language, self._grounds)
        self.advice = AdviceWriter(self._advice, language, self._grounds)

    def write(
        self, recommendation: Recommendation, include_trace: bool = False, extra: OptionalParts = _NOTHING
    ) -> bytes:
        """The answer as JSON; when nothing more was asked for, it is kept for a while.

        Args:
            extra: parts that were asked for, to put at its end.
        """
        if include_trace or extra is not _NOTHING:
            return orjson.dumps(self._content(recommendation, include_trace, extra))
        # Other own records make another overview of the same recommendation.
        overview = self._advice.overview(recommendation)
        return self._answers.of_object(
            overview, lambda: compact(orjson.dumps(self._content(recommendation, False, _NOTHING)))
        )

    def _content(self, recommendation: Recommendation, include_trace: bool, extra: OptionalParts) -> dict[str, Any]:
        language = self._language
        readiness = recommendation.readiness
        channels = self._channels.write(recommendation)
        overview = self._advice.overview(recommendation)
        rest, named = self._overview.rest(overview, recommendation)
        named |= channels.named
        named |= self._grounds.bits(finding.name for finding in readiness.findings)
        named |= self._grounds.bits(rule.id for rule in recommendation.advice)
        content: dict[str, Any] = {
            "language": language,
            "summary": self._overview.summary(overview.summary),
            "verdict": {
                "code": readiness.verdict,
                "text": self._messages[readiness.wording],
                "findings": [self._finding(finding) for finding in readiness.findings],
                "mayChange": readiness.may_change,
            },
            "hypothetical": recommendation.hypothetical,
            "best": recommendation.best,
            "bestPerNeed": [
                {"need": need, "channels": channels} for need, channels in recommendation.best_per_need.items()
            ],
            **rest,
            "channels": orjson.Fragment(channels.ranked),
            "excluded": orjson.Fragment(channels.excluded),
            "notAssessed": self._not_assessed,
            "assumptions": [
                {"question": question.id, "answer": assumption.answer, "text": assumption.text[language]}
                for question, assumption in recommendation.assumptions
            ],
            "advice": [orjson.Fragment(self._channels.rule(rule)) for rule in recommendation.advice],
            **self._grounds.of(named, extra.cited),
            "model": self._model,
            **extra.content,
        }
        if include_trace:
            content["trace"] = self._trace(recommendation.profile)
        return content

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


def _model(artifact: Artifact, knowledge: Knowledge) -> Mapping[str, Any]:
    return {
        "artifact": artifact.id,
        "checksum": artifact.checksum,
        "knowledge": knowledge.fingerprint,
        "records": artifact.records,
        "communities": artifact.communities,
    }
