"""Answer columns: many profiles at once, looked at answer by answer instead of community by community.

A profile is right when each of its answers is right by itself and no follow-up answer contradicts the answer that it
follows. So the gate is asked once for every different answer, and once for every different pair with a follow-up; what
it says is then looked up for all profiles together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson

from model.domain.code_changes import CodeChanges
from model.domain.knowledge import Knowledge
from model.domain.questions import Question
from model.profiles.profile import Profile, ProfileReader, emptiest_answers
from training.learning.design_matrix import BoolArray, IntArray, ProfileTable


class AnswerColumn(NamedTuple):
    """The answers to one question.

    Attributes:
        place: for each profile the place of its answer in `answers`.
        answers: different answers as the gate wants them; None where the question was not answered.
    """

    place: IntArray
    answers: Sequence[Any]


def answers_of_texts(texts: Sequence[str], changes: CodeChanges) -> Mapping[str, AnswerColumn]:
    """The answers in texts of `model.outcomes.record.answers_text`, in codes of today."""
    columns: dict[str, tuple[IntArray, dict[Any, int]]] = {}
    for row, text in enumerate(texts):
        for question, answer in changes.renewed(orjson.loads(text)).items():
            if question not in columns:
                columns[question] = (np.zeros(len(texts), dtype=np.int64), {None: 0})
            place, known = columns[question]
            place[row] = known.setdefault(tuple(answer) if isinstance(answer, list) else answer, len(known))
    return {question: AnswerColumn(place, _as_sent(known)) for question, (place, known) in columns.items()}


def read_profiles(
    columns: Mapping[str, AnswerColumn], count: int, knowledge: Knowledge
) -> tuple[ProfileTable, BoolArray]:
    """(the profiles that pass the gate, which of all they are).

    Args:
        columns: by question; a question without a column was not answered by anybody, and an answer to what is no
            question is wrong.
        count: of profiles.
    """
    answers = _AnswerCheck(knowledge)
    right = np.ones(count, dtype=np.bool_)
    absent = np.array(knowledge.questionnaire.absent_masks, dtype=np.int64)
    masks = np.tile(absent, (count, 1))
    ranks = np.full((count, len(knowledge.needs.codes)), -1, dtype=np.int8)
    nothing = AnswerColumn(np.zeros(count, dtype=np.int64), (None,))
    for name in columns.keys() - knowledge.questionnaire.by_id.keys():
        right &= np.array([answer is None for answer in columns[name].answers], dtype=np.bool_)[columns[name].place]
    for index, question in enumerate(knowledge.questionnaire):
        column = columns.get(question.id, nothing)
        place, read = column.place, [answers.read(question, answer) for answer in column.answers]
        right &= np.array([profile is not None for profile in read], dtype=np.bool_)[place]
        masks[:, index] = np.array([0 if each is None else each.masks[index] for each in read], dtype=np.int64)[place]
        if question.id == knowledge.needs.id:
            ranks = np.array([_ranks(each, question) for each in read], dtype=np.int8)[place]
        for before, _ in knowledge.questionnaire.needed_for(question.id) if question.id in columns else ():
            right &= answers.agree(question, before, column, columns.get(before, nothing))
    return ProfileTable(masks[right], ranks[right], absent), right


def _as_sent(answers: Mapping[Any, int]) -> list[Any]:
    return [list(answer) if isinstance(answer, tuple) else answer for answer in answers]


class _AnswerCheck:
    """Says of single answers what the gate would."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._questions = knowledge.questionnaire
        self._reader = ProfileReader(knowledge.questionnaire)
        self._least = emptiest_answers(knowledge.questionnaire)

    def read(self, question: Question, answer: Any) -> Profile | None:
        """An otherwise empty profile with this answer; None when it is wrong."""
        if answer is None:
            if question.required and not question.unknown_allowed:
                return None
            return self._reader.read(self._least)
        return self._reader.read({**self._least, **self._applying(question), question.id: answer})

    def agree(self, question: Question, before: str, column: AnswerColumn, followed: AnswerColumn) -> BoolArray:
        """For which profiles the follow-up answer does not contradict that to the question before."""
        width = len(followed.answers)
        pairs, place = np.unique(column.place * width + followed.place, return_inverse=True)
        fine = []
        for pair in pairs.tolist():
            given = {question.id: column.answers[pair // width], before: followed.answers[pair % width]}
            known = {each: answer for each, answer in given.items() if answer is not None}
            fine.append(len(known) < 2 or self._reader.read({**self._least, **known}) is not None)
        return np.asarray(np.array(fine, dtype=np.bool_)[place.reshape(-1)])

    def _applying(self, question: Question) -> dict[str, str]:
        """The answer that makes a follow-up question apply."""
        if question.follows is None:
            return {}
        before, codes = question.follows
        return {before: min(codes)}


def _ranks(profile: Profile | None, needs: Question) -> list[int]:
    chosen = profile.codes(needs.id) if profile is not None else ()
    return [chosen.index(code) if code in chosen else -1 for code in needs.codes]
