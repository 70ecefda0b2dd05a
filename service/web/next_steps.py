"""Next steps: what to do before the start, at the start and after it, and who does each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from model.advice.bundle.chooser import Bundle
from model.domain.conditions import questions_of
from model.domain.questions import Text
from model.domain.wording import said
from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding, Readiness
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments


@dataclass(frozen=True, slots=True)
class Step:
    """What to do before anything else.

    Attributes:
        name: of the finding that asks for it, or of the question to find out.
        text: what to do, and None where that is to show the advice.
        who: who does it; None is the programme team.
    """

    name: str
    text: Text | None
    who: Text | None = None


def first_steps(
    recommendation: Recommendation, findings: Sequence[Finding], open_questions: Sequence[str]
) -> list[Step]:
    """What comes before a start, the most serious first; at least one step.

    Args:
        findings: those that concern the answer.
        open_questions: without an answer, that are worth finding out first, the one that can change most first.
    """
    steps = [Step(each.name, each.action, each.who) for each in findings if each.action]
    told = {each.action_of for each in findings if each.action} | _asked_with(findings)
    # Where something must be done before anything else, what is still open can wait.
    if may_start(recommendation) or not steps:
        steps += [_find_out(name) for name in open_questions if name not in told][:1]
    return steps or [Step("", None)]


def _asked_with(findings: Sequence[Finding]) -> set[str]:
    """The follow-up questions that what is to be done first looks at: it asks for these as well."""
    knowledge = parts().knowledge
    rules = [knowledge.rule_by_id[each.name] for each in findings if each.action and each.name in knowledge.rule_by_id]
    asked = {name for rule in rules for name in questions_of(rule.when)}
    return {name for name in asked if knowledge.questionnaire[name].follows}


def _find_out(name: str) -> Step:
    question = parts().knowledge.questionnaire[name]
    asked = {language: text.partition("?")[0] + "?" for language, text in question.text.items()}
    return Step(name, question.find_out or said(parts().knowledge, "open_question_find_out", question=asked))


def next_steps(
    recommendation: Recommendation, bundle: Bundle | None, first: Sequence[Step], address: Address
) -> Markup:
    """What follows, each with what to do, who does it and when.

    Args:
        first: what comes before a start, without what the headline tells.
    """
    wrong = wrong_now(recommendation.readiness)
    news_only = bundle is not None and not any(channel.two_way for channel in bundle.channels)
    soon, asks = may_start(recommendation), bool(recommendation.readiness.answer_first)

    def content() -> dict[str, Any]:
        return {
            "first": first,
            "asks": asks,
            "soon": soon,
            "news_only": news_only,
            "wrong": wrong,
        }

    key = tuple([each.name for each in first]), asks, soon, news_only, wrong
    return Markup(fragments().piece("parts/next_steps.html", key, address, content))


def wrong_now(readiness: Readiness) -> bool:
    """Whether something is wrong in the channel of now, so that there is a way back from it first."""
    rules = parts().knowledge.rule_by_id
    return any(each.name in rules and rules[each.name].way_back for each in readiness.findings)


def may_start(recommendation: Recommendation) -> bool:
    """Whether there is a channel to start with, now or after what comes first."""
    readiness = recommendation.readiness
    return not (recommendation.hypothetical or readiness.none_fits or readiness.too_early)
