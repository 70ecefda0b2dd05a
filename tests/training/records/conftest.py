"""Fixtures for records in files."""

from __future__ import annotations

import pytest

from model.storage.engine import Store


@pytest.fixture
def lite(tmp_path):
    """A store on SQLite, for what does not depend on the database."""
    opened = Store.open(f"sqlite:///{tmp_path / 'lite.db'}")
    yield opened
    opened.close()
