"""Import of a file: outcome records from a file into the store.

1. The whole file is looked at first (`training.records.survey`), because a column can prove what a cell cannot.
2. Every row goes through the gate; what passes is put down, what does not goes to a file of refused rows, in the
   form of the original with the line and the reasons added, so that it can be mended there and imported by itself.
3. One transaction keeps all that waits. A record is known by the id in its row, or else by community, channel and
   start: the same news again adds nothing, other news corrects what is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from model.domain.code_changes import CodeChanges
from model.domain.knowledge import Knowledge
from model.errors import Phrase, StoreBusyError
from model.outcomes.file_check import EMPTY_SURVEY, RejectedRow, Survey
from model.storage.engine import Store
from model.storage.outcomes import StoredRevision, communities, count, current, keep
from training.records.read_files import open_table
from training.records.record_columns import RecordColumns
from training.records.rejects_file import RejectsFile, free_name
from training.records.row_check import Progress, RowCheck, origin_of
from training.records.staging import RowStaging
from training.records.survey import survey_table
from training.records.tables import OpenFile

SHOWN = 20
"""Refusals kept for showing; all of them are in the file."""

_BATCH = 1000
_TRIES = 3


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

    def opened() -> OpenFile:
        return open_table(path, knowledge, messages, sheet)

    with store.reading() as connection:
        stored = list(communities(connection))
    survey = survey_table(opened(), knowledge, language, stored)
    table = opened()
    check = RowCheck(knowledge, origin_of(path, recorded_by), language, survey)
    target = None if dry_run else rejects or free_name(path)
    result = ImportResult(survey=survey)
    with RowStaging() as staging, RejectsFile(target, table, messages) as refused:
        for row, reasons in check.rows(table, staging, progress):
            result.read += 1
            if reasons:
                result.refused += 1
                refused.write(row, reasons)
                if len(result.refusals) < SHOWN:
                    result.refusals.append(RejectedRow(row.line, reasons))
        refused.close()
        fates = _kept(store, staging, dry_run, knowledge.questionnaire.changes)
    result.known = check.repeated
    result.added, result.corrected, result.outdated = fates["added"], fates["corrected"], fates["outdated"]
    result.known += fates["known"]
    result.rejects = target if result.refused else None
    return result


def _kept(store: Store, staging: RowStaging, dry_run: bool, changes: CodeChanges) -> Counter[str]:
    """Keep everything in one transaction, again from the start when another writer was first with a record."""
    for _ in range(_TRIES):
        fates: Counter[str] = Counter()
        try:
            with store.reading() if dry_run else store.writing() as connection:
                for batch in staging.batches(_BATCH):
                    results = keep(connection, batch, replace=True, trial=dry_run, changes=changes)
                    fates.update(result.fate for result in results if isinstance(result, StoredRevision))
            return fates
        except IntegrityError:
            continue
    raise StoreBusyError(Phrase("other writers kept coming first"))


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
