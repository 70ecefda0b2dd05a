"""Where the store is, by the environment, and what is in the way when it does not answer.

Needs nothing but the standard library.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from model.errors import Phrase, SettingsError

DATABASE_URL = "PLATFORM_FIT_DATABASE_URL"
DATA = "PLATFORM_FIT_DATA"
FILE = "platform-fit.db"
RIGHT_URL = Phrase("like sqlite:////folder/platform-fit.db or postgresql://user@host/name")
_KIND = re.compile(r"(sqlite|postgres|postgresql)(\+\w+)?://")
_PRIMARY = 0xFF
"""SQLite puts the kind of an error in the lowest byte of its code."""
_OF_SQLITE = {
    sqlite3.SQLITE_NOTADB: Phrase("the file of the store is damaged or is no database: put back a copy of it"),
    sqlite3.SQLITE_CORRUPT: Phrase("the file of the store is damaged: put back a copy of it"),
    sqlite3.SQLITE_FULL: Phrase("the disk of the store is full"),
    sqlite3.SQLITE_READONLY: Phrase("the store or its folder may only be read, not written"),
}


def database_url(environment: Mapping[str, str] | None = None) -> str:
    """The URL of the store: what `PLATFORM_FIT_DATABASE_URL` says, otherwise SQLite in the data folder.

    Raises:
        SettingsError: it is no URL of a store.
    """
    given = os.environ if environment is None else environment
    url = given.get(DATABASE_URL) or f"sqlite:///{data_folder(given).absolute() / FILE}"
    if not is_database_url(url):
        raise SettingsError(Phrase("{0} must be {1}", DATABASE_URL, RIGHT_URL))
    return url


def data_folder(environment: Mapping[str, str]) -> Path:
    """What `PLATFORM_FIT_DATA` says, otherwise the place for data of the user (XDG Base Directory Specification)."""
    if environment.get(DATA):
        return Path(environment[DATA])
    shared = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".local" / "share")
    return Path(shared) / "platform-fit"


def is_database_url(url: str) -> bool:
    """Whether this is the URL of a file of SQLite or of a PostgreSQL."""
    try:
        place = urlsplit(url)
        place.port  # noqa: B018 (a port that is no number is only found out when it is asked for)
    except ValueError:
        return False
    kind = _KIND.match(url)
    if kind is None or place.netloc.endswith(":"):
        return False
    # What stands behind a ? is for a driver, and would be passed over by all else here that needs the file.
    return kind[1] != "sqlite" or ("?" not in url and str(file_of(url)) not in (".", ":memory:"))


def file_of(url: str) -> Path | None:
    """The file of SQLite; None for a database that is a server."""
    return Path(url.partition(":///")[2].partition("?")[0]) if url.startswith("sqlite") else None


def what_is_wrong(error: BaseException | None) -> Phrase:
    """The words for an error of a driver; what is not known better may pass by itself."""
    return _OF_SQLITE.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY, Phrase("the store is busy or out of reach"))
