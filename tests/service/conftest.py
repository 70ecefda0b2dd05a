"""Fixtures of the service: an application, a client of it, its contract, and a real server."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator

from model.domain.knowledge import Knowledge
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.tokens import SCOPES
from service import create_app
from service.api.contract import contract_file
from service.settings import Settings
from tests.service.servers import Server, start_server, stop_server


@pytest.fixture(scope="session")
def app() -> Flask:
    return create_app(Settings())


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def token(store: Store) -> Callable[..., str]:
    """Makes a key for these scopes, or for all of them."""
    return lambda *scopes, name="tester": Keys(store).create(name, scopes or SCOPES)[1]


@pytest.fixture(scope="session")
def contract() -> dict[str, Any]:
    """The committed contract."""
    document: dict[str, Any] = yaml.safe_load(contract_file().read_text(encoding="utf-8"))
    return document


@pytest.fixture(scope="session")
def profile(knowledge: Knowledge) -> dict[str, Any]:
    """The answers of 2diabeat."""
    return dict(knowledge.case("2diabeat").profile)


Check = Callable[[dict[str, Any], Any], None]


@pytest.fixture(scope="session")
def check(contract: dict[str, Any]) -> Check:
    """Holds a value to a schema of the contract, and refuses fields that the contract does not name."""
    components = copy.deepcopy(contract["components"])
    _close(components["schemas"])

    @cache
    def validator(schema: str) -> Draft202012Validator:
        return Draft202012Validator({**json.loads(schema), "components": components}, validate_formats=True)

    def checked(schema: dict[str, Any], value: Any) -> None:
        found = validator(json.dumps(schema)).iter_errors(value)
        errors = [f"{error.instance_path}: {error.message[:200]}" for error in found]
        assert not errors

    return checked


def _close(value: Any) -> None:
    if isinstance(value, dict):
        if "properties" in value and value.get("type") == "object":
            value.setdefault("additionalProperties", False)
        for inner in value.values():
            _close(inner)
    elif isinstance(value, list):
        for inner in value:
            _close(inner)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = start_server(tmp_path_factory.mktemp("server"))
    yield running
    stop_server(running)
