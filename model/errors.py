"""Every error the product raises on purpose, in one small tree; this module imports nothing of ours.

PlatformFitError
├── KnowledgeError      the knowledge files are wrong: a list of problems, each with file, line and what is allowed
├── ProfileError        an answer is wrong: a list of problems, each with a JSON pointer and what is allowed
├── ArtifactError       an artifact cannot be used: damaged, of another format, or for other knowledge
└── UnknownNameError    a channel, rule, question or case that does not exist was asked for
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class PlatformFitError(Exception):
    """Base of every error raised on purpose; its text can be shown to a user."""


@dataclass(frozen=True, slots=True)
class KnowledgeProblem:
    """One mistake in the knowledge: where it is, what is wrong and what would be right."""

    file: str
    line: int
    key: str
    message: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        allowed = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        key = f" {self.key}:" if self.key else ""
        return f"{place}:{key} {self.message}{allowed}"


class KnowledgeError(PlatformFitError):
    """The knowledge cannot be used; `problems` holds every mistake found."""

    def __init__(self, problems: Sequence[KnowledgeProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field of an input: a JSON pointer, a stable code, a sentence and the allowed values."""

    pointer: str
    code: str
    message: str
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        allowed = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        return f"{self.pointer}: {self.message}{allowed}"


class ProfileError(PlatformFitError):
    """A profile cannot be used; `problems` holds every wrong answer at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class ArtifactError(PlatformFitError):
    """An artifact is damaged, of an unknown format, or was made for other knowledge."""


class UnknownNameError(PlatformFitError):
    """A name was asked for that the knowledge does not hold; `allowed` lists those that exist."""

    def __init__(self, kind: str, name: str, allowed: Sequence[str]) -> None:
        self.kind = kind
        self.name = name
        self.allowed = tuple(allowed)
        super().__init__(f"There is no {kind} called '{name}'. Allowed: {', '.join(self.allowed)}.")
