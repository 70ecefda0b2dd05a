"""A service with a store of its own, on each database, and keys to it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from model.storage.keys import Keys
from model.storage.tokens import SCOPES
from service import create_app
from service.settings import Settings
from tests.databases import database_url, store
from tests.records import maker

__all__ = ["database_url", "maker", "store"]


@pytest.fixture
def app(database_url):
    made = create_app(Settings(database_url=database_url))
    yield made
    opened = made.extensions["platform_fit"].store._store
    if opened is not None:
        opened.close()


@pytest.fixture
def token(store) -> Callable[..., str]:
    """Makes a key for these scopes, or for all of them."""
    return lambda *scopes, name="tester": Keys(store).create(name, scopes or SCOPES)[1]


@pytest.fixture
def client(app, token):
    """A client with a key for everything."""
    made = app.test_client()
    made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token()}"
    return made
