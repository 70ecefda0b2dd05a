"""Code changes: what became of answer codes that are no longer asked, so that answers of before keep what they say.

A code either means the same as a code of today, or nobody can tell what it would be today: then the answer is unknown.
It is one table for everything that answers come in by: evidence, the store, files, forms, requests, codes and links.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class CodeChange:
    """One code of before.

    Attributes:
        was: what the answer said when it was given, in each language.
        becomes: the code of today that says the same; None where nobody can tell.
        reason: what a reader has to know, in a sentence, in each language.
    """

    question: str
    code: str
    was: Mapping[str, str]
    becomes: str | None
    reason: Mapping[str, str]


@dataclass(frozen=True)
class CodeChanges:
    """All of them."""

    changes: tuple[CodeChange, ...] = ()
    _by_code: Mapping[str, Mapping[str, CodeChange]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_code: dict[str, dict[str, CodeChange]] = {}
        for change in self.changes:
            by_code.setdefault(change.question, {})[change.code] = change
        object.__setattr__(self, "_by_code", by_code)

    def of(self, question: str) -> Mapping[str, CodeChange]:
        """Code of before → what became of it."""
        return self._by_code.get(question, {})

    def met(self, answers: Mapping[str, Any]) -> tuple[CodeChange, ...]:
        """Those that these answers hold."""
        return tuple(
            changes[code]
            for question, changes in self._by_code.items()
            if question in answers
            for code in _codes(answers[question])
            if code in changes
        )

    def renewed(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """The answers in codes of today; what is no code of before stays as it is, and what is lost is not there.

        Of several codes those that are lost are left out.
        """
        touched = {change.question for change in self.met(answers)}
        renewed = {
            question: self._renewed(question, answer) if question in touched else answer
            for question, answer in answers.items()
        }
        return {question: answer for question, answer in renewed.items() if question not in touched or answer}

    def _renewed(self, question: str, answer: Any) -> Any:
        known = self._by_code[question]
        today = [known[code].becomes if code in known else code for code in _codes(answer)]
        return today[0] if isinstance(answer, str) else list(dict.fromkeys(filter(None, today)))


NOT_CHANGED = CodeChanges()
"""Where no list of questions was there before."""


def _codes(answer: Any) -> list[str]:
    """The codes in an answer, as far as it is one."""
    if isinstance(answer, str):
        return [answer]
    return [code for code in answer if isinstance(code, str)] if isinstance(answer, list | tuple) else []
