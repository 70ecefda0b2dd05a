"""Guard: how many may be in the store at once, who waits for whom, and what is remembered of failures."""

from __future__ import annotations

import threading

import pytest

from model.errors import StoreBusyError
from model.storage.guard import READING, WRITING, Guard

PATIENT = 30.0
"""Seconds that nobody really waits here."""


def fail(guard: Guard, purpose: str) -> None:
    with pytest.raises(StoreBusyError), guard.let_in(purpose):
        raise StoreBusyError("locked")


def test_reading_says_nothing_about_writing():
    """A store that is locked can still be read, so a look must not hide that records are refused."""
    guard = Guard(2)
    fail(guard, WRITING)
    with guard.let_in(READING):
        pass
    assert guard.failures.keys() == {WRITING}
    assert guard.count == 1


def test_who_works_again_is_forgiven(monkeypatch):
    monkeypatch.setattr("model.storage.guard.PAUSE", 0.0)
    guard = Guard(2)
    fail(guard, WRITING)
    with guard.let_in(WRITING):
        pass
    assert guard.failures == {}


def test_after_a_failure_nobody_tries_for_a_while():
    guard = Guard(2)
    fail(guard, WRITING)
    with pytest.raises(StoreBusyError, match="locked"), guard.let_in(WRITING):
        pytest.fail("somebody was let in")


def test_once_one_waited_in_vain_the_next_is_refused_at_once_until_somebody_leaves(monkeypatch):
    monkeypatch.setattr("model.storage.guard.TURN", 0.01)
    guard = Guard(1)
    with guard.let_in(READING):
        with pytest.raises(StoreBusyError, match="wait for the store already"), guard.let_in(WRITING):
            pass
        monkeypatch.setattr("model.storage.guard.TURN", PATIENT)
        with pytest.raises(StoreBusyError, match="wait for the store already"), guard.let_in(WRITING):
            pass
    guard.failures.clear()
    inside, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with guard.let_in(READING):
            inside.set()
            leave.wait(PATIENT)

    first = threading.Thread(target=stay)
    first.start()
    inside.wait(PATIENT)
    timer = threading.Timer(0.05, leave.set)
    timer.start()
    with guard.let_in(WRITING):  # it waits for its turn again
        assert leave.is_set()
    first.join(PATIENT)
