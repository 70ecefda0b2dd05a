"""Intake: outcome records from a file into the store.

1. The whole file is looked at first (`training.records.survey`), because a column can prove what a cell cannot.
2. Every row goes through the gate; what passes is put down, what does not goes to a file of refused rows, in the
   form of the original with the line and the reasons added, so that it can be mended there and imported by itself.
3. One transaction keeps all that waits. A record is known by the id in its row, or else by community, channel and
   start: the same news again adds nothing, other news corrects what is there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from model.domain.knowledge import Knowledge
from model.errors import OutcomeError, StoreBusyError
from model.outcomes.fields import LENGTHS
from model.outcomes.validation import Origin, OutcomeGate
from model.profiles.validation import ProfileGate
from model.storage.engine import Store
from model.storage.outcomes import StoredRevision, communities, count, current, keep, prepare
from training.records.column_names import LINE, PROBLEMS, REMARKS, TEXT, ColumnNames
from training.records.columns import RecordColumns
from training.records.read_files import ending, open_table
from training.records.refusals import RejectionWords
from training.records.staging import RowStaging
from training.records.survey import EMPTY_SURVEY, Survey, survey_table
from training.records.tables import FileRow, Messages, OpenFile
from training.records.write_files import writing

SHOWN = 20
"""Refusals kept for showing; all of them are in the file."""

_WRITTEN_AS = {".ods": ".xlsx", ".xlsm": ".xlsx", ".json": ".jsonl", ".txt": ".csv"}
"""Ending of a file → that of its refused rows, where those differ."""
_BATCH = 1000
_TRIES = 3

Progress = Callable[[int, int], None]
"""Told how far reading has come, and of how much."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that was refused: its line, and the reasons in words."""

    line: int
    reasons: str


@dataclass(slots=True)
class ImportResult:
    """What became of the rows of a file.

    Attributes:
        known: said what is in the store already, or earlier in the file.
        outdated: repeated what was corrected since.
        rejects: the file with the refused rows, if there are any.
        refusals: the first `SHOWN` of them.
        survey: what the file holds, column by column.
    """

    read: int = 0
    added: int = 0
    corrected: int = 0
    known: int = 0
    outdated: int = 0
    refused: int = 0
    rejects: Path | None = None
    refusals: list[RejectedRow] = field(default_factory=list)
    survey: Survey = EMPTY_SURVEY


def import_file(
    path: Path,
    store: Store,
    knowledge: Knowledge,
    *,
    recorded_by: str,
    language: str = "en",
    rejects: Path | None = None,
    dry_run: bool = False,
    sheet: str | None = None,
    progress: Progress = lambda done, total: None,
) -> ImportResult:
    """Import the records in a file, in one transaction.

    Args:
        path: its ending says the kind.
        store: where they go.
        knowledge: the questions and channels that the rows are about.
        recorded_by: who hands the file in; a row may say otherwise.
        language: of the reasons for refusals.
        rejects: where refused rows go; without it, beside the file. An existing file is never overwritten.
        sheet: of a workbook, the one to read.
        dry_run: only find out what would happen; neither the store nor any file changes.
        progress: called now and then.

    Raises:
        FileError: the file cannot be read as records at all; nothing was kept.
        StoreBusyError: the store could not be written; nothing was kept.
    """
    messages = knowledge.messages[language]
    names = ColumnNames(knowledge)

    def opened() -> OpenFile:
        return open_table(path, names.knows, messages, sheet)

    with store.reading() as connection:
        stored = list(communities(connection))
    survey = survey_table(opened(), knowledge, language, stored)
    table = opened()
    judge = _RowCheck(knowledge, _origin(path, recorded_by), language, survey)
    target = None if dry_run else rejects or free_name(path)
    with RowStaging() as staging, _RejectsFile(target, table, messages) as refused:
        result = ImportResult(survey=survey)
        for row in table.rows:
            result.read += 1
            if result.read % _BATCH == 0:
                progress(row.position, table.total)
            reasons = judge.take(row, staging, result)
            if reasons:
                result.refused += 1
                refused.write(row, reasons)
                if len(result.refusals) < SHOWN:
                    result.refusals.append(RejectedRow(row.line, reasons))
        refused.close()
        progress(table.total, table.total)
        fates = _kept(store, staging, dry_run)
    result.added, result.corrected, result.outdated = fates["added"], fates["corrected"], fates["outdated"]
    result.known += fates["known"]
    result.rejects = target if result.refused else None
    return result


