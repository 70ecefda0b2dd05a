"""Code of a profile: the answers of a profile in a few characters, so that a result can be shared without keeping it.

    version (1 character) · print of the questions (4) · answers (as many as needed) · checksum (4)

The answers are one number in mixed radix, 0 for unknown, so that few answers make a short code. The alphabet is Douglas
Crockford's base 32 (no I, L, O, U; small letters, hyphens and look-alikes are understood). The print changes when
questions or options change, because the number would then mean something else. Channels may come and go: the answer
"which channel" is kept as a print of the channel's id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN, Question
from model.errors import FieldProblem, ProfileError
from model.memo import FEW, Memo
from model.profiles.profile import Answer, Profile, ProfileReader

VERSION = "1"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_PRINT, _CHECK, _GROUP = 4, 4, 5
_CHANNEL_BITS = 20
_LONGEST = 200


class ProfileCodes:
    """Writes and reads profile codes for one set of questions."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._questions = tuple(knowledge.questionnaire)
        self._reader = ProfileReader(knowledge.questionnaire)
        self._needs = knowledge.needs.id
        self._written = Memo[str](FEW)
        self._read = Memo[Profile](FEW)

    def code(self, profile: Profile) -> str:
        """The code of these answers, in groups of five characters."""
        # The masks do not tell in which order the needs were chosen.
        return self._written.of((profile.masks, profile.codes(self._needs)), lambda: self._code(profile))

    def _code(self, profile: Profile) -> str:
        worth = self._worth
        number = sum([worth[question](answer) for question, answer in profile.answers.items()])
        body = VERSION + self._print + _base32(number, 1)
        code = body + _checksum(body)
        return "-".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))

    def read(self, code: str, language: str = "en", pointer: str = "/code") -> Profile:
        """The profile behind a code.

        Raises:
            ProfileError: it is no code, it is damaged, it comes from another version or from other questions, or the
                channel that it names is gone.
        """
        return self._read.of(code, lambda: self._profile(code, language, pointer))

    def _profile(self, code: str, language: str, pointer: str) -> Profile:
        plain = code[: _LONGEST + 1].upper().translate(_LOOK_ALIKES)
        if len(plain) > _LONGEST or len(plain) <= 1 + _PRINT + _CHECK or any(each not in ALPHABET for each in plain):
            raise self._error("no_code", language, pointer)
        body, checksum = plain[:-_CHECK], plain[-_CHECK:]
        if checksum != _checksum(body):
            raise self._error("damaged", language, pointer)
        if body[0] != VERSION:
            raise self._error("other_version", language, pointer)
        if body[1 : 1 + _PRINT] != self._print:
            raise self._error("other_questions", language, pointer)
        answers = self._answers(_number(body[1 + _PRINT :]))
        if answers is None:
            raise self._error("channel_gone", language, pointer)
        profile = self._reader.read(answers)
        if profile is None:
            raise self._error("damaged", language, pointer)
        return profile

    def _error(self, key: str, language: str, pointer: str) -> ProfileError:
        message = self._knowledge.messages[language][f"advice_code_{key}"]
        return ProfileError([FieldProblem(pointer, f"code_{key}", message)])

    @cached_property
    def _print(self) -> str:
        """Four characters that stand for the questions, their kinds and their options."""
        layout = [
            f"{question.id}:{question.kind}:{question.limit}:{question.ordered}:{','.join(_codes(question))}"
            for question in self._questions
        ]
        return _base32(_digest("|".join(layout), 5 * _PRINT), _PRINT)

    # --- one answer as one digit ---------------------------------------------------------------------------------

    def _size(self, question: Question) -> int:
        """How many different digits the question has."""
        if _names_channels(question):
            return (1 << _CHANNEL_BITS) + 1
        if question.kind == "single":
            return len(question.codes) + 1
        if question.ordered:
            return int((len(question.codes) + 1) ** question.limit)
        return 1 << len(question.codes)

    @cached_property
    def _worth(self) -> Mapping[str, Callable[[Any], int]]:
        """Question → what an answer to it adds to the number."""
        worth, unit = {}, 1
        for question in self._questions:
            worth[question.id] = _worth(question, unit)
            unit *= self._size(question)
        return worth

    def _answers(self, number: int) -> dict[str, str | list[str]] | None:
        """The answers in a number, as a client would send them; None when a channel is not found."""
        answers: dict[str, str | list[str]] = {}
        for question in self._questions:
            number, digit = divmod(number, self._size(question))
            if digit:
                answer = self._answer(question, digit)
                if answer is None:
                    return None
                answers[question.id] = answer if isinstance(answer, str) else list(answer)
            elif question.required:
                answers[question.id] = UNKNOWN
        return answers

    def _answer(self, question: Question, digit: int) -> Answer | None:
        if _names_channels(question):
            return next((code for code in question.codes if _digest(code, _CHANNEL_BITS) == digit - 1), None)
        if question.kind == "single":
            return question.codes[digit - 1]
        if question.ordered:
            return tuple(question.codes[place - 1] for place in _places(digit, len(question.codes) + 1))
        return question.chosen(digit)


def _worth(question: Question, unit: int) -> Callable[[Any], int]:
    """What an answer adds to the number: its digit × the unit of its question.

    A channel has the digit of its print and another option that of its place, counted from 1. Of several options each
    has its bit or, when their order means something, each place in the order is a digit by itself.
    """
    if _names_channels(question):
        return {code: (_digest(code, _CHANNEL_BITS) + 1) * unit for code in question.codes}.__getitem__
    if question.kind == "single":
        return {code: place * unit for place, code in enumerate(question.codes, 1)}.__getitem__
    if not question.ordered:
        bits = {code: bit * unit for code, bit in question.bit_of.items()}
        return lambda codes: sum([bits[code] for code in codes])
    size = len(question.codes) + 1
    tables = [
        {code: place * size**rank * unit for place, code in enumerate(question.codes, 1)}
        for rank in range(question.limit)
    ]
    return lambda codes: sum([table[code] for table, code in zip(tables, codes, strict=False)])


def _names_channels(question: Question) -> bool:
    return any(option.channel for option in question.options)


def _codes(question: Question) -> tuple[str, ...]:
    return () if _names_channels(question) else question.codes


def _places(digit: int, size: int) -> Iterator[int]:
    while digit:
        digit, place = divmod(digit, size)
        yield place


def _digest(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> (64 - bits)


def _checksum(body: str) -> str:
    return _base32(_digest(body, 5 * _CHECK), _CHECK)


def _base32(number: int, least: int) -> str:
    digits = []
    while number:
        digits.append(ALPHABET[number & 31])
        number >>= 5
    return "".join(reversed(digits)).rjust(least, ALPHABET[0])


def _number(text: str) -> int:
    number = 0
    for each in text:
        number = number * len(ALPHABET) + ALPHABET.index(each)
    return number
