"""Rejects file: refused rows with their line and the reasons, in the form of the original, to be mended there."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from training.records.column_names import LINE, PROBLEMS, REMARKS, TEXT
from training.records.read_files import ending
from training.records.tables import FileRow, Messages, OpenFile
from training.records.write_files import writing

_WRITTEN_AS = {".ods": ".xlsx", ".xlsm": ".xlsx", ".json": ".jsonl", ".txt": ".csv"}
"""Ending of a file → that of its refused rows, where those differ."""


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


class RejectsFile:
    """The file of refused rows, which is only made when there is one."""

    def __init__(self, path: Path | None, table: OpenFile, messages: Messages) -> None:
        self._path = path
        named = (name for name in table.columns or () if name not in REMARKS)
        self._columns = (*named, LINE, PROBLEMS, TEXT)
        self._delimiter = table.delimiter
        self._messages = messages
        self._stack = ExitStack()
        self._write: Callable[[dict[str, Any]], None] | None = None

    def __enter__(self) -> RejectsFile:
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
