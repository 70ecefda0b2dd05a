"""Profile: the answers of one community, validated and frozen, in which unknown is never "no"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from model.domain.questions import UNKNOWN, Option, Question, Questionnaire

Answer = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Answers about a community.

    Attributes:
        answers: the known answers, question → a code (single choice) or codes (multiple choice, in the given order).
            A question that is not here has an unknown answer.
        masks: the same answers as one bit mask per question, in questionnaire order; 0 is unknown.
        chosen: how many options were chosen, over all questions.
        without: channels that are left out because whoever asks said so, such as what an organisation does not allow.
    """

    answers: Mapping[str, Answer]
    masks: tuple[int, ...]
    chosen: int
    without: frozenset[str] = frozenset()

    def __hash__(self) -> int:
        return hash(self.masks)

    def codes(self, question_id: str) -> tuple[str, ...]:
        """The chosen codes of one question; empty when the answer is unknown."""
        answer = self.answers.get(question_id, ())
        return (answer,) if isinstance(answer, str) else answer

    def as_dict(self) -> dict[str, str | list[str]]:
        """The known answers as a client would send them."""
        return {
            question: answer if isinstance(answer, str) else list(answer) for question, answer in self.answers.items()
        }


def channel_options(profile: Profile, questionnaire: Questionnaire) -> list[Option]:
    """What was chosen where an answer can say something of channels, in the order of the questionnaire."""
    return [question.option(code) for question in questionnaire.about_channels for code in profile.codes(question.id)]


class ProfileReader:
    """Turns raw answers into a `Profile` by plain look-ups, and only says yes or no.

    This is the quick gate for input that is right, which nearly all input is. Whatever it does not accept goes to
    `model.profiles.validation.ProfileSchema`, built from the same questions, which words every mistake. Tests hold the
    two to the same verdict. With `partial`, no answer is asked for.
    """

    def __init__(self, questionnaire: Questionnaire, partial: bool = False) -> None:
        self._absent = questionnaire.absent_masks
        self._required = frozenset(question.id for question in questionnaire if question.required and not partial)
        self._readers = {
            question.id: (index, self._many(question) if question.kind == "multi" else self._one(question))
            for index, question in enumerate(questionnaire)
        }
        self._follow_ups = [
            (question.id, *needed) for question in questionnaire for needed in questionnaire.needed_for(question.id)
        ]

    def read(self, raw: object) -> Profile | None:
        """The profile, or None when anything at all is wrong with the answers."""
        if not isinstance(raw, dict) or not self._required <= raw.keys():
            return None
        answers: dict[str, Answer] = {}
        masks = list(self._absent)
        chosen = 0
        for question_id, value in raw.items():
            reader = self._readers.get(question_id)
            if reader is None:
                return None
            index, read = reader
            mask = read(value)
            if mask is None:
                return None
            if mask:
                masks[index] = mask
                chosen += mask.bit_count()
                answers[question_id] = value if isinstance(value, str) else tuple(value)
        for question_id, follows, codes in self._follow_ups:
            if question_id in answers and follows in answers and answers[follows] not in codes:
                return None
        return Profile(answers, tuple(masks), chosen)

    @staticmethod
    def _one(question: Question) -> Callable[[object], int | None]:
        bits = dict(question.bit_of)
        if question.unknown_allowed:
            bits[UNKNOWN] = 0

        def read(value: object) -> int | None:
            return bits.get(value) if isinstance(value, str) else None

        return read

    @staticmethod
    def _many(question: Question) -> Callable[[object], int | None]:
        bits = question.bit_of
        limit, unknown_allowed = question.limit, question.unknown_allowed

        def read(value: object) -> int | None:
            if value == UNKNOWN or value == [UNKNOWN]:
                return 0 if unknown_allowed else None
            if not isinstance(value, list) or not 0 < len(value) <= limit:
                return None
            mask = 0
            for code in value:
                bit = bits.get(code) if isinstance(code, str) else None
                if bit is None or mask & bit:
                    return None
                mask |= bit
            return mask

        return read


def emptiest_answers(questionnaire: Questionnaire) -> dict[str, str | list[str]]:
    """The answers that say least: only those that are required."""
    return {question.id: _least(question) for question in questionnaire if question.required}


def _least(question: Question) -> str | list[str]:
    if question.unknown_allowed:
        return UNKNOWN
    return [question.codes[0]] if question.kind == "multi" else question.codes[0]
