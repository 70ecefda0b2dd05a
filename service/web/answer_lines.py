"""Answer lines: the answers of a community in words, each with a link to change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.domain.questions import Question
from model.profiles.profile import Profile
from service.components import parts
from service.web.address import Address
from service.web.fragments import fragments
from service.web.steps import BETWEEN_QUESTIONS


def answer_lines(profile: Profile, address: Address) -> Iterator[tuple[Question, str]]:
    """Every question that applies, with its line."""
    shelf = fragments()
    for question in parts().knowledge.questionnaire:
        given = profile.answers.get(question.id)
        if question.follows and not given:
            continue

        def content(question: Question = question) -> dict[str, Any]:
            answer = shelf.answer_text(question, profile, address.language)
            return {
                "question": question,
                "codes": profile.codes(question.id),
                "answer": answer,
                "step": BETWEEN_QUESTIONS.join(parts().knowledge.questionnaire.together(question.id)),
            }

        yield question, shelf.piece("parts/answer_line.html", (question.id, given), address, content)
