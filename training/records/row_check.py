"""Row check: every row of a file through the gate, into staging or refused with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from model.domain.knowledge import Knowledge
from model.errors import OutcomeError
from model.outcomes.fields import LENGTHS
from model.outcomes.file_check import Survey
from model.outcomes.validation import Origin, OutcomeGate
from model.profiles.validation import ProfileGate
from model.storage.outcomes import prepare
from training.records.record_columns import RecordColumns
from training.records.refusals import RejectionWords
from training.records.staging import RowStaging
from training.records.tables import FileRow, OpenFile

_BATCH = 1000

Progress = Callable[[int, int], None]
"""Told how far reading has come, and of how much."""


def origin_of(path: Path, recorded_by: str) -> Origin:
    """Where rows come from that do not say it themselves."""
    name = "".join(each if each.isprintable() else "?" for each in path.name)
    return Origin(f"file {name}"[: LENGTHS["source"]], recorded_by[: LENGTHS["recorded_by"]], datetime.now(UTC))


class RowCheck:
    """Takes the rows that pass the gate into staging, and says of the others why not.

    Attributes:
        repeated: how many rows said the same as an earlier one of the file.
    """

    def __init__(self, knowledge: Knowledge, origin: Origin, language: str, survey: Survey) -> None:
        self._columns = RecordColumns(knowledge)
        self._gate = OutcomeGate(knowledge, ProfileGate(knowledge))
        self._questionnaire = knowledge.questionnaire
        self._refusals = RejectionWords(self._columns, knowledge, language, survey)
        self._messages = knowledge.messages[language]
        self._origin = origin
        self._language = language
        self.repeated = 0

    def rows(
        self, table: OpenFile, staging: RowStaging, progress: Progress = lambda done, total: None
    ) -> Iterator[tuple[FileRow, str]]:
        """Every row of a file, with why it is refused, or nothing when it is in staging."""
        for number, row in enumerate(table.rows, 1):
            if number % _BATCH == 0:
                progress(row.position, table.total)
            yield row, self._take(row, staging)
        progress(table.total, table.total)

    def _take(self, row: FileRow, staging: RowStaging) -> str:
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
            self.repeated += 1
            return ""
        return self._messages["intake_twice"].format(line=twin.line)
