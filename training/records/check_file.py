"""Check of a file that somebody sends: read and judged as an import does, and nothing kept."""

from __future__ import annotations

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory

from model.domain.knowledge import Knowledge
from model.outcomes.file_check import FileCheck, RejectedRow
from training.records.read_files import open_table
from training.records.rejects_file import RejectsFile, free_name
from training.records.row_check import RowCheck, origin_of
from training.records.staging import RowStaging
from training.records.survey import survey_table
from training.records.tables import OpenFile

MOST_ROWS = 5000
"""Rows that are checked while somebody waits; the command takes any number."""
SHOWN = 50
_LONGEST_NAME = 80


def check_file(name: str, content: bytes, knowledge: Knowledge, language: str) -> FileCheck:
    """Read a file and judge its rows; see `model.outcomes.file_check.CheckFile`."""
    messages = knowledge.messages[language]
    with TemporaryDirectory(prefix="platform-fit-") as folder:
        path = Path(folder) / _safe(name)
        path.write_bytes(content)

        def opened() -> OpenFile:
            return open_table(path, knowledge, messages)

        survey = survey_table(opened(), knowledge, language, most=MOST_ROWS)
        check, target = RowCheck(knowledge, origin_of(path, "check"), language, survey), free_name(path)
        table, refusals, refused = opened(), [], 0
        with RowStaging() as staging, RejectsFile(target, table, messages) as rejects:
            for row, reasons in check.rows(table, staging):
                if reasons:
                    refused += 1
                    rejects.write(row, reasons)
                    refusals += [RejectedRow(row.line, reasons)] if refused <= SHOWN else []
            rejects.close()
        if not refused:
            return FileCheck(survey, survey.rows, 0, ())
        return FileCheck(survey, survey.rows - refused, refused, refusals, target.name, target.read_bytes())


def _safe(name: str) -> str:
    """The last part of a name, short and without what a file system may not like; its ending tells the kind."""
    last = PurePath(name.replace("\\", "/")).name
    plain = "".join(each if each.isalnum() or each in "-_. " else "_" for each in last).lstrip(". ")
    return plain[-_LONGEST_NAME:] or "file"
