"""Shared counts: how often in a window, for each name by itself, and never further than one too many."""

from __future__ import annotations

from service.http.shared_counts import SharedCounts


def test_counts_are_kept_apart_and_end_with_their_window():
    counts = SharedCounts()
    assert [counts.add("a", 60, 2, now=120)[:2] for _ in range(4)] == [(True, 1), (True, 0), (False, 0), (False, 0)]
    assert counts.add("b", 60, 2, now=120)[:2] == (True, 1)
    assert counts.add("a", 60, 2, now=179.5) == (False, 0, 0.5)
    assert counts.add("a", 60, 2, now=180)[:2] == (True, 1)


def test_what_does_not_fit_leaves_room_for_what_does():
    counts = SharedCounts()
    assert [counts.add("a", 60, 10, amount, now=120)[:2] for amount in (6, 6, 3, 1, 1)] == [
        (True, 4), (False, 4), (True, 1), (True, 0), (False, 0),
    ]  # fmt: skip


def test_what_is_more_than_a_whole_window_fits_into_an_empty_one():
    counts = SharedCounts()
    assert [counts.add("a", 60, 5, 13, now=120)[:2] for _ in range(2)] == [(True, 0), (False, 0)]
