"""Where the store is, by the environment; needs nothing but the standard library."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

DATABASE_URL = "PLATFORM_FIT_DATABASE_URL"
DATA = "PLATFORM_FIT_DATA"
FILE = "platform-fit.db"


def database_url(environment: Mapping[str, str] | None = None) -> str:
    """The URL of the store: what `PLATFORM_FIT_DATABASE_URL` says, otherwise SQLite in the data folder."""
    given = os.environ if environment is None else environment
    return given.get(DATABASE_URL) or f"sqlite:///{data_folder(given).absolute() / FILE}"


def data_folder(environment: Mapping[str, str]) -> Path:
    """What `PLATFORM_FIT_DATA` says, otherwise the place for data of the user (XDG Base Directory Specification)."""
    if environment.get(DATA):
        return Path(environment[DATA])
    shared = environment.get("XDG_DATA_HOME") or str(Path(environment.get("HOME") or Path.home()) / ".local" / "share")
    return Path(shared) / "platform-fit"
