"""Markers that follow from what a test uses, so that nobody has to think of them: see `markers` in pyproject.toml."""

from __future__ import annotations

from typing import Any

from tests import drills

FIXTURES = {
    ("tests/", "browser"): "browser",
    ("tests/", "server"): "server",
    ("tests/", "wheel"): "build",
    # A store is made anew for each of very many tests; only the room of the store cannot do without.
    ("tests/service/", "database_url"): "slow",
    ("tests/training/", "database_url"): "slow",
    # Who learns takes seconds.
    ("tests/training/", "built"): "slow",
    ("tests/training/", "records"): "slow",
    ("tests/training/", "untaught"): "slow",
    ("tests/training/", "write_records"): "slow",
}
"""Folder and fixture → the marker of every test there that uses it, also through another fixture."""
FOLDERS = {"tests/attacks/": "server", "tests/service/server/": "server"}
"""Folder → the marker of every test in it."""
CALLS = {"start_server": "server", "serve": "server"}
"""Function → the marker of every test that calls it itself."""


def marks(item: Any) -> set[str]:
    """The names of the markers that a collected test gets."""
    fixtures = getattr(item, "fixturenames", ())
    found = {mark for (folder, name), mark in FIXTURES.items() if name in fixtures and item.nodeid.startswith(folder)}
    found |= {mark for folder, mark in FOLDERS.items() if item.nodeid.startswith(folder)}
    found |= {mark for name, mark in CALLS.items() if name in calls(item)}
    if "postgresql" in getattr(getattr(item, "callspec", None), "params", {}).values():
        found.add("postgresql")
    if getattr(getattr(item, "module", None), "size", None) is drills.size:
        found.add("drill")
    return found


def calls(item: Any) -> tuple[str, ...]:
    """The names that a test function uses."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    return code.co_names if code else ()
