"""Verdict: may the community start, what comes first if it may not, and what to answer while little is known."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from model.advice.service import Overview
from model.domain.questions import Text
from model.domain.rules import Effect
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding, Verdict
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments, joined
from service.web.rendering import plain
from service.web.steps import FormProgress

_TONES = {Verdict.GO: "ok", Verdict.FIX_FIRST: "warning", Verdict.DO_NOT_LAUNCH_YET: "error"}


def verdict(recommendation: Recommendation, overview: Overview, address: Address) -> Markup:
    """The verdict with the answer in one sentence, and what to mind."""
    readiness = recommendation.readiness
    boxes = [_box(recommendation, overview, address)]
    if readiness.little_known:
        boxes.append(_little_known(recommendation, readiness.little_known, address))
    warnings = [
        each for each in readiness.findings if each.effect is Effect.WARN and each is not readiness.little_known
    ]
    if warnings:
        key = tuple([finding.name for finding in warnings])
        boxes.append(fragments().piece("parts/warnings.html", key, address, lambda: {"warnings": warnings}))
    return joined(boxes)


def _box(recommendation: Recommendation, overview: Overview, address: Address) -> str:
    readiness, language = recommendation.readiness, address.language
    in_short = overview.summary.team[language]
    serious = [finding for finding in readiness.findings if finding.effect is not Effect.WARN]
    said = [bool(finding.action and finding.action[language] in in_short) for finding in serious]

    def content() -> dict[str, Any]:
        return {
            "tone": "info" if readiness.so_far else _TONES[readiness.verdict],
            "verdict_text": parts().knowledge.messages[language][readiness.wording],
            "serious": [(each, _who(each), already) for each, already in zip(serious, said, strict=True)],
            "summary_says_one": any(said),
        }

    key = readiness.wording, tuple([finding.name for finding in serious]), tuple(said)
    return fragments().piece("parts/verdict.html", key, address, content, [plain(escape(in_short))])


def _who(finding: Finding) -> Text | None:
    lever = parts().knowledge.questionnaire[finding.action_of].lever if finding.action_of else None
    return lever.who if lever else None


def _little_known(recommendation: Recommendation, finding: Finding, address: Address) -> str:
    """That the answer rests on little, and the question that tells most now."""
    profile, questionnaire = recommendation.profile, parts().knowledge.questionnaire
    asked = tuple(question.id for question in questionnaire if question.required)
    question = parts().champion.current.advice.interview.next(profile, asked).question
    questions = [question.id for question in questionnaire if not question.follows]
    known = sum(name in profile.answers for name in questions)

    def content() -> dict[str, Any]:
        return {
            "text": finding.text,
            "known": known,
            "total": len(questions),
            "question": question,
            "seen": FormProgress((asked,), ()).seen_text,
        }

    key = finding.name, known, question and question.id
    return fragments().piece("parts/little_known.html", key, address, content)
