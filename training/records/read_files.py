"""Files of records, read row by row whatever their kind: delimited text, JSON, Parquet, XLSX and ODS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from model.domain.knowledge import Knowledge
from model.errors import FileError, Phrase, reason
from training.records.checkbox_columns import join_checkboxes
from training.records.column_names import ColumnNames
from training.records.delimited import open_delimited
from training.records.header import ColumnOf
from training.records.json_files import open_json
from training.records.open_document import open_ods
from training.records.parquet_file import open_parquet
from training.records.tables import Messages, OpenFile
from training.records.xlsx import open_xlsx

Open = Callable[[Path, ColumnOf, Messages], OpenFile]

_GZIP, _ZIP = ".gz", ".zip"
_OLD_EXCEL = (".xls", ".xlsb", ".xlt")
"""What Excel can save as .xlsx in a moment; a reader of each would be a library more that reads what strangers made."""
_SHEETS: Mapping[str, Callable[[Path, ColumnOf, Messages, str | None], OpenFile]] = {
    ".ods": open_ods,
    ".xlsm": open_xlsx,
    ".xlsx": open_xlsx,
}
READERS: Mapping[str, Open] = {
    **dict.fromkeys((".csv", ".tsv", ".txt"), open_delimited),
    **dict.fromkeys((".json", ".jsonl", ".ndjson"), open_json),
    ".parquet": lambda path, column_of, messages: open_parquet(path, messages),
}
"""Ending of the name → how to read what has no sheets."""
KINDS = (*READERS, *_SHEETS)


def open_table(path: Path, knowledge: Knowledge, messages: Messages, sheet: str | None = None) -> OpenFile:
    """Open a file by its ending; options with a column each are one column already.

    Args:
        knowledge: says what is a column of records, by which the header is found.
        sheet: the sheet of a workbook to read.

    Raises:
        FileError: an unknown ending, no such file, or not what the ending says. The iterator raises it as well.
    """
    try:
        table = _opened(path, ColumnNames(knowledge).column, messages, sheet)
    except OSError as error:
        raise FileError(Phrase("{0}: {1}", path, reason(error))) from None
    return join_checkboxes(table, knowledge, messages)


def _opened(path: Path, column_of: ColumnOf, messages: Messages, sheet: str | None) -> OpenFile:
    kind = ending(path)
    if kind in KINDS and path.is_file() and not path.stat().st_size:
        raise FileError(messages["file_empty"].format(file=path.name))
    if kind in _SHEETS:
        return _SHEETS[kind](path, column_of, messages, sheet)
    if kind in _OLD_EXCEL:
        raise FileError(messages["file_old_excel"].format(file=path.name, kind=kind))
    if sheet is not None:
        raise FileError(messages["file_has_no_sheets"].format(file=path.name))
    if kind in READERS:
        return READERS[kind](path, column_of, messages)
    if kind == _ZIP:
        raise FileError(messages["file_zip"].format(file=path.name))
    known = messages["file_unknown_kind"].format(file=path.name, allowed=", ".join(KINDS))
    raise FileError(" ".join((known, messages["file_save_as"])))


def ending(path: Path) -> str:
    """The ending that tells the kind of a file; for text it may be followed by .gz."""
    name = Path(path.stem) if path.suffix.lower() == _GZIP else path
    return name.suffix.lower()
