"""Fixtures for records in files."""

from __future__ import annotations

import pytest

from model.storage.engine import Store
from tests.databases import new_database


@pytest.fixture
def lite(tmp_path):
    """A store on SQLite, for what does not depend on the database."""
    opened = Store.open(new_database("sqlite", tmp_path, tables=True))
    yield opened
    opened.close()
