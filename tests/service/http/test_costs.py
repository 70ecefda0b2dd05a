"""Costs: what is asked for beside advice counts by what it takes, however the address is spelled."""

from __future__ import annotations

import pytest

from service.http.costs import cost_of_includes, is_slow


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        ("", 0),
        ("lang=nl", 0),
        ("notinclude=trace", 0),
        ("include=trace", 6),
        ("%69nclude=tr%61ce", 6),
        ("include=trace,levers&include=cases,nextQuestion", 13),
        ("include=trace&include=trace,trace", 6),
        ("include=levers:teams", 3),
        ("include=levers:teams,levers:siilo", 3),
        # Nothing that there is: refused, but not for free.
        ("include=everything", 1),
        ("include=", 0),
        ("include=,", 1),
    ],
)
def test_what_is_included_costs_what_it_takes(query, cost):
    assert cost_of_includes(query) == cost


@pytest.mark.parametrize(
    ("path", "query", "slow"),
    [
        ("/v1/recommendations", "include=trace", True),
        ("/v1/recommend%61tions/", "include=levers", True),
        ("/v1/recommendations", "include=cases", False),
        ("/v1/recommendations", "lang=nl", False),
        # Batches have a turn of their own.
        ("/v1/recommendations/batch", "include=levers", False),
        ("/v1/questions/next", "", True),
        ("/what-if", "p=1", True),
        ("/livez", "include=trace", False),
    ],
)
def test_others_need_not_wait_for_what_takes_long(path, query, slow):
    assert is_slow(path, query) is slow
