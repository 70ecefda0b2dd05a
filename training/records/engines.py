"""File engines: who carries out the aggregation of a big file, DuckDB on this machine or Spark on many."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import ibis
import ibis.expr.datatypes as dt
from ibis.expr.types import Table

from model.domain.knowledge import Knowledge
from model.errors import FileError, Phrase
from training.records.aggregation import fetch, quiet
from training.records.big_files import BigFile, Engine, big_file
from training.records.big_texts import read_csv, read_json_lines
from training.records.column_names import NESTED
from training.records.few_records import SAMPLE
from training.records.read_files import ending, open_table
from training.records.record_columns import RecordColumns
from training.records.tables import Messages

_LEAST_ROW = 40
"""Bytes of a row of text at least."""
_THREADS, _MEMORY = 4, "256MB"
"""Half a million cells fit in it; with 192 or 512 MB two threads take as long."""


@contextmanager
def in_duckdb(path: Path, knowledge: Knowledge, messages: Messages, today: date) -> Iterator[BigFile | None]:
    """A file in DuckDB, with what does not fit in memory in a temporary folder; None when it is no big file.

    A file that DuckDB would read otherwise than an import does is no big file here, however long it is: it has titles
    above its header, other letters than UTF-8, or rows of different lengths.

    Raises:
        FileError: the file cannot be read as records at all.
    """
    if not _may_be_big(path, knowledge, messages):
        yield None
        return
    threads = min(_THREADS, os.cpu_count() or 1)
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory(prefix="platform-fit-")))
        connection = ibis.duckdb.connect(
            folder / "records.db", threads=threads, memory_limit=_MEMORY, preserve_insertion_order=False,
        )  # fmt: skip
        opened.callback(connection.disconnect)
        table = _table(connection, path, folder, messages, knowledge)
        if table is None:
            yield None
            return
        try:
            table = _named(table, knowledge, messages)
            (rows,) = fetch(table.agg(rows=table.count()))["rows"].to_pylist()
            big = path.is_dir() or rows > SAMPLE
            yield big_file(table, Engine("hash", dt.uint64), knowledge, today, opened.close) if big else None
        except duckdb.Error:
            # Its own words name types and codecs, which help nobody here.
            raise FileError(messages["file_big_damaged"].format(file=path.name)) from None


@contextmanager
def in_spark(path: Path, master: str, knowledge: Knowledge, messages: Messages, today: date) -> Iterator[BigFile]:
    """Parquet in Spark; `path` is one that all its workers can see.

    Raises:
        FileError: it is no Parquet, or Spark is not installed.
    """
    if path.suffix != ".parquet":
        raise FileError(Phrase("{0}: Spark reads Parquet only: a file or folder whose name ends in .parquet", path))
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise FileError(Phrase("Spark is not installed. Run `make spark` in the folder of platform-fit")) from None
    session = (
        SparkSession.builder.master(master)
        .appName("platform-fit")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    with ExitStack() as opened:
        opened.callback(session.stop)
        with quiet():
            table = ibis.pyspark.connect(session).read_parquet(str(path.resolve()))
        yield big_file(
            _named(table, knowledge, messages),
            Engine("xxhash64", dt.int64, sees_nothing=False),
            knowledge,
            today,
            opened.close,
        )


def _may_be_big(path: Path, knowledge: Knowledge, messages: Messages) -> bool:
    if path.is_dir() or ending(path) in (".xlsx", ".xlsm", ".ods"):
        return path.is_dir()
    table = open_table(path, knowledge, messages)
    return table.plain and table.total > SAMPLE * (1 if path.suffix.lower() == ".parquet" else _LEAST_ROW)


def _table(
    connection: ibis.backends.duckdb.Backend, path: Path, folder: Path, messages: Messages, knowledge: Knowledge
) -> Table | None:
    """The file as a table; None when DuckDB cannot read a text as an import would, or an answer may be in it twice.

    Raises:
        FileError: it is Parquet that cannot be read.
    """
    try:
        with quiet():
            table = _read(connection, path, folder, messages, knowledge)
    except duckdb.Error:
        if path.is_dir() or path.suffix.lower() == ".parquet":
            raise FileError(messages["file_big_damaged"].format(file=path.name)) from None
        return None
    if table is None:
        return None
    nested = table.schema().get(NESTED)
    if nested is None or not nested.is_struct():
        return table
    if set(nested.names) & set(table.columns):
        return None
    return table.mutate(**{name: table[NESTED][name] for name in nested.names}).drop(NESTED)


def _named(table: Table, knowledge: Knowledge, messages: Messages) -> Table:
    """A table whose columns have the codes of what they are.

    Raises:
        FileError: a column is missing, unknown or there twice.
    """
    columns = RecordColumns(knowledge)
    columns.check(table.columns, messages)
    codes = {columns.names.column(name): name for name in table.columns}
    return table.rename({code: name for code, name in codes.items() if code and code != name})


def _read(
    connection: ibis.backends.duckdb.Backend, path: Path, folder: Path, messages: Messages, knowledge: Knowledge
) -> Table | None:
    """Parquet where it is. Lines of text are read once, into columns, because every question would read them all."""
    match path.suffix.lower():
        case _ if path.is_dir():
            return connection.read_parquet(path / "*.parquet")
        case ".parquet":
            return connection.read_parquet(path)
        case ".csv" | ".tsv" | ".txt":
            return read_csv(connection, path, open_table(path, knowledge, messages).delimiter)
        case _:
            return read_json_lines(connection, path, folder)
