"""Fixtures for records in files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.storage.engine import Store
from model.storage.outcomes import current
from tests.databases import new_database
from training.records.import_file import import_file
from training.records.rejects_file import free_name


@pytest.fixture
def lite(tmp_path):
    """A store on SQLite, for what does not depend on the database."""
    opened = Store.open(new_database("sqlite", tmp_path, tables=True))
    yield opened
    opened.close()


@pytest.fixture
def take(lite, knowledge, tmp_path):
    """Imports a file, given as a path or as a name with content, and tells what became of it."""

    def run(file: Any, content: bytes | str = b"", **how: Any):
        path = file if isinstance(file, Path) else tmp_path / file
        if not isinstance(file, Path):
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        rejects = free_name(tmp_path / path.name)
        return import_file(path, lite, knowledge, recorded_by="tester", rejects=rejects, **how)

    return run


@pytest.fixture
def kept(lite, knowledge):
    def records():
        with lite.reading() as connection:
            return list(current(connection, knowledge.questionnaire))

    return records
