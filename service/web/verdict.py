"""Verdict: what goes with the decision: what to answer while little is known, what does not agree, and what to mind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from model.advice.advice import Overview
from model.domain.questions import Question
from model.domain.rules import Effect
from model.profiles.profile import Profile
from model.scoring.advisor import Recommendation
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments
from service.web.steps import BETWEEN_QUESTIONS, FormProgress
from service.web.wish_matrix import PictureRow, said_in_picture


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


def notices(
    recommendation: Recommendation, overview: Overview, shown: Sequence[PictureRow], address: Address
) -> Markup:
    """What to mind, but for what the picture says.

    Args:
        shown: the rows of the picture.
    """
    asking = recommendation.readiness.little_known
    warnings = [each for each in overview.findings if each.effect is Effect.WARN and each is not asking]
    in_picture = said_in_picture(warnings, shown)
    warnings = [each for each in warnings if each.name not in in_picture]
    if not warnings:
        return Markup("")
    # A warning names the channels that it is about in this answer.
    key = tuple([finding.text[address.language] for finding in warnings])
    return Markup(fragments().piece("parts/warnings.html", key, address, lambda: {"warnings": warnings}))


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
    known = known_answers(recommendation.profile)
    content = lambda: question_to_answer(question, known)  # noqa: E731
    return Markup(fragments().piece("parts/little_known.html", (known, question.id), address, content))


def known_answers(profile: Profile) -> int:
    """How many of the questions that everybody is asked have an answer."""
    return sum(name in profile.answers for name in _asked_of_all())


def question_to_answer(question: Question, known: int) -> dict[str, Any]:
    """What a template needs to ask a question where the answer rests on little."""
    return {
        "known": known,
        "total": len(_asked_of_all()),
        "question": question,
        "seen": FormProgress((_required(),), ()).seen_text,
        "step": BETWEEN_QUESTIONS.join(parts().knowledge.questionnaire.together(question.id)),
    }


def _asked_of_all() -> list[str]:
    return [each.id for each in parts().knowledge.questionnaire if not each.follows]


def _required() -> tuple[str, ...]:
    return tuple(question.id for question in parts().knowledge.questionnaire if question.required)
