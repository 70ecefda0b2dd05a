"""Shared counts: how often in a window, for each name by itself, and never further than one too many."""

from __future__ import annotations

from service.http.shared_counts import SharedCounts


def test_counts_are_kept_apart_and_end_with_their_window():
    counts = SharedCounts()
    assert [counts.add("a", 60, 2, now=120).times for _ in range(4)] == [1, 2, 3, 3]
    assert counts.add("b", 60, 2, now=120).times == 1
    assert counts.add("a", 60, 2, now=179.5) == (3, 0.5)
    assert counts.add("a", 60, 2, now=180).times == 1
