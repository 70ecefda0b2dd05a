"""File check: what was found in a file of records before anything is kept, as commands and pages show it.

Files are read by a package that the service does not import. What can check a file is found by its entry point in the
group `ENTRY_POINTS`, as commands are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any, NamedTuple, Protocol

from model.domain.knowledge import Knowledge
from model.outcomes.day_order import YearPlace, may_be_turned_round

ENTRY_POINTS = "platform_fit.file_checks"
_NAME = "outcomes"


@dataclass(frozen=True, slots=True)
class Example:
    """One cell: what stands there, and what it is read as, both as short texts."""

    typed: str
    read: str


@dataclass(slots=True)
class ColumnSurvey:
    """One column of a file.

    Attributes:
        name: what the file calls it.
        column: the code of the column; empty when there is none.
        filled: how many cells hold something.
        examples: the first different cells.
        unusual: what a person should look at, in words.
    """

    name: str
    column: str
    filled: int = 0
    examples: list[Example] = field(default_factory=list)
    unusual: list[str] = field(default_factory=list)


class DateAt(NamedTuple):
    """A date as it is written in a file, and its line."""

    line: int
    typed: str


@dataclass(frozen=True, slots=True)
class Survey:
    """A whole file.

    Attributes:
        rows: how many there are.
        columns: in the order of the file.
        notes: how the file was read, in words.
        warnings: what may be wrong although it can be read, in words.
        turned_round: by the place of the year, the first date that has day and month the other way round; others may be
            misread then.
    """

    rows: int
    columns: Sequence[ColumnSurvey]
    notes: Sequence[str]
    warnings: Sequence[str]
    turned_round: Mapping[YearPlace, DateAt] = field(default_factory=dict)

    def doubt(self, value: Any) -> tuple[YearPlace, DateAt] | None:
        """Why a date may be another day than the one it would be read as; None when it cannot."""
        return next((each for each in self.turned_round.items() if may_be_turned_round(value, each[0])), None)


EMPTY_SURVEY = Survey(0, (), (), ())


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was refused: its line, and the reasons in words."""

    line: int
    reasons: str


@dataclass(frozen=True, slots=True)
class FileCheck:
    """What an import of a file would do.

    Attributes:
        right: rows that would be taken.
        refused: rows that would not.
        refusals: the first of those.
        rejects_name, rejects: a file with all of those and their reasons; empty when there are none.
    """

    survey: Survey
    right: int
    refused: int
    refusals: Sequence[RejectedRow]
    rejects_name: str = ""
    rejects: bytes = b""


class CheckFile(Protocol):
    """Checks a file that was sent under a name.

    Raises:
        FileError: it cannot be read as records at all.
        ModuleNotFoundError: what reads this kind of file is not installed.
    """

    def __call__(self, name: str, content: bytes, knowledge: Knowledge, language: str) -> FileCheck: ...


def installed_check() -> CheckFile | None:
    """What checks files here; None when that is not installed."""
    for point in entry_points(group=ENTRY_POINTS, name=_NAME):
        try:
            check: CheckFile = point.load()
        except ModuleNotFoundError:
            return None
        return check
    return None
