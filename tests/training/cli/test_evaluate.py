"""`platform-fit evidence evaluate`: from documented communities to a report."""

from functools import partial
from pathlib import Path

import pytest

from tests.factories import minimal_content, write_files
from training.cli import evaluate, train
from training.cli.texts import CommandTexts
from training.evaluation.documented import resampling, study, view

FORMS = ("report.html", "report.md", "report.json")


@pytest.fixture
def quick(monkeypatch):
    """One repeat, few parts and few draws, and all of it once: what is looked at here is what happens around it."""
    judged, run_study = {}, study.run_study

    def once(knowledge, seed=0, step=lambda name, share: None):
        if seed not in judged:
            judged[seed] = run_study(knowledge, seed, repeats=1, step=step)
        return judged[seed]

    monkeypatch.setattr(view, "FOLDS", 3)
    monkeypatch.setattr(study, "run_study", once)
    monkeypatch.setattr(view, "draws", partial(resampling.draws, resamples=20))


@pytest.mark.no_cover
@pytest.mark.slow
def test_a_report_in_every_form_is_written_and_summed_up(run, quick, folder):
    done = run("evidence", "evaluate", "--out", "found", "--lang", "nl")
    assert done.exit_code == 0, done.output
    assert "paren binnen één community" in done.stdout
    assert "Lees found/report.html" in done.stdout
    assert sorted(file.name for file in Path("found").iterdir()) == sorted(FORMS)
    assert "Hoe goed is het advies?" in Path("found/report.html").read_text("utf-8")
    again = run("evidence", "evaluate", "--out", "again", "--before", "found/report.json", "--lang", "en")
    assert again.exit_code == 0, again.output
    assert "Before and after" in Path("again/report.md").read_text("utf-8")
    assert Path("again/report.json").read_bytes() == Path("found/report.json").read_bytes()


def test_knowledge_without_evidence_cannot_be_judged(run, folder):
    write_files(minimal_content(), Path("own"))
    done = run("evidence", "evaluate", "--knowledge", "own")
    assert done.exit_code == 1
    assert "document communities from 0 sources; at least 100 are needed" in done.stderr


@pytest.mark.parametrize("content", ["", "[]", '{"views": {}}', '{"views": 3}'])
def test_what_is_no_earlier_report_is_refused_before_anything_is_judged(content, run, folder):
    Path("other.json").write_text(content)
    done = run("evidence", "evaluate", "--before", "other.json")
    assert done.exit_code == 1
    assert "other.json is no report.json of `platform-fit evidence evaluate`" in done.stderr
    assert not Path("quality-report").exists()


def test_a_report_that_cannot_be_written_is_said_before_anything_is_judged(run, folder, monkeypatch):
    monkeypatch.setattr(study, "run_study", pytest.fail)
    Path("file").write_text("")
    done = run("evidence", "evaluate", "--out", "file/below")
    assert done.exit_code == 1
    assert "cannot be written to file/below" in done.stderr


def test_every_step_of_the_study_has_a_name():
    assert [*study.STEPS, "report"] == list(evaluate._STEPS)


def test_steps_are_named_in_each_language():
    names, first = CommandTexts("nl").steps(evaluate._STEPS, "first_communities")
    assert names["judge_honest"] == "elke bron toetsen met de andere, zonder kennis achteraf"
    assert first == "beschreven community's lezen"
    names, first = CommandTexts("nl").steps(train._STEPS, "first_records")
    assert (names["learn"], first) == ("leren van de resultaten", "resultaten lezen")
    assert CommandTexts("en").steps(train._AUDIT_STEPS, "first_records") == (
        {
            "rows": "looking at every row of the file",
            "alike": "putting the same answers together",
            "learn": "learning from the records",
            "rules": "each rule beside the records",
        },
        "reading the records",
    )
