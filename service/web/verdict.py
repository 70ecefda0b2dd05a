"""Verdict: may the community start, what comes first if it may not, and what to answer while little is known."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from model.advice.advice import Overview
from model.domain.questions import Question
from model.domain.rules import Effect
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding, Readiness, Verdict
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments
from service.web.next_steps import owner
from service.web.rendering import plain
from service.web.steps import BETWEEN_QUESTIONS, FormProgress

_TONES = {Verdict.GO: "ok", Verdict.FIX_FIRST: "warning", Verdict.DO_NOT_LAUNCH_YET: "error"}


def headline(recommendation: Recommendation, overview: Overview, address: Address) -> Markup:
    """The decision as the heading of the page: the verdict, and the answer in one sentence."""
    readiness, language = recommendation.readiness, address.language
    in_short, serious = overview.summary.team[language], _serious(readiness)
    verdict_text = parts().knowledge.messages[language][readiness.wording]
    repeated = in_short.startswith(verdict_text.partition(".")[0])
    stop = readiness.verdict is Verdict.DO_NOT_LAUNCH_YET
    unknown = bool(serious) and bool(serious[0].answer_first)
    if unknown:
        # The questions themselves stand below it.
        in_short, repeated = verdict_text, True

    def content() -> dict[str, Any]:
        return {
            "tone": "info" if readiness.so_far or unknown else _TONES[readiness.verdict],
            "verdict_text": "" if repeated else verdict_text,
            "why": serious[0] if stop and serious else None,
            "folded": [(each, owner(each)) for each in (serious[1:] if stop else serious)],
        }

    key = readiness.wording, tuple([finding.name for finding in serious]), repeated
    return Markup(fragments().piece("parts/headline.html", key, address, content, [plain(escape(in_short))]))


def answer_first(recommendation: Recommendation, address: Address) -> Markup:
    """The questions to answer first, where too little is known for any advice; nothing elsewhere."""
    names = recommendation.readiness.answer_first
    if not names:
        return Markup("")

    def content() -> dict[str, Any]:
        return {"questions": [parts().knowledge.questionnaire[name] for name in names]}

    return Markup(fragments().piece("parts/answer_first.html", names, address, content))


def contradictions(profile: Profile, address: Address) -> Markup:
    """What cannot all be true of the answers, which stands before the advice; nothing where there is none."""
    rules = [each.rule for each in parts().champion.current.advice.contradictions.of(profile)]
    if not rules:
        return Markup("")
    key = tuple([rule.id for rule in rules])
    return Markup(fragments().piece("parts/contradictions.html", key, address, lambda: {"rules": rules}))


def notices(recommendation: Recommendation, overview: Overview, address: Address) -> Markup:
    """What to mind."""
    asking = recommendation.readiness.little_known
    warnings = [each for each in overview.findings if each.effect is Effect.WARN and each is not asking]
    if not warnings:
        return Markup("")
    key = tuple([finding.name for finding in warnings])
    return Markup(fragments().piece("parts/warnings.html", key, address, lambda: {"warnings": warnings}))


def _serious(readiness: Readiness) -> list[Finding]:
    """What stands in the way of a start."""
    return [finding for finding in readiness.findings if finding.effect is not Effect.WARN]


def most_telling(recommendation: Recommendation) -> Question | None:
    """The question to answer first where the answer rests on little: what members want, then what tells most now."""
    readiness, knowledge = recommendation.readiness, parts().knowledge
    if readiness.answer_first or (readiness.little_known is None and not readiness.so_far):
        return None
    if not readiness.wish_known:
        return knowledge.needs
    return parts().champion.current.advice.interview.question(recommendation.profile, _required())


def little_known(recommendation: Recommendation, question: Question | None, address: Address) -> Markup:
    """That the answer rests on little, and the question to answer first; nothing where there is none."""
    if question is None:
        return Markup("")
    finding, profile = recommendation.readiness.little_known, recommendation.profile
    questions = [each.id for each in parts().knowledge.questionnaire if not each.follows]
    known = sum(name in profile.answers for name in questions)

    def content() -> dict[str, Any]:
        return {
            "text": finding.text if finding else None,
            "known": known,
            "total": len(questions),
            "question": question,
            "seen": FormProgress((_required(),), ()).seen_text,
            "step": BETWEEN_QUESTIONS.join(parts().knowledge.questionnaire.together(question.id)),
        }

    key = finding and finding.name, known, question.id
    return Markup(fragments().piece("parts/little_known.html", key, address, content))


def _required() -> tuple[str, ...]:
    return tuple(question.id for question in parts().knowledge.questionnaire if question.required)
