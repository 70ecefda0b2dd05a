"""Columns: from the cells of a file to the fields of an outcome record, and back.

In a flat file every question is a column of its own, holding an answer as people and forms write it. An empty cell is
an unknown answer. What cannot be understood is passed on as it is, so that the gate words the mistake.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any, NamedTuple

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.errors import FileError
from model.outcomes.reading import FORMULA_SIGNS, OutcomeReading
from model.outcomes.record import counts_as_told
from model.storage.outcomes import StoredOutcome
from training.records.column_names import NESTED, REMARKS, ColumnNames
from training.records.tables import Messages, and_more

_NAMED, _LONGEST = 20, 60
"""Unknown columns that are named, and characters of a cell that are shown."""
_ALWAYS = ("community", "channel", "start")


class RowColumns(NamedTuple):
    """What the cells of a row are.

    Attributes:
        names: what the file calls them.
        columns: the code of the column of each, or its name again where it is of none.
        twice: columns that are there more than once.
    """

    names: tuple[str, ...]
    columns: Sequence[str]
    twice: Sequence[str]

    @classmethod
    def of(cls, names: tuple[str, ...], columns: Sequence[str]) -> RowColumns:
        return cls(names, columns, _more_than_once(columns))


class RecordColumns:
    """The columns that files of records may have under this knowledge.

    Attributes:
        names: what they may be called.
        all: the code of each column, in order.
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self._questions = knowledge.questionnaire
        self._reading = OutcomeReading(knowledge)
        self._not_answered = {
            each.id: UNKNOWN for each in knowledge.questionnaire if each.required and each.unknown_allowed
        }
        self.names = ColumnNames(knowledge)
        self.all = self.names.all
        self._of_row = RowColumns.of((), [])

    def check(self, header: Iterable[str], messages: Messages) -> None:
        """Refuse a header with which no row could be read.

        Raises:
            FileError: a column is missing, unknown or there twice; all mistakes at once.
        """
        found = {name: self.names.column(name) for name in header if name not in REMARKS}
        columns = [name for name in map(self.names.column, header) if name not in REMARKS]
        unknown = [name for name, column in found.items() if column is None]
        wrong = []
        if len(unknown) == 1 and len(found) == 1 and self._holds_header(unknown[0]):
            raise FileError(messages["file_header_in_one_cell"].format(cell=unknown[0][:_LONGEST]))
        if unknown:
            named = ", ".join(self._with_guess(name, messages) for name in unknown[:_NAMED])
            named += and_more(len(unknown) - _NAMED, messages)
            wrong.append(messages["file_unknown_columns"].format(columns=named, allowed=", ".join(self.all)))
        if twice := ", ".join(self._twice(header)):
            wrong.append(messages["file_columns_twice"].format(columns=twice))
        if missing := ", ".join(self._missing(columns)):
            wrong.append(messages["file_columns_missing"].format(columns=missing))
        if wrong:
            raise FileError("\n".join(wrong))

    def _holds_header(self, cell: str) -> bool:
        """Whether the one cell of a header holds the names of columns, because nothing parts them here."""
        return sum(self.names.column(word) is not None for word in re.split(r"\W+", cell)) > 1

    def _with_guess(self, name: str, messages: Messages) -> str:
        near = self.names.nearest(name)
        return messages["file_guess"].format(column=name, guess=near) if near else f"“{name}”"

    def _twice(self, header: Iterable[str]) -> Iterator[str]:
        """Columns that are there twice, with what they are called when those are different names."""
        called: dict[str, list[str]] = {}
        for name in header:
            column = self.names.column(name)
            if column is not None and column not in REMARKS:
                called.setdefault(column, []).append(name)
        for column, names in sorted(called.items()):
            if len(names) > 1:
                others = [name for name in dict.fromkeys(names) if name != column]
                yield f"{column} ({', '.join(f'“{name}”' for name in dict.fromkeys(names))})" if others else column

    def _missing(self, columns: Iterable[str | None]) -> list[str]:
        there = set(columns)
        required = [question.id for question in self._questions if question.required and not question.unknown_allowed]
        missing = [name for name in (*_ALWAYS, *required) if name not in there]
        if "used" not in there:
            missing += [name for name in ("invited", "active") if name not in there]
        return missing

    def of_row(self, cells: Mapping[str, Any]) -> RowColumns:
        """What the cells of a row are; the rows of a file have the same ones again and again."""
        names = tuple(cells)
        if self._of_row.names != names:
            self._of_row = RowColumns.of(names, [self.names.column(name) or name for name in names])
        return self._of_row

    def told_twice(self, cells: Mapping[str, Any]) -> Sequence[str]:
        """Columns that one row tells more than once: under two names, or also among its nested answers."""
        row, nested = self.of_row(cells), cells.get(NESTED)
        if not isinstance(nested, Mapping):
            return row.twice
        inside = [self.names.column(name) or name for name in nested if isinstance(name, str)]
        return _more_than_once([*row.columns, *inside])

    def fields(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a record as the gate wants them, from the cells of one row."""
        nested = cells.get(NESTED)
        profile: dict[str, Any] = dict(self._not_answered)
        if isinstance(nested, Mapping):
            profile |= nested
        found: dict[str, Any] = {}
        for column, value in zip(self.of_row(cells).columns, cells.values(), strict=True):
            if is_empty(value) or column in REMARKS or column == NESTED:
                continue
            if column in self._questions.by_id:
                profile[column] = value
            else:
                read = self._reading.field(column, value)
                if read is not None:
                    found[column] = read
        # Answers that are kept in a text or a list are no answers, and not for nothing.
        found[NESTED] = profile if isinstance(nested, Mapping) or is_empty(nested) else nested
        return found

    def read_field(self, column: str, value: Any) -> Any:
        """One field of a record as it is read; None when nothing was told."""
        return self._reading.field(column, value)

    def read_cell(self, column: str, value: Any) -> Any:
        """A field or an answer as it is read, to be shown.

        Returns:
            "unknown" when nothing was told, None when it cannot be understood.
        """
        question = self._questions.by_id.get(column)
        read = self.read_field(column, value) if question is None else self._reading.answer(question, value)
        if read is None:
            return UNKNOWN
        if question is None:
            return read if self._reading.is_understood(column, read) else None
        codes = read if isinstance(read, list) else [read]
        return read if all(code in question.allowed or code == UNKNOWN for code in codes) else None

    def read_answer(self, column: str, value: Any) -> Any:
        """An answer as the gate wants it; None when nothing was told and nothing has to be."""
        read = self._reading.answer(self._questions[column], value)
        return self._not_answered.get(column) if read is None else read

    def near(self, column: str, value: Any) -> list[str]:
        """Codes of channels or reasons that may have been meant."""
        return self._reading.near(column, value)

    def cells(self, record: StoredOutcome) -> dict[str, Any]:
        """One row for a file, from a record in the store."""
        counts = {name: value for name, value in counts_as_told(record).items() if value is not None}
        return {
            "id": record.id,
            "community": record.community,
            "channel": record.channel,
            "start": record.start.isoformat(),
            **counts,
            "reason": record.reason,
            "note": record.note,
            "source": record.source,
            "consent": record.consent,
            "recorded_by": record.recorded_by,
            "recorded_at": record.recorded_at.isoformat(),
            **record.answers,
        }


def _more_than_once(names: Sequence[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def flat(value: Any) -> Any:
    """The content of one cell of a flat file: codes side by side, yes and no as words.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, as the spreadsheet itself does it;
    it goes away again when the file is read.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return "|".join(str(flat(each)) for each in value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_SIGNS):
        return f"'{value}"
    return "" if value is None else value


def is_empty(value: Any) -> bool:
    """Whether a cell says nothing."""
    if isinstance(value, str):
        return not value.strip()
    # In a column of numbers an empty cell is NaN, which differs from itself.
    return value is None or (isinstance(value, list | tuple) and not value) or bool(value != value)
