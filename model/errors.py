"""Every error the product raises on purpose, in one small tree, and the phrases that they are made of.

This module imports nothing of ours.

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

import errno
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

_MOST_TOLD = 100
_MANY, _CLOSEST, _LONGEST = 100, 5, 80
"""From how many names on only the closest are listed, how many these are, and how much of a name is compared."""


class Phrase(str):
    """An English text that knows what it was made of, so that it can be said in another language.

    It is used as any text is. `str` gives the phrase itself, so an error that was made of one still has it; what is put
    together from it in another way, as with `+` or in an f-string, is a plain text.

    Attributes:
        template: the words, with `{0}`, `{1}` and so on where values stand. `make translations` finds it where it is
            written, so it must stand there as it is.
        values: what is filled in; a value may be a phrase itself, which is then said in the other language too.
    """

    template: str
    values: tuple[str, ...]

    def __new__(cls, template: str, *values: object) -> Phrase:
        texts = tuple(str(value) for value in values)
        made = super().__new__(cls, template.format(*texts))
        made.template, made.values = template, texts
        return made

    def __reduce__(self) -> tuple[type[Phrase], tuple[str, ...]]:
        """What a copy is made of, in this process or in another one."""
        return Phrase, (self.template, *self.values)

    def __str__(self) -> str:
        return self

    def format(self, *values: object, **named: object) -> Phrase:
        """Itself: all is filled in, and a value may hold braces. Libraries format each message that they are given."""
        return self


def joined(separator: str, parts: Collection[object]) -> Phrase:
    """One phrase of several, or of texts that are the same in every language."""
    return Phrase(separator.join(f"{{{place}}}" for place in range(len(parts))), *parts)


_REASONS: Mapping[int, Phrase] = {
    errno.ENOENT: Phrase("No such file or directory"),
    errno.EACCES: Phrase("Permission denied"),
    errno.EISDIR: Phrase("Is a directory"),
    errno.ENOTDIR: Phrase("Not a directory"),
    errno.EEXIST: Phrase("File exists"),
    errno.ELOOP: Phrase("Too many levels of symbolic links"),
    errno.ENOSPC: Phrase("No space left on device"),
    errno.EROFS: Phrase("Read-only file system"),
}
"""What people meet of what an operating system says, in its own words."""


def reason(error: OSError) -> str:
    """Why the operating system refuses."""
    return _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__


class PlatformFitError(Exception):
    """Base of every error raised on purpose; its text can be shown to a user."""


@dataclass(frozen=True, slots=True)
class KnowledgeProblem:
    """One mistake in the knowledge: where it is, what is wrong and what would be right."""

    file: str
    line: int
    key: str
    message: Phrase
    allowed: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f" {self.key}:" if self.key else ""
        said = Phrase("{0}:{1} {2}", place, key, self.message)
        return Phrase("{0}. Allowed: {1}.", said, joined(", ", self.allowed)) if self.allowed else said


class KnowledgeError(PlatformFitError):
    """The knowledge cannot be used; `problems` holds every mistake found, and the text the first hundred."""

    def __init__(self, problems: Sequence[KnowledgeProblem]) -> None:
        self.problems = tuple(problems)
        told: list[object] = [*self.problems[:_MOST_TOLD]]
        if len(self.problems) > _MOST_TOLD:
            told.append(Phrase("and {0} more", len(self.problems) - _MOST_TOLD))
        super().__init__(joined("\n", told))


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong field of an input: a JSON pointer, a stable code, a sentence, the allowed values and the nearest."""

    pointer: str
    code: str
    message: str
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None

    def __str__(self) -> str:
        said = Phrase("{0}: {1}", self.pointer, self.message)
        return Phrase("{0} Allowed: {1}.", said, joined(", ", self.allowed)) if self.allowed else said


class ProfileError(PlatformFitError):
    """A profile cannot be used; `problems` holds every wrong answer at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(joined("\n", self.problems))


class OutcomeError(PlatformFitError):
    """An outcome record cannot be used; `problems` holds every wrong field at once."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(joined("\n", self.problems))


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
        super().__init__(Phrase("a record with this id, or with this community, channel and start, already exists"))


class NoRecordError(StoreError):
    """A correction names a record that is not there."""

    def __init__(self, record: str) -> None:
        self.record = record
        super().__init__(Phrase("there is no record with this id to correct"))


class KeyReusedError(StoreError):
    """An idempotency key came back with a different request."""

    def __init__(self) -> None:
        super().__init__(Phrase("this idempotency key was used before for a different request"))


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

    def __init__(self, kind: Phrase, name: str, allowed: Sequence[str]) -> None:
        self.kind = kind
        self.name = name
        many = len(allowed) > _MANY
        self.allowed = tuple(get_close_matches(name[:_LONGEST], allowed, _CLOSEST, 0.0) if many else allowed)
        listed = joined(", ", self.allowed)
        if not allowed:
            text = Phrase("There is no {0} called '{1}'. There is none yet.", kind, name)
        elif many:
            text = Phrase("There is no {0} called '{1}'. Closest: {2}.", kind, name, listed)
        else:
            text = Phrase("There is no {0} called '{1}'. Allowed: {2}.", kind, name, listed)
        super().__init__(text)
