"""Parquet: rows in batches, with the types that the file gives them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from model.errors import FileError
from training.records.tables import FileRow, Messages, OpenFile, not_its_kind

BATCH = 2000


def open_parquet(path: Path, messages: Messages) -> OpenFile:
    """Open a file in Parquet; rows are numbered from 1."""
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (pyarrow.ArrowInvalid, OSError):
        raise not_its_kind(path.name, "Parquet", messages) from None

    def rows() -> Iterator[FileRow]:
        number = 0
        with file:
            try:
                for batch in file.iter_batches(BATCH):
                    for cells in batch.to_pylist():
                        number += 1
                        yield FileRow(number, cells, number)
            except (pyarrow.ArrowException, OSError):
                # Its own words name pages and codecs, which help nobody here.
                raise FileError(messages["file_damaged"].format(file=path.name, line=number + 1)) from None

    return OpenFile(tuple(file.schema_arrow.names), rows(), file.metadata.num_rows)
