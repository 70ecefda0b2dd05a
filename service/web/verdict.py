"""Verdict: may the community start, what comes first if it may not, and what to answer while little is known."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from model.advice.service import Overview
from model.domain.questions import Text
from model.domain.rules import Effect
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding, Readiness, Verdict
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments, joined
from service.web.rendering import plain
from service.web.steps import FormProgress

_TONES = {Verdict.GO: "ok", Verdict.FIX_FIRST: "warning", Verdict.DO_NOT_LAUNCH_YET: "error"}


def headline(recommendation: Recommendation, overview: Overview, address: Address) -> Markup:
    """The decision as the heading of the page: the verdict, and the answer in one sentence."""
    readiness, language = recommendation.readiness, address.language
    in_short, serious = overview.summary.team[language], _serious(readiness)
    verdict_text = parts().knowledge.messages[language][readiness.wording]
    repeated = in_short.startswith(verdict_text.partition(".")[0])
    stop = readiness.verdict is Verdict.DO_NOT_LAUNCH_YET

    def content() -> dict[str, Any]:
        return {
            "tone": "info" if readiness.so_far else _TONES[readiness.verdict],
            "verdict_text": "" if repeated else verdict_text,
            "why": serious[0] if stop and serious else None,
            "folded": [(each, _who(each)) for each in (serious[1:] if stop else serious)],
        }

    key = readiness.wording, tuple([finding.name for finding in serious]), repeated
    return Markup(fragments().piece("parts/headline.html", key, address, content, [plain(escape(in_short))]))


def first_steps(recommendation: Recommendation, overview: Overview, address: Address) -> Markup:
    """What must be done before the start beside what the heading names, and by whom."""
    in_short = overview.summary.team[address.language]
    with_action = [(each, each.action[address.language]) for each in _serious(recommendation.readiness) if each.action]
    steps = [finding for finding, action in with_action if action not in in_short]
    if not steps:
        return Markup("")
    named = len(steps) < len(with_action)
    key = tuple([finding.name for finding in steps]), named

    def content() -> dict[str, Any]:
        return {"steps": [(each, _who(each)) for each in steps], "summary_says_one": named}

    return Markup(fragments().piece("parts/first_steps.html", key, address, content))


def notices(recommendation: Recommendation, address: Address) -> Markup:
    """That little is known yet, and what to mind."""
    readiness = recommendation.readiness
    boxes = []
    if readiness.little_known:
        boxes.append(_little_known(recommendation, readiness.little_known, address))
    warnings = [
        each for each in readiness.findings if each.effect is Effect.WARN and each is not readiness.little_known
    ]
    if warnings:
        key = tuple([finding.name for finding in warnings])
        boxes.append(fragments().piece("parts/warnings.html", key, address, lambda: {"warnings": warnings}))
    return joined(boxes)


def _serious(readiness: Readiness) -> list[Finding]:
    """What stands in the way of a start."""
    return [finding for finding in readiness.findings if finding.effect is not Effect.WARN]


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
