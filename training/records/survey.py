"""Survey: what a file holds, column by column, found out before any row is judged.

Some things only a whole column tells: whether its dates put the day first, and which names of communities are nearly
the same. The rest is for a person, who sees in a minute whether the file was read as it was meant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from model.domain.knowledge import Knowledge
from model.domain.questions import UNKNOWN
from model.errors import FileError
from model.outcomes.day_order import YearPlace, may_be_turned_round, turned_round
from model.outcomes.file_check import ColumnSurvey, DateAt, Example, Survey
from model.outcomes.names import likeness, tidy_name
from model.outcomes.reading import is_total, total_words
from model.profiles.reading import plain
from training.records.column_names import NESTED, REMARKS
from training.records.record_columns import RecordColumns, is_empty
from training.records.tables import BEYOND, FileRow, Messages, OpenFile

EXAMPLES = 3
_LONGEST = 40
"""Characters of an example that are shown."""
_NOT_UNDERSTOOD = "?"
_REMEMBERED = 10_000
"""Different cells of which it is remembered what they are read as."""
_SHOWN = 5
"""Names that are shown where there are many."""


def survey_table(
    table: OpenFile, knowledge: Knowledge, language: str, stored: Iterable[str] = (), most: int | None = None
) -> Survey:
    """Read a table to its end.

    Args:
        stored: names of communities that are known already.
        most: rows that are looked at; without it, all of them.

    Raises:
        FileError: the file cannot be read as records at all, or has more rows.
    """
    messages = knowledge.messages[language]
    columns = RecordColumns(knowledge)
    if table.columns is not None:
        columns.check(table.columns, messages)
    watched = _FileSurvey(columns, messages, total_words(knowledge))
    for name in table.columns or ():
        watched.column(name)
    for row in table.rows:
        if watched.rows == most:
            raise FileError(messages["file_too_many_rows"].format(count=most))
        watched.look(row)
    return Survey(
        watched.rows,
        watched.surveys(),
        tuple(table.notes),
        tuple(watched.warnings(stored)),
        watched.turned_round,
    )


class _FileSurvey:
    """What was seen of a file so far."""

    def __init__(self, columns: RecordColumns, messages: Messages, totals: Collection[str]) -> None:
        self.rows = 0
        self._totals = totals
        self.turned_round: dict[YearPlace, DateAt] = {}
        self._columns = columns
        self._messages = messages
        self._seen: dict[str, _SeenColumn] = {}
        self._communities: Counter[str] = Counter()

    def column(self, name: str) -> _SeenColumn:
        if name not in self._seen:
            self._seen[name] = _SeenColumn(name, self._columns.names.column(name) or "", self._columns, self._messages)
        return self._seen[name]

    def look(self, row: FileRow) -> None:
        self.rows += 1
        for name, value in _flat(row.cells):
            if is_empty(value) or name in REMARKS or name == BEYOND:
                continue
            column = self.column(name)
            column.look(value)
            if column.survey.column == "community" and isinstance(value, int | float | str):
                self._communities[tidy_name(str(self._columns.read_field("community", value)))] += 1
            if column.survey.column == "start":
                for place in turned_round(value):
                    self.turned_round.setdefault(place, DateAt(row.line, str(value)))

    def surveys(self) -> list[ColumnSurvey]:
        for place, (line, typed) in self.turned_round.items():
            for column in self._seen.values():
                column.say_turned_round(self._messages[f"survey_turned_{place}"].format(line=line, typed=typed))
        return [column.finished(self.rows) for name, column in self._seen.items() if name not in REMARKS]

    def warnings(self, stored: Iterable[str]) -> Iterator[str]:
        """About communities: names that are nearly the same, that are an e-mail address, or that tell of a total."""
        twins = near_twins(self._communities, stored)
        if twins:
            shown = "; ".join(" / ".join(f"“{name}”" for name in names) for names in twins[:_SHOWN])
            yield self._messages["survey_twins"].format(names=shown, count=len(twins))
        addresses = [name for name in self._communities if "@" in name.strip("@")]
        if addresses:
            yield self._messages["survey_addresses"].format(names=", ".join(addresses[:_SHOWN]), count=len(addresses))
        # A row that is called so and nothing else is refused.
        totals = [name for name in self._communities if self._may_be_total(name) and not is_total(name, self._totals)]
        if totals:
            shown = ", ".join(f"“{name}”" for name in totals[:_SHOWN])
            yield self._messages["survey_totals"].format(names=shown, count=len(totals))

    def _may_be_total(self, name: str) -> bool:
        return any(word in self._totals for word in plain(name).split())


def near_twins(names: Iterable[str], stored: Iterable[str] = ()) -> list[list[str]]:
    """Groups of names that people may take for one another, at least one of each group from `names`."""
    groups: dict[str, dict[str, None]] = {}
    for name in names:
        groups.setdefault(likeness(name), {})[name] = None
    for name in stored:
        group = groups.get(likeness(name))
        if group is not None:
            group[name] = None
    return [sorted(group) for group in groups.values() if len(group) > 1]


class _SeenColumn:
    """What was seen of one column."""

    def __init__(self, name: str, column: str, columns: RecordColumns, messages: Messages) -> None:
        self.survey = ColumnSurvey(name, column)
        self._columns = columns
        self._messages = messages
        self._typed: set[str] = set()
        self._unanswered: Counter[str] = Counter()
        self._puzzling: Counter[str] = Counter()
        self._read: dict[str, str] = {}
        self._turned: tuple[str, str] | None = None
        self._numbers = 0
        self._nones = 0

    def look(self, value: Any) -> None:
        survey = self.survey
        survey.filled += 1
        typed = _shown(value, survey.column)
        read = self._read_of(typed, value)
        if read == _NOT_UNDERSTOOD:
            self._puzzling[typed] += 1
        self._nones += typed == "None" and read == typed.lower()
        if len(survey.examples) < EXAMPLES and typed not in self._typed:
            self._typed.add(typed)
            survey.examples.append(Example(typed, read))
        if read == UNKNOWN and typed != UNKNOWN:
            self._unanswered[typed] += 1
        if survey.column == "start" and not self._turned and isinstance(value, str):
            self._turned = (typed, read) if may_be_turned_round(value, "year_last") else None
        self._numbers += survey.column in ("community", "id") and isinstance(value, int | float)

    def _read_of(self, typed: str, value: Any) -> str:
        """What a cell is read as; looked up where the same stood before."""
        found = self._read.get(typed)
        if found is None:
            read = self._columns.read_cell(self.survey.column, value) if self.survey.column else value
            found = _NOT_UNDERSTOOD if read is None else _shown(read, self.survey.column)
            if len(self._read) < _REMEMBERED:
                self._read[typed] = found
        return found

    def say_turned_round(self, words: str) -> None:
        """In the column of days, say that they are in doubt and not how they are read."""
        if self.survey.column == "start":
            self._turned = None
            self.survey.unusual.append(words)

    def finished(self, rows: int) -> ColumnSurvey:
        words, unusual = self._messages, self.survey.unusual
        if not self.survey.filled:
            unusual.append(words["survey_empty"])
        elif self.survey.filled < rows:
            unusual.append(words["survey_blank"].format(count=rows - self.survey.filled))
        for typed, count in self._puzzling.most_common(EXAMPLES):
            unusual.append(words["survey_puzzling"].format(typed=typed, count=count))
        for typed, count in self._unanswered.most_common(EXAMPLES):
            unusual.append(words["survey_unanswered"].format(typed=typed, count=count))
        if self._turned:
            unusual.append(words["survey_day_first"].format(typed=self._turned[0], read=self._turned[1]))
        if self._nones:
            unusual.append(words["survey_nones"].format(count=self._nones))
        if self._numbers:
            unusual.append(words["survey_numbers"].format(count=self._numbers))
        return self.survey


def _flat(cells: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Cells one by one; answers that stand together come by themselves."""
    for name, value in cells.items():
        if name == NESTED and isinstance(value, Mapping):
            yield from ((f"{NESTED}.{question}", answer) for question, answer in value.items())
        else:
            yield name, value


def _shown(value: Any, column: str) -> str:
    """A cell as a short text; names are never cut, because they are compared."""
    if isinstance(value, list | tuple):
        text = ", ".join(map(str, value))
    elif isinstance(value, bool):
        text = str(value).lower()
    else:
        text = value.isoformat().removesuffix("T00:00:00") if isinstance(value, date) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST or column in ("id", "community") else f"{text[: _LONGEST - 1]}…"
