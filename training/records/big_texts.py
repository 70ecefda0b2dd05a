"""Big texts: CSV and lines of JSON as DuckDB reads them, unless an import would read something else in them.

DuckDB keeps the first of two fields with one name, and takes the rows after a forgotten quotation mark for one cell.
So what could hold either is looked at first, and left to the reading of an import.
"""

from __future__ import annotations

import csv
import shutil
from codecs import BOM_UTF8
from pathlib import Path

import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import Table

from training.records.aggregation import fetch
from training.records.column_names import NESTED
from training.records.delimited import Quotation, holds_rows

_BLOCK = 1 << 20
_TEXT = "VARCHAR"
_JSON_LINES = {
    "format": "newline_delimited",
    # A broken line becomes a row without a community, and is refused as such.
    "ignore_errors": True,
    # Left to itself, DuckDB guesses whether a day or a month comes first.
    "dateformat": "%Y-%m-%d",
    "timestampformat": "%Y-%m-%dT%H:%M:%S",
}
_FIELD_TWICE = """
    SELECT count(*) FROM (
        SELECT json_keys(json) AS fields, json_keys(json, '$.{nested}') AS answers
        FROM read_ndjson_objects($1, ignore_errors = true)
    ) WHERE list_unique(fields) < len(fields) OR list_unique(answers) < len(answers)
"""


def read_csv(connection: ibis.backends.duckdb.Backend, path: Path, delimiter: str) -> Table | None:
    """A CSV with its header on the first line, all cells as text; None where a cell may have taken in rows."""
    # Without the last two, DuckDB passes over lines that it takes for remarks or for words above the header.
    lines = connection.read_csv(
        path, all_varchar=True, header=True, delim=delimiter, quote='"', escape='"', comment="", skip=0
    )
    table = connection.create_table("rows", lines)
    (rows,) = fetch(table.agg(rows=table.count()))["rows"].to_pylist()
    # Where there are no more lines than rows no cell has more than one line.
    return None if _breaks(path) > rows + 1 and _swallows(path, delimiter) else table


def read_json_lines(connection: ibis.backends.duckdb.Backend, path: Path, folder: Path) -> Table | None:
    """A record a line; None where a field is in one of them twice."""
    path = _without_mark(path, folder)
    if connection.con.execute(_FIELD_TWICE.format(nested=NESTED), [str(path)]).fetchall() != [(0,)]:
        return None
    # All lines are looked at: a field that is in none of a sample would be passed over.
    schema = connection.read_json(path, sample_size=-1, **_JSON_LINES).schema()
    if NESTED in schema and not schema[NESTED].is_struct():
        return None
    columns = {name: _kind(kind) for name, kind in schema.items()}
    return connection.create_table("rows", connection.read_json(path, columns=columns, **_JSON_LINES))


def _kind(kind: dt.DataType) -> str:
    """As what a field is read: as it is written, but for what means the same in any form."""
    if kind.is_struct():
        names = (each.replace('"', '""') for each in kind.fields)
        fields = (f'"{name}" {_kind(inner)}' for name, inner in zip(names, kind.types, strict=True))
        return f"STRUCT({', '.join(fields)})"
    if kind.is_array() and kind.value_type.is_string() and not kind.value_type.is_json():
        return f"{_TEXT}[]"
    if kind.is_boolean():
        return "BOOLEAN"
    if kind.is_floating():
        return "DOUBLE"
    return "BIGINT" if kind == dt.int64 else _TEXT


def _breaks(path: Path) -> int:
    """How many lines a file has, however they end."""
    count, before = 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            count += block.count(b"\n") + block.count(b"\r") - (before + block).count(b"\r\n")
            before = block[-1:]
    return count


def _swallows(path: Path, delimiter: str) -> bool:
    """Whether a cell of several lines holds what looks like rows, or quotation marks are not right."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader, number = csv.reader(lines, Quotation, delimiter=delimiter), 0
        try:
            for cells in reader:
                if reader.line_num > number + 1 and holds_rows(cells, delimiter):
                    return True
                number = reader.line_num
        except csv.Error:
            return True
    return False


def _without_mark(path: Path, folder: Path) -> Path:
    """The file, or a copy without its byte order mark: DuckDB takes that for a part of the first line of JSON."""
    with path.open("rb") as file:
        if file.read(len(BOM_UTF8)) != BOM_UTF8:
            return path
        with (folder / path.name).open("wb") as copy:
            shutil.copyfileobj(file, copy)
    return folder / path.name
