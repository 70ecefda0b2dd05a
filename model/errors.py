"""Every error the product raises on purpose, in one small tree; this module imports nothing of ours.

PlatformFitError
├── KnowledgeError      the knowledge files are wrong: a list of problems, each with file, line and what is allowed
├── ProfileError        an answer is wrong: a list of problems, each with a JSON pointer and what is allowed
├── OutcomeError        an outcome record is wrong: the same kind of list
├── FileError           a file of records cannot be read at all: wrong kind, wrong columns
├── StoreError          the store refuses: a wrong address, a newer lay-out, nothing to go back to
│   ├── StoreBusyError      the store is busy or out of reach; the same request can be tried again
│   ├── RecordExistsError   another record has this id, or the same community, channel and start
│   ├── NoRecordError       there is no record with this id to correct
│   └── KeyReusedError      an idempotency key came back with another request
├── ArtifactError       an artifact cannot be used: damaged, of another format, or for other knowledge
├── PromotionError      an artifact may not go live: the gate says no, or it is live already
├── SettingsError       an operator chose a setting that cannot be
└── UnknownNameError    a channel, rule, question or case that does not exist was asked for
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_MANY, _CLOSEST, _LONGEST = 100, 5, 80
"""From how many names on only the closest are listed, how many these are, and how much of a name is compared."""


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
        allowed = f". Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        key = f" {self.key}:" if self.key else ""
        return f"{place}:{key} {self.message}{allowed}"


class KnowledgeError(PlatformFitError):
    """The knowledge cannot be used; `problems` holds every mistake found."""

    def __init__(self, problems: Sequence[KnowledgeProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field of an input: a JSON pointer, a stable code, a sentence, the allowed values and the nearest."""

    pointer: str
    code: str
    message: str
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None

    def __str__(self) -> str:
        allowed = f" Allowed: {', '.join(self.allowed)}." if self.allowed else ""
        return f"{self.pointer}: {self.message}{allowed}"


class ProfileError(PlatformFitError):
    """A profile cannot be used; `problems` holds every wrong answer at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class OutcomeError(PlatformFitError):
    """An outcome record cannot be used; `problems` holds every wrong field at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class FileError(PlatformFitError):
    """A file of records cannot be read at all; the text says what would be right."""


class StoreError(PlatformFitError):
    """The store refuses what is asked."""


class StoreBusyError(StoreError):
    """The store is busy or out of reach; nothing was changed, so the same request can be tried again."""


class RecordExistsError(StoreError):
    """Another record is already there under this identity.

    Attributes:
        record: its id.
        own_id: whether the identity is an id that the sender gave; if not, it is community, channel and start.
        of_another: whether another sender handed it in, who alone may correct it.
    """

    def __init__(self, record: str, own_id: bool, of_another: bool = False) -> None:
        self.record = record
        self.own_id = own_id
        self.of_another = of_another
        super().__init__("a record with this id, or with this community, channel and start, already exists")


class NoRecordError(StoreError):
    """A correction names a record that is not there."""

    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__("there is no record with this id to correct")


class KeyReusedError(StoreError):
    """An idempotency key came back with a different request."""

    def __init__(self) -> None:
        super().__init__("this idempotency key was used before for a different request")


class ArtifactError(PlatformFitError):
    """An artifact is damaged, of an unknown format, or was made for other knowledge."""


class PromotionError(PlatformFitError):
    """An artifact may not go live; the text says why and what would be needed."""


class SettingsError(PlatformFitError):
    """A setting cannot be what it is; the text names it and says what is allowed, without repeating it."""


class UnknownNameError(PlatformFitError):
    """A name was asked for that the knowledge does not hold.

    Attributes:
        allowed: those that exist; of very many, the ones that look most like it.
    """

    def __init__(self, kind: str, name: str, allowed: Sequence[str]) -> None:
        self.kind = kind
        self.name = name
        many = len(allowed) > _MANY
        self.allowed = tuple(get_close_matches(name[:_LONGEST], allowed, _CLOSEST, 0.0) if many else allowed)
        listed = f"{'Closest' if many else 'Allowed'}: {', '.join(self.allowed)}."
        super().__init__(f"There is no {kind} called '{name}'. {listed if allowed else 'There is none yet.'}")
