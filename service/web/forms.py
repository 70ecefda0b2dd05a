"""Forms: from what a browser sends to raw answers, and from mistakes to sentences beside the field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from model.domain.questions import Question, Questionnaire
from model.errors import ProfileError
from model.profiles.profile import Profile
from model.profiles.reading import LONGEST, AnswerReading
from model.profiles.validation import ProfileGate
from service.web.labels import MISTAKES
from service.web.translations import translator

Raw = dict[str, str | list[str]]
_LONGEST, _MOST = 100, 40
"""Longer answers and more of them cannot be right; they are cut, so that nothing big is carried along."""


@dataclass(frozen=True, slots=True)
class FormInput:
    """A form as it was filled in.

    Attributes:
        raw: the answers as they came, right or wrong.
        profile: the answers, when all of them are right.
        mistakes: question → what is wrong with its answer, in words.
    """

    raw: Raw
    profile: Profile | None
    mistakes: Mapping[str, str] = field(default_factory=dict)


def given_answers(parameters: MultiDict[str, str], questions: Iterable[Question], reading: AnswerReading) -> Raw:
    """The answers to these questions in an address; a question that was not answered is not there.

    Several answers come as a repeated parameter, in order, or in one text with commas or the like between them.
    """
    raw: Raw = {}
    for question in questions:
        if question.id not in parameters:
            continue
        given = [value[:LONGEST].replace("\x00", "") for value in parameters.getlist(question.id)[:_MOST]]
        answer = reading.answer(question, given)
        if answer is not None:
            raw[question.id] = answer[:_LONGEST] if isinstance(answer, str) else [each[:_LONGEST] for each in answer]
    return raw


def fill(raw: Raw, gate: ProfileGate, questionnaire: Questionnaire, language: str) -> FormInput:
    """Check answers; a follow-up that does not apply (any more) is left out without a word."""
    raw = {
        question_id: answer
        for question_id, answer in raw.items()
        if all(raw.get(of) in (*codes, None) for of, codes in questionnaire.needed_for(question_id))
    }
    try:
        return FormInput(raw, gate.read(raw, language).profile)
    except ProfileError as error:
        mistakes: dict[str, str] = {}
        for problem in error.problems:
            question_id = problem.pointer.lstrip("/").split("/")[0]
            mistakes.setdefault(question_id, _words(problem.code, questionnaire[question_id], language))
        return FormInput(raw, None, mistakes)


def _words(code: str, question: Question, language: str) -> str:
    """What is wrong with an answer; "we do not know" is only named where it can be chosen."""
    with_unknown = MISTAKES.get(f"{code}_or_unknown") if question.unknown_allowed else None
    words = with_unknown or MISTAKES.get(code, MISTAKES["not_allowed"])
    return translator(language)(words).format(limit=question.limit)


def chosen(raw: Raw, question: Question) -> list[str]:
    """The codes to mark as chosen in the form, also wrong ones."""
    answer = raw.get(question.id, [])
    return [answer] if isinstance(answer, str) else answer
