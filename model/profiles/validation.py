"""The one gate for answers: a marshmallow schema made from the questions, whether they come by HTTP, CSV or YAML.

Codes pass `model.profiles.profile.ProfileReader`, which is quick and silent. Only what it does not accept is read by
`model.profiles.reading`, and what is still wrong then is looked at by the schema here, which finds every mistake at
once and words it. A mistake has a stable code (`CODES`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question
from model.errors import FieldProblem, ProfileError
from model.profiles.error_codes import error_codes, pointer_to
from model.profiles.profile import Profile, ProfileReader
from model.profiles.reading import AnswerReading, Understood

CODES = (
    "not_an_object", "unknown_field", "required", "null", "wrong_type", "not_allowed", "none_chosen", "too_many",
    "chosen_twice", "unknown_with_others", "does_not_apply",
)  # fmt: skip
"""Every code a mistake can have; the sentence for each is `error_<code>` in the messages."""

_MOST_SUGGESTIONS = 20
"""Mistakes for which a near name is looked for, which takes time; whoever makes more did not mistype."""


class SingleAnswer(fields.Field[str]):
    """One code out of the options of a question."""

    def __init__(self, question: Question) -> None:
        super().__init__(required=question.required)
        self.question = question

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("wrong_type")
        if value not in self.question.allowed:
            raise ValidationError("not_allowed")
        return value


class MultipleAnswer(fields.Field[list[str]]):
    """A list of different codes, at most as many as the question allows, or "unknown" alone."""

    def __init__(self, question: Question) -> None:
        super().__init__(required=question.required)
        self.question = question

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[str]:
        if value in (UNKNOWN, [UNKNOWN]) and self.question.unknown_allowed:
            return [UNKNOWN]
        if not isinstance(value, list):
            raise ValidationError("wrong_type")
        if len(value) > len(self.question.allowed):
            raise ValidationError("too_many")  # whatever they are, so that nobody looks at thousands of them
        wrong: dict[Any, Any] = {
            place: ["not_allowed" if isinstance(code, str) else "wrong_type"]
            for place, code in enumerate(value)
            if not isinstance(code, str) or code not in self.question.allowed
        }
        if wrong:
            raise ValidationError(wrong)
        if UNKNOWN in value:
            raise ValidationError("unknown_with_others")
        if not value:
            raise ValidationError("none_chosen")
        if len(set(value)) < len(value):
            raise ValidationError("chosen_twice")
        if len(value) > self.question.limit:
            raise ValidationError("too_many")
        return value


def profile_schema(knowledge: Knowledge) -> Schema:
    """The schema of a profile under these questions; error messages are codes."""
    questionnaire = knowledge.questionnaire
    follow_ups = [
        (question.id, *needed) for question in questionnaire for needed in questionnaire.needed_for(question.id)
    ]

    class AnswersSchema(Schema):
        class Meta:
            unknown = RAISE

        @validates_schema
        def follow_ups_apply(self, data: Mapping[str, Any], **kwargs: Any) -> None:
            """A follow-up answer must not contradict the answer that it follows."""
            for question, follows, codes in follow_ups:
                answered = data.get(question, UNKNOWN) != UNKNOWN
                if answered and data.get(follows, UNKNOWN) not in (*codes, UNKNOWN):
                    raise ValidationError("does_not_apply", question)

    kinds = {"single": SingleAnswer, "multi": MultipleAnswer}
    answers = {question.id: kinds[question.kind](question) for question in knowledge.questionnaire}
    schema: Schema = type("ProfileSchema", (AnswersSchema,), answers)()
    return schema


@dataclass(frozen=True, slots=True)
class ReadProfile:
    """A profile as it was read.

    Attributes:
        asked: the questions that were answered, whether the answer is known or "unknown".
        understood: the answers that were read as something else than was sent.
    """

    profile: Profile
    asked: frozenset[str]
    understood: tuple[Understood, ...] = ()


class ProfileGate:
    """Reads profiles from raw answers, quickly when they are right and with every mistake worded when not.

    With `partial`, no answer is asked for: what is absent is unknown, also where a client must say something.
    """

    def __init__(self, knowledge: Knowledge, partial: bool = False) -> None:
        self._knowledge = knowledge
        self._partial = partial
        self._reader = ProfileReader(knowledge.questionnaire, partial)
        self._schema = profile_schema(knowledge)
        self.reading = AnswerReading(knowledge)

    def load(self, raw: object, language: str = "en", pointer: str = "") -> Profile:
        """The profile, from answers that are codes already; for the rest as `read`."""
        profile = self._reader.read(raw)
        if profile is None:
            raise ProfileError(list(self._problems(raw, language, pointer)))
        return profile

    def read(self, raw: object, language: str = "en", pointer: str = "") -> ReadProfile:
        """The profile, from answers as people and forms write them.

        Args:
            raw: question → answer, as it came in.
            language: of the messages.
            pointer: JSON pointer of `raw` in the whole input, put in front of every problem's own.

        Raises:
            ProfileError: every wrong field, with what is allowed.
        """
        profile = self._reader.read(raw)
        if profile is not None:
            return ReadProfile(profile, frozenset(raw))  # type: ignore[call-overload]  # the reader saw a dict
        if not isinstance(raw, Mapping):
            raise ProfileError(list(self._problems(raw, language, pointer)))
        read = self.reading.read(raw, pointer)
        profile = self._reader.read(read.answers)
        if profile is None:
            raise ProfileError(list(self._problems(read.answers, language, pointer, read.moved)))
        return ReadProfile(profile, frozenset(read.answers), read.understood)

    def read_partial(self, raw: object, language: str = "en", pointer: str = "") -> ReadProfile:
        """A profile in which required answers may be missing; for the rest as `read`."""
        return self._any_part.read(raw, language, pointer)

    @cached_property
    def _any_part(self) -> ProfileGate:
        return ProfileGate(self._knowledge, partial=True)

    def _problems(
        self, raw: object, language: str, pointer: str, moved: frozenset[str] = frozenset()
    ) -> Iterator[FieldProblem]:
        # What is no mapping is an error it words.
        errors = self._schema.validate(raw, partial=self._partial)  # type: ignore[arg-type]
        found: dict[tuple[tuple[Any, ...], str], tuple[Any, ...]] = {}
        for path, code in error_codes(errors):
            found.setdefault((_steps(path, moved), code), path)
        words = self._knowledge.messages[language]
        for number, ((steps, code), path) in enumerate(found.items()):
            question = self._knowledge.questionnaire.by_id.get(str(path[0]))
            allowed = tuple(self._knowledge.questionnaire.by_id) if question is None else question.allowed
            before = question and question.follows and self._knowledge.questionnaire[question.follows[0]]
            message = words[f"error_{code}"].format(
                limit=question.limit if question else 0, question=before.label[language] if before else ""
            )
            near = self._near(question, code, path, raw) if number < _MOST_SUGGESTIONS else None
            if near:
                named = question.option(near).text[language] if question else near
                message = f"{message} {words['error_did_you_mean'].format(suggestion=named)}"
            yield FieldProblem(pointer_to(steps, pointer), code, message, allowed, near)

    def _near(self, question: Question | None, code: str, path: tuple[Any, ...], raw: Any) -> str | None:
        """What may have been meant by a name that there is not."""
        if code == "unknown_field":
            return self.reading.near_question(path[0])
        if code != "not_allowed" or question is None:
            return None
        value = raw[path[0]]
        return self.reading.near_option(question, value[path[1]] if len(path) > 1 else value)


def _steps(path: tuple[Any, ...], moved: frozenset[str]) -> tuple[Any, ...]:
    """The way to a mistake in what was sent: what was read as a list need not have been one."""
    if path[0] == "_schema":
        return ()
    return path[:1] if path[0] in moved else path
