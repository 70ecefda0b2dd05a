"""An open store on each database, and records to put in it."""

from __future__ import annotations

import pytest

from model.storage.engine import Store
from tests.databases import database_url
from tests.records import Maker

__all__ = ["database_url"]


@pytest.fixture
def store(database_url):
    """An empty store, on SQLite and on PostgreSQL."""
    opened = Store.open(database_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def maker(knowledge):
    return Maker(knowledge)