def free_name(path: Path) -> Path:
    """Where the refused rows of this file go: a name beside it that is not taken.

    What cannot be written as it was read, such as ODS, becomes a kind that holds the same.
    """
    kind = ending(path)
    whole = path.name[: path.name.lower().rindex(kind)] if kind else path.stem
    stem = re.sub(r"\.rejects(-\d+)?$", "", whole)
    kind = _WRITTEN_AS.get(kind, kind)
    number, name = 1, path.with_name(f"{stem}.rejects{kind}")
    while name.exists():
        number += 1
        name = path.with_name(f"{stem}.rejects-{number}{kind}")
    return name


def _origin(path: Path, recorded_by: str) -> Origin:
    name = "".join(each if each.isprintable() else "?" for each in path.name)
    return Origin(f"file {name}"[: LENGTHS["source"]], recorded_by[: LENGTHS["recorded_by"]], datetime.now(UTC))


class _RowCheck:
    """Takes the rows that pass the gate into staging, and says of the others why not."""

    def __init__(self, knowledge: Knowledge, origin: Origin, language: str, survey: Survey) -> None:
        self._columns = RecordColumns(knowledge)
        self._gate = OutcomeGate(knowledge, ProfileGate(knowledge))
        self._questionnaire = knowledge.questionnaire
        self._refusals = RejectionWords(self._columns, knowledge, language, survey)
        self._messages = knowledge.messages[language]
        self._origin = origin
        self._language = language

    def take(self, row: FileRow, staging: RowStaging, result: ImportResult) -> str:
        """Put a row in staging; what comes back is why it is refused, or nothing."""
        if row.faults:
            return " ".join(row.faults)
        faults = self._refusals.doubts(row)
        fields = self._columns.fields(row.cells)
        try:
            submission = self._gate.load(fields, self._origin, language=self._language, in_file=True)
        except OutcomeError as error:
            faults += [self._refusals.worded(problem, row.cells) for problem in error.problems]
        if faults:
            return " ".join(faults)
        twin = staging.add(row.line, prepare(submission, self._questionnaire))
        if twin is None:
            return ""
        if twin.says_the_same:
            result.known += 1
            return ""
        return self._messages["intake_twice"].format(line=twin.line)


class _RejectsFile:
    """The file of refused rows, which is only made when there is one."""

    def __init__(self, path: Path | None, table: OpenFile, messages: Messages) -> None:
        self._path = path
        named = (name for name in table.columns or () if name not in REMARKS)
        self._columns = (*named, LINE, PROBLEMS, TEXT)
        self._delimiter = table.delimiter
        self._messages = messages
        self._stack = ExitStack()
        self._write: Callable[[dict[str, Any]], None] | None = None

    def __enter__(self) -> _RejectsFile:
        return self

    def __exit__(self, *failure: Any) -> None:
        self._stack.__exit__(*failure)

    def write(self, row: FileRow, reasons: str) -> None:
        if self._path is None:
            return
        if self._write is None:
            self._write = self._stack.enter_context(writing(self._path, self._columns, self._messages, self._delimiter))
        self._write({**row.cells, LINE: row.line, PROBLEMS: reasons})

    def close(self) -> None:
        """Finish the file, before anything is kept: a row must never be in neither place."""
        self._stack.close()


def _kept(store: Store, staging: RowStaging, dry_run: bool) -> Counter[str]:
    """Keep everything in one transaction, again from the start when another writer was first with a record."""
    for _ in range(_TRIES):
        fates: Counter[str] = Counter()
        try:
            with store.reading() if dry_run else store.writing() as connection:
                for batch in staging.batches(_BATCH):
                    results = keep(connection, batch, replace=True, trial=dry_run)
                    fates.update(result.fate for result in results if isinstance(result, StoredRevision))
            return fates
        except IntegrityError:
            continue
    raise StoreBusyError("other writers kept coming first")


def export_rows(
    store: Store, knowledge: Knowledge, progress: Progress = lambda done, total: None
) -> Iterator[dict[str, Any]]:
    """Every current record as the cells of a row, which can be imported again."""
    columns = RecordColumns(knowledge)
    with store.reading() as connection:
        total = count(connection)
        for place, record in enumerate(current(connection, knowledge.questionnaire)):
            if not place % _BATCH:
                progress(place, total)
            yield columns.cells(record)
