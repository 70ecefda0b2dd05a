"""Trouble: why a database did not answer, in words that lead whoever looks after it to what helps."""

from __future__ import annotations

import sqlite3

_PRIMARY = 0xFF
"""SQLite puts the kind of an error in the lowest byte of its code."""
_OF_SQLITE = {
    sqlite3.SQLITE_NOTADB: "the file of the store is damaged or is no database: put back a copy of it",
    sqlite3.SQLITE_CORRUPT: "the file of the store is damaged: put back a copy of it",
    sqlite3.SQLITE_FULL: "the disk of the store is full",
    sqlite3.SQLITE_READONLY: "the store or its folder may only be read, not written",
}


def what_is_wrong(error: BaseException | None) -> str:
    """The words for an error of a driver; what is not known better may pass by itself."""
    return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY, "the store is busy or out of reach")
