"""Staging: rows that passed the gate, waiting on disk for the one transaction that keeps them.

Judging rows takes long and keeping them does not, so the store is only held for the second. A row is looked up by its
identity, because the same record twice in one file is either a repetition or a mistake.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import orjson

from model.storage.outcomes import PreparedOutcome
from model.storage.superseding import Claim


class EarlierRow(NamedTuple):
    """An earlier row with the same identity."""

    line: int
    says_the_same: bool


class RowStaging:
    """Rows in a temporary file, each identity once, in the order in which they came."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="platform-fit-")
        self._file = sqlite3.connect(Path(self._folder.name) / "rows", isolation_level=None)
        # It is thrown away after any failure, so nothing has to survive one.
        self._file.execute("PRAGMA journal_mode=OFF")
        self._file.execute("PRAGMA synchronous=OFF")
        self._file.execute(
            "CREATE TABLE rows (place INTEGER PRIMARY KEY, line INTEGER, identity TEXT UNIQUE, digest TEXT,"
            " own_id INTEGER, withholds INTEGER, row BLOB)"
        )
        self._file.execute("BEGIN")

    def __enter__(self) -> RowStaging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, line: int, prepared: PreparedOutcome) -> EarlierRow | None:
        """Put a row down, unless its identity is there already."""
        claim, row = prepared
        text = orjson.dumps(row)
        added = self._file.execute(
            "INSERT INTO rows (line, identity, digest, own_id, withholds, row) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (line, claim.identity, claim.digest, claim.own_id, claim.withholds, text),
        )
        if added.rowcount:
            return None
        earlier, digest = self._file.execute(
            "SELECT line, digest FROM rows WHERE identity = ?", (claim.identity,)
        ).fetchone()
        return EarlierRow(earlier, digest == claim.digest)

    def batches(self, size: int) -> Iterator[list[PreparedOutcome]]:
        """Everything that was put down; it can be read more than once."""
        rows = self._file.execute("SELECT identity, digest, own_id, withholds, row FROM rows ORDER BY place")
        while batch := rows.fetchmany(size):
            yield [
                PreparedOutcome(Claim(identity, digest, bool(own_id), withholds=bool(withholds)), _row(text))
                for identity, digest, own_id, withholds, text in batch
            ]


def _row(text: bytes) -> dict[str, object]:
    row: dict[str, object] = orjson.loads(text)
    row["start"] = date.fromisoformat(str(row["start"]))
    row["recorded_at"] = datetime.fromisoformat(str(row["recorded_at"]))
    return row
