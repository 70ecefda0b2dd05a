"""Readiness tells when a store is lost or cannot be read, also where nobody tried to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import StoreBusyError
from model.storage.engine import Store
from model.storage.guard import READING
from service import create_app
from service.components import EXTENSION, Components
from service.runtime.readiness import readiness
from service.settings import Settings


@pytest.fixture
def file(tmp_path):
    """Of a store in a folder of its own."""
    return tmp_path / "data" / "platform-fit.db"


@pytest.fixture
def part(file) -> Components:
    """What a worker is made of that looked once at its store and never used it."""
    Store.open(f"sqlite:///{file}").close()
    made: Components = create_app(Settings(database_url=f"sqlite:///{file}")).extensions[EXTENSION]
    made.watch.look()
    return made


def told(part: Components) -> tuple[str, str | None]:
    said = readiness(part.watch, part.store)
    return said["status"], said["reason"]


def removed(file: Path) -> None:
    for each in file.parent.iterdir():
        each.unlink()
    file.parent.rmdir()


def replaced(file: Path) -> None:
    whole = file.read_bytes()
    file.rename(file.with_name("old.db"))
    file.write_bytes(whole)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:4096])


@pytest.mark.parametrize(
    ("fault", "reason"),
    # What is cut cannot be read, so the look itself fails.
    [(removed, "store_replaced"), (replaced, "store_replaced"), (cut, "store_unreachable")],
)
def test_a_file_that_is_lost_is_told_before_anybody_uses_it_and_no_other_one_is_made(fault, reason, part, file):
    assert told(part) == ("ready", None)
    fault(file)
    before = sorted(file.parent.parent.rglob("*"))
    part.watch.look()
    assert told(part) == ("degraded", reason)
    with pytest.raises(StoreBusyError, match="removed or replaced"):
        part.store.get()
    assert sorted(file.parent.parent.rglob("*")) == before


def test_a_store_that_was_used_is_not_made_anew_by_a_new_connection(part, file):
    store = part.store.get()
    store.close()
    removed(file)
    file.parent.mkdir()
    with pytest.raises(StoreBusyError, match="removed or replaced"), store.reading():
        pass
    assert list(file.parent.iterdir()) == []


def test_a_store_that_cannot_be_read_is_told_until_it_can(part):
    with pytest.raises(StoreBusyError), part.store.guard.let_in(READING):
        raise StoreBusyError("the database is locked")
    said = readiness(part.watch, part.store)
    assert (said["status"], said["reason"]) == ("degraded", "reads_fail")
    assert said["detail"] == "the database is locked (0 seconds ago)"
    part.store.guard.failures[READING].at -= 301
    assert told(part) == ("ready", None)
