"""Markers that follow from what a test uses, so that nobody has to think of them: see `markers` in pyproject.toml."""

from __future__ import annotations

import pytest

FIXTURES = {"browser": "browser", "server": "server", "wheel": "build"}
"""Fixture → the marker of every test that uses it, also through another fixture."""
FOLDERS = {"tests/attacks/": "server", "tests/service/server/": "server"}
"""Folder → the marker of every test in it."""
CALLS = {"start_server": "server", "serve": "server"}
"""Function → the marker of every test that calls it itself."""


def marks(item: pytest.Item) -> set[str]:
    """The names of the markers that a test gets."""
    found = {mark for fixture, mark in FIXTURES.items() if fixture in getattr(item, "fixturenames", ())}
    found |= {mark for folder, mark in FOLDERS.items() if item.nodeid.startswith(folder)}
    found |= {mark for name, mark in CALLS.items() if name in calls(item)}
    if "postgresql" in getattr(getattr(item, "callspec", None), "params", {}).values():
        found.add("postgresql")
    return found


def calls(item: pytest.Item) -> tuple[str, ...]:
    """The names that a test function uses."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    return code.co_names if code else ()
