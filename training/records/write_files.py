"""Writes rows to a file of any kind that can be read, by the ending of its name."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, time
from pathlib import Path
from typing import IO, Any

from model.errors import FileError, Phrase, reason
from training.records.record_columns import flat
from training.records.tables import Messages

Write = Callable[[Mapping[str, Any]], None]

_BATCH = 2000


@contextmanager
def writing(path: Path, columns: Sequence[str], messages: Messages, delimiter: str = ",") -> Iterator[Write]:
    """Open a file for rows; it appears under its name only when all went well.

    Args:
        path: its ending says the kind.
        columns: of flat files; JSON lines have only what a row has.
        messages: for a refusal.
        delimiter: of CSV.

    Raises:
        FileError: an unknown ending, or the file cannot be written.
    """
    writer = WRITERS.get(path.suffix.lower())
    if writer is None:
        raise FileError(messages["file_unknown_kind"].format(file=path.name, allowed=", ".join(WRITERS)))
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with writer(unfinished, columns, delimiter) as write:
            yield write
        unfinished.replace(path)
    except OSError as error:
        raise FileError(Phrase("{0}: {1}", path, reason(error))) from None
    finally:
        unfinished.unlink(missing_ok=True)


def delimiter_of(language: str) -> str:
    """What parts the cells of a CSV for spreadsheets in a language."""
    return ";" if language == "nl" else ","


def write_csv(file: IO[str], columns: Sequence[str], delimiter: str = ",") -> Write:
    """Write the header, and give what writes rows."""
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    return lambda cells: writer.writerow([flat(cells.get(name)) for name in columns])


@contextmanager
def _csv(path: Path, columns: Sequence[str], delimiter: str) -> Iterator[Write]:
    # The byte order mark tells a spreadsheet that this is UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        yield write_csv(file, columns, delimiter)


@contextmanager
def _tsv(path: Path, columns: Sequence[str], delimiter: str) -> Iterator[Write]:
    with _csv(path, columns, "\t") as write:
        yield write


def write_json_lines(file: IO[str]) -> Write:
    """Give what writes rows, each as one JSON object without what is empty."""

    def write(cells: Mapping[str, Any]) -> None:
        content = {name: value for name, value in cells.items() if value is not None}
        file.write(json.dumps(content, ensure_ascii=False, default=_plain) + "\n")

    return write


@contextmanager
def _json_lines(path: Path, columns: Sequence[str], delimiter: str) -> Iterator[Write]:
    # Half a symbol, as JSON can hold it, becomes its escape again, which is JSON too.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        yield write_json_lines(file)


@contextmanager
def _parquet(path: Path, columns: Sequence[str], delimiter: str) -> Iterator[Write]:
    import pyarrow
    import pyarrow.parquet

    # All as text: a refused row can hold anything.
    schema = pyarrow.schema([(name, pyarrow.string()) for name in columns])
    waiting: list[list[str | None]] = []
    with pyarrow.parquet.ParquetWriter(path, schema) as file:

        def flush() -> None:
            arrays = [pyarrow.array(values, pyarrow.string()) for values in zip(*waiting, strict=True)]
            if arrays:
                file.write_batch(pyarrow.record_batch(arrays, schema=schema))
            waiting.clear()

        def write(cells: Mapping[str, Any]) -> None:
            waiting.append([None if (value := flat(cells.get(name))) == "" else str(value) for name in columns])
            if len(waiting) >= _BATCH:
                flush()

        yield write
        flush()


@contextmanager
def _xlsx(path: Path, columns: Sequence[str], delimiter: str) -> Iterator[Write]:
    import openpyxl
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("outcomes")
    sheet.append(list(columns))

    def cell(value: Any) -> Any:
        value = flat(value)
        return ILLEGAL_CHARACTERS_RE.sub("�", value) if isinstance(value, str) else value

    yield lambda cells: sheet.append([cell(cells.get(name)) for name in columns])
    book.save(path)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | time) else str(value)


WRITERS: Mapping[str, Callable[[Path, Sequence[str], str], Any]] = {
    ".csv": _csv,
    ".tsv": _tsv,
    ".jsonl": _json_lines,
    ".ndjson": _json_lines,
    ".parquet": _parquet,
    ".xlsx": _xlsx,
}
