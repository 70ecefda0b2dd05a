"""Long work says how far it is, to a person at a terminal and to nobody else."""

from __future__ import annotations

from datetime import date
from itertools import groupby

import pytest

from training.cli.train import _STEPS
from training.evaluation.folds import FOLDS
from training.evaluation.trial import learned_challenger, run_trial
from training.learning.cells import RecordTable
from training.progress import count_bar, step_bar


@pytest.fixture(scope="module")
def told(records, featuriser, knowledge):
    """All that a trial on some records says of its progress."""
    said: list[tuple[str, float]] = []
    table = RecordTable.of(records[:60], featuriser)
    scorer = learned_challenger(table, knowledge, date(2026, 11, 24))
    run_trial(scorer, rivals=True, step=lambda name, share: said.append((name, share)))
    return said


def test_steps_come_in_the_order_of_the_bar_and_only_go_forward(told):
    names = [name for name, _ in groupby(name for name, _ in told)]
    assert names == [name for name in _STEPS if name in names]
    assert {"challenger", "compared", "latest", "curve", "rules", "cases"} <= set(names)
    for name, said in groupby(told, key=lambda each: each[0]):
        shares = [share for _, share in said]
        assert shares == sorted(shares), name
        assert 0 <= shares[0] <= shares[-1] <= 1


def test_what_takes_long_is_told_in_parts(told):
    shares = {name: [share for _, share in said] for name, said in groupby(told, key=lambda each: each[0])}
    folds = [number / FOLDS for number in range(FOLDS + 1)]
    for name in ("challenger", "logistic_regression", "gradient_boosting"):
        assert shares[name] == pytest.approx(folds)
    assert shares["curve"][-1] == shares["latest"][-1] == shares["rules"][-1] == 1
    for name in ("curve", "latest", "rules"):
        assert len(shares[name]) > 5, name
    assert shares["compared"] == pytest.approx([0, 1 / 3, 2 / 3])  # the rules, the starter, and without documents


@pytest.mark.parametrize("terminal", [True, False])
def test_a_bar_is_drawn_at_a_terminal_only(monkeypatch, capsys, terminal):
    monkeypatch.setenv("TTY_COMPATIBLE", "1" if terminal else "0")
    monkeypatch.setenv("TERM", "xterm")
    with step_bar({"one": "the first step", "two": "the second step"}, "before") as step:
        step("one", 0.5)
        step("two", 1)
    with count_bar() as counted:
        counted(3, 12)
    shown = capsys.readouterr()
    assert shown.out == ""
    if terminal:
        assert "the second step" in shown.err
        assert "25%" in shown.err
    else:
        assert shown.err == ""
