"""Answer layout: one number for the answers to one list of questions, in mixed radix, 0 for unknown.

Each question is a digit, so that few answers make a small number. It has a print, which changes when questions or
options change, because the number would then mean something else. Channels may come and go: the answer "which channel"
is kept as a print of the channel's id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from model.domain.questions import Question
from model.profiles.profile import Answer

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PRINT = 4
"""Characters of the print of a list of questions."""
_CHANNEL_BITS = 20


class AnswerLayout:
    """Where the answers to one list of questions stand in a number."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions

    @cached_property
    def print(self) -> str:
        """Four characters that stand for the questions, their kinds and their options."""
        layout = [
            f"{question.id}:{question.kind}:{question.limit}:{question.ordered}:{','.join(_codes(question))}"
            for question in self._questions
        ]
        return base32(digest("|".join(layout), 5 * PRINT), PRINT)

    def number(self, answers: Mapping[str, Answer]) -> int:
        """The known answers as one number."""
        worth = self._worth
        return sum([worth[question](answer) for question, answer in answers.items()])

    @cached_property
    def _worth(self) -> Mapping[str, Callable[[Any], int]]:
        """Question → what an answer to it adds to the number."""
        worth, unit = {}, 1
        for question in self._questions:
            worth[question.id] = _worth(question, unit)
            unit *= _size(question)
        return worth

    def answers(self, number: int) -> dict[str, str | list[str] | None]:
        """The known answers in a number; None for a channel that is not found."""
        answers: dict[str, str | list[str] | None] = {}
        for question, size, answer in self._digits:
            number, digit = divmod(number, size)
            if digit:
                answers[question] = answer(digit)
        return answers

    @cached_property
    def _digits(self) -> Sequence[tuple[str, int, Callable[[int], str | list[str] | None]]]:
        """Each question, how many different digits it has, and the answer that one of them is."""
        return [(question.id, _size(question), _answer(question)) for question in self._questions]


def digest(text: str, bits: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> (64 - bits)


def base32(number: int, least: int) -> str:
    digits = []
    while number:
        digits.append(ALPHABET[number & 31])
        number >>= 5
    return "".join(reversed(digits)).rjust(least, ALPHABET[0])


def _size(question: Question) -> int:
    """How many different digits the question has."""
    if _names_channels(question):
        return (1 << _CHANNEL_BITS) + 1
    if question.kind == "single":
        return len(question.codes) + 1
    if question.ordered:
        return int((len(question.codes) + 1) ** question.limit)
    return 1 << len(question.codes)


def _answer(question: Question) -> Callable[[int], str | list[str] | None]:
    """The answer that a digit is."""
    codes = question.codes
    if _names_channels(question):
        # Where two channels had one print, the first one would be meant.
        return {digest(code, _CHANNEL_BITS) + 1: code for code in reversed(codes)}.get
    if question.kind == "single":
        return lambda digit: codes[digit - 1]
    if question.ordered:
        return lambda digit: [codes[place - 1] for place in _places(digit, len(codes) + 1)]
    return lambda digit: list(question.chosen(digit))


def _worth(question: Question, unit: int) -> Callable[[Any], int]:
    """What an answer adds to the number: its digit × the unit of its question.

    A channel has the digit of its print and another option that of its place, counted from 1. Of several options each
    has its bit or, when their order means something, each place in the order is a digit by itself.
    """
    if _names_channels(question):
        return {code: (digest(code, _CHANNEL_BITS) + 1) * unit for code in question.codes}.__getitem__
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
