"""Verdict: may the community start, what comes first if it may not, and what to answer while little is known."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from model.advice.advice import Overview
from model.advice.bundle.chooser import Bundle
from model.domain.questions import Question
from model.domain.rules import Effect
from model.domain.wording import channel_names
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding, Readiness, Verdict
from service.components import parts
from service.web.address import Address
from service.web.chances import is_likely
from service.web.fragments import fragments
from service.web.next_steps import owner
from service.web.rendering import plain
from service.web.steps import BETWEEN_QUESTIONS, FormProgress

_TONES = {Verdict.GO: "ok", Verdict.FIX_FIRST: "warning", Verdict.DO_NOT_LAUNCH_YET: "error"}


def headline(recommendation: Recommendation, overview: Overview, address: Address) -> Markup:
    """The decision as the heading of the page: the verdict in a few words, what to do, by whom, and what comes then."""
    readiness, language = recommendation.readiness, address.language
    in_short, serious = overview.summary.team[language], _serious(readiness)
    whole_verdict = parts().knowledge.messages[language][readiness.wording]
    verdict_text = _first_sentence(whole_verdict)
    stop = readiness.verdict is Verdict.DO_NOT_LAUNCH_YET
    unknown = bool(serious) and bool(serious[0].answer_first)
    if unknown:
        # The questions themselves stand below it.
        in_short = whole_verdict
    in_short = in_short.removeprefix(verdict_text).lstrip()
    action = serious[0].action[language] if serious and serious[0].action else ""
    acts = bool(action) and action in in_short
    if acts:
        before, first, then = map(str.strip, in_short.partition(action))
        # What is said before the action says more than that something comes first.
        verdict_text = before or verdict_text
    else:
        first = _first_sentence(in_short)
        then = in_short.removeprefix(first).lstrip()
    unsure = _unsure(recommendation, overview.bundle)

    def content() -> dict[str, Any]:
        return {
            "tone": "info" if readiness.so_far or unknown else _TONES[readiness.verdict],
            "who": owner(serious[0]) if acts else None,
            "then": bool(then),
            "unsure": channel_names(parts().knowledge, unsure) if unsure else None,
            "why": serious[0] if stop else None,
            "folded": [(each, owner(each)) for each in (serious[1:] if stop else serious)],
        }

    key = readiness.wording, tuple([each.name for each in serious]), acts, bool(then), unsure
    values = [plain(escape(each)) for each in (verdict_text, first, *([then] if then else []))]
    return Markup(fragments().piece("parts/headline.html", key, address, content, values))


def _first_sentence(text: str) -> str:
    sentence, dot, _ = text.partition(". ")
    return sentence + dot.rstrip()


def _unsure(recommendation: Recommendation, bundle: Bundle | None) -> tuple[str, ...]:
    """The channels to start with now of which pages do not say that members will likely use them."""
    readiness = recommendation.readiness
    starts = readiness.verdict is Verdict.GO and not readiness.so_far
    advised = {channel.id for channel in bundle.channels} if bundle and starts else set()
    assessments = [each.assessment for each in recommendation.channels]
    return tuple([each.channel.id for each in assessments if each.channel.id in advised and not is_likely(each)])


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
    profile = recommendation.profile
    questions = [each.id for each in parts().knowledge.questionnaire if not each.follows]
    known = sum(name in profile.answers for name in questions)

    def content() -> dict[str, Any]:
        return {
            "known": known,
            "total": len(questions),
            "question": question,
            "seen": FormProgress((_required(),), ()).seen_text,
            "step": BETWEEN_QUESTIONS.join(parts().knowledge.questionnaire.together(question.id)),
        }

    key = known, question.id
    return Markup(fragments().piece("parts/little_known.html", key, address, content))


def _required() -> tuple[str, ...]:
    return tuple(question.id for question in parts().knowledge.questionnaire if question.required)
