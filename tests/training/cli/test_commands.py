"""`train`, `models` and `rules audit` as data staff use them: from a file with records to a live artifact and back."""

from __future__ import annotations

import json
import re
import shlex
import string
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner

from model.cli.main import main
from model.domain.knowledge import LANGUAGES
from model.domain.rules import Effect
from model.scoring.artifact import Artifact
from model.scoring.starter import starter_of
from model.storage.engine import Store
from model.storage.registry import Registry
from tests.records import SECRET
from tests.service.web.staffed import card as kept_for_page
from training.cli.texts import all_texts as command_texts
from training.cli.train import VERDICTS
from training.evaluation.differences import Difference
from training.evaluation.gate import FEWEST_COMMUNITIES as FEWEST_HELD_OUT
from training.evaluation.gate import GateVerdict
from training.evaluation.promotion import _PASSED
from training.evaluation.rule_audit import FEWEST_COMMUNITIES, RuleVerdict
from training.evaluation.trial import CHALLENGER, CHAMPION
from training.report.documented.content import TEXTS
from training.report.texts import TRAINING, all_texts
from training.report.verdict_picture import said_of_order

FORMS = ("report.html", "report.md", "report.json", "artifact.json")


@pytest.fixture(scope="module")
def trained(write_records, tmp_path_factory):
    """A store with records that were learned from once, and the folder with the report.

    Other questions make another world of the same seed, so it is the first one whose records say enough.
    """
    for seed in range(9, 19):
        told = _trained(write_records, tmp_path_factory.mktemp("trained"), seed)
        if "Verdict: promote." in told.done.stdout:
            return told
    raise AssertionError("in no world of ten do 200 records say enough")


def _trained(write_records, folder, seed):
    environment = {"PLATFORM_FIT_DATABASE_URL": f"sqlite:///{folder / 'store.db'}", "LC_ALL": "en_GB.UTF-8"}

    def run(*words):
        return CliRunner().invoke(main, [str(word) for word in words], env=environment)

    imported = run("outcomes", "import", write_records(folder / "records.csv", 200, seed))
    assert imported.exit_code == 0, imported.output
    done = run("train", "--out", folder / "report", "--date", "2026-11-24")
    assert done.exit_code == 0, done.output
    artifact = Artifact.from_json((folder / "report" / "artifact.json").read_text("utf-8"))
    return SimpleNamespace(run=run, folder=folder, report=folder / "report", done=done, artifact=artifact)


class _Page(HTMLParser):
    """What a page is made of."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if "href" in values else []
        self.outside += [values[name] for name in ("src", "href") if values.get(name)]
        if tag not in ("meta", "img", "br", "line", "path", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


# --- the loop ------------------------------------------------------------------------------------------------------


def test_the_verdict_names_the_report_and_what_to_do_next(trained):
    assert "Verdict: promote." in trained.done.stdout
    assert str(trained.report / "report.html") in trained.done.stdout
    assert f"platform-fit models promote {trained.artifact.id}" in trained.done.stdout


def test_nothing_goes_live_by_training_and_a_promotion_can_be_taken_back(trained):
    assert re.search(r"starter .* live", trained.run("models", "list").stdout)
    assert "Nothing was ever promoted" in trained.run("models", "history").stdout
    done = trained.run("models", "promote", trained.artifact.id, "--by", "Els")
    assert done.exit_code == 0, done.output
    assert re.search(rf"{trained.artifact.id} .* live", trained.run("models", "list").stdout)
    again = trained.run("models", "promote", trained.artifact.id)
    assert (again.exit_code, "is live already" in again.stderr) == (1, True)
    assert "starter is live again" in trained.run("models", "rollback", "--by", "Els", "--reason", "a trial").stdout
    log = trained.run("models", "history").stdout
    assert re.search(rf"promote +{trained.artifact.id} +Els +the gate: passed every check", log)
    assert re.search(r"rollback +starter +Els +a trial", log)
    nothing_left = trained.run("models", "rollback")
    assert (nothing_left.exit_code, "nothing to go back to" in nothing_left.stderr) == (1, True)


def test_show_and_diff_say_what_is_in_an_artifact(trained):
    shown = trained.run("models", "show", trained.artifact.id, "--report", trained.folder / "again.html")
    assert shown.exit_code == 0, shown.output
    assert "200 of" in shown.stdout
    assert re.search(r"golden cases +passed", shown.stdout)
    assert (trained.folder / "again.html").read_text() == (trained.report / "report.html").read_text()
    different = trained.run("models", "diff", "rules", trained.artifact.id).stdout
    assert "rule:daily-tool-bonus" in different
    assert "Nothing weighs differently" in trained.run("models", "diff", "rules", "rules").stdout


@pytest.mark.no_cover
def test_the_same_records_and_seed_give_the_same_bytes(run, write_records, tmp_path):
    path = write_records(tmp_path / "records.csv", 25)
    # Processes of their own learn in another order.
    for folder, jobs in (("first", 1), ("second", 2)):
        done = run("train", "--records", path, "--out", folder, "--date", "2026-11-24", "--seed", 5, "--jobs", jobs)
        assert done.exit_code == 0, done.output
    first, second = ({name: Path(folder, name).read_bytes() for name in FORMS} for folder in ("first", "second"))
    assert first == second


# --- the report ----------------------------------------------------------------------------------------------------


def test_no_form_names_a_community(trained):
    for name in FORMS:
        assert SECRET not in (trained.report / name).read_text("utf-8")


def test_the_page_is_whole_and_needs_nothing_from_elsewhere(trained):
    text = (trained.report / "report.html").read_text("utf-8")
    page = _Page()
    page.feed(text)
    assert page.open == []
    assert len(set(page.ids)) == len(page.ids)
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert all(address.startswith(("#", "data:image/svg+xml;base64,")) for address in page.outside)
    assert "<script" not in text
    assert text.count('<svg class="forest"') > 20
    assert text.count("data:image/svg+xml") == 2


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Difference(-0.10, -0.20, -0.05, -0.08, FEWEST_HELD_OUT), "better"),
        (Difference(-0.10, -0.20, 0.05, 0.005, FEWEST_HELD_OUT), "likely"),
        (Difference(0.10, 0.05, 0.20, 0.15, FEWEST_HELD_OUT), "worse"),
        (Difference(0.00, -0.10, 0.10, 0.05, FEWEST_HELD_OUT), "same"),
        (Difference(-0.10, -0.20, -0.05, -0.08, FEWEST_HELD_OUT - 1), "few"),
    ],
)
def test_the_first_page_claims_no_more_than_the_gate(found, said):
    assert said_of_order(found) == said


def test_the_report_holds_what_a_decision_needs(trained, knowledge):
    report = json.loads((trained.report / "report.json").read_text("utf-8"))
    assert report["verdict"]["code"] == GateVerdict.PROMOTE
    ways = [way["name"] for way in report["evaluation"]["held_out"]["ways"]]
    assert ways == [CHALLENGER, "rules_only", "starter", "records_only"]
    assert set(report["evaluation"]["held_out"]["differences"]) == {"rules", "starter", "records_only"}
    assert report["evaluation"]["latest"] is not None
    assert [case["case"] for case in report["cases"]] == [case.id for case in knowledge.cases]
    assert any(move["causes"] for case in report["cases"] for move in case["moves"])
    assert len(report["rules"]) == len([rule for rule in knowledge.rules_with(Effect.LOG_ODDS) if not rule.fixed])
    assert sum(bin["records"] for bin in report["evaluation"]["held_out"]["calibration"]) == 200
    assert [point["communities"] for point in report["curve"]] == sorted({p["communities"] for p in report["curve"]})
    assert any("believe in" in warning for warning in report["warnings"])
    markdown = (trained.report / "report.md").read_text("utf-8")
    for heading in ("In short", "The checks", "What changes in the advice", "Rules beside the records", "Limits"):
        assert heading in markdown
    assert "| daily-tool-bonus |" in markdown
    assert f"from {FEWEST_COMMUNITIES} communities or more" in markdown


@pytest.mark.parametrize("texts", [all_texts(TRAINING), all_texts(TEXTS), command_texts()])
def test_every_sentence_has_both_languages_with_the_same_places_to_fill(texts):
    for name, text in texts.items():
        assert set(text) == set(LANGUAGES), name
        places = [{field for _, field, _, _ in string.Formatter().parse(text[language]) if field} for language in text]
        assert places[0] == places[1], name


def test_every_check_of_the_starter_and_its_numbers_have_words(knowledge):
    starter = starter_of(knowledge)
    assert starter is not None
    for name, found in starter.card["checks"].items():
        assert f"code_{name}" in command_texts(), name
        for number in found.keys() - {"passed"}:
            assert f"starter_{number}" in command_texts(), number


# --- refusals ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a: [1", "de antwoorden zijn niet te lezen:\nanswers.yaml:2: dit is geen YAML: "),
        (b"a: 1\na: 2", "de antwoorden zijn niet te lezen:\nanswers.yaml:2: a: deze sleutel staat hier twee keer\n"),
        (b"\xe9", "answers.yaml is geen tekst in UTF-8.\n"),
    ],
)
def test_answers_to_try_that_cannot_be_read_are_refused(run, content, words):
    Path("answers.yaml").write_bytes(content)
    refused = run("models", "try", "rules", "answers.yaml", "--lang", "nl")
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Fout: {words}")


@pytest.mark.no_cover
def test_too_few_records_is_a_verdict_and_only_a_person_with_a_reason_goes_on(run, write_records, tmp_path):
    done = run("train", "--records", write_records(tmp_path / "few.csv", 9), "--out", "report", "--lang", "nl")
    assert done.exit_code == 0, done.output
    assert "Oordeel: te weinig resultaten om het te zeggen." in done.stdout
    assert "Te weinig gegevens om het te zeggen" in Path("report/report.html").read_text("utf-8")
    name = Artifact.from_json(Path("report/artifact.json").read_text("utf-8")).id
    refused = run("models", "promote", name)
    assert (refused.exit_code, "there are too few records" in refused.stderr) == (1, True)
    assert run("models", "promote", name, "--overrule", " ").exit_code == 1
    assert run("models", "promote", name, "--overrule", "we want to see it work").exit_code == 0
    assert re.search(rf"overrule +{name} .* we want to see it work", run("models", "history").stdout)

    again = run("train", "--records", tmp_path / "few.csv", "--out", "again")
    assert (again.exit_code, f"{name} is what answers already" in again.stdout) == (0, True)

    # The next one is held against what is live now.
    done = run("train", "--records", write_records(tmp_path / "more.csv", 40), "--out", "next")
    assert done.exit_code == 0, done.output
    report = json.loads(Path("next/report.json").read_text("utf-8"))
    assert CHAMPION in [way["name"] for way in report["evaluation"]["held_out"]["ways"]]
    assert "no worse than champion" in done.stdout
    assert run("models", "promote", "rules", "--reason", "enough").exit_code == 0
    assert "rules" in run("models", "history").stdout.splitlines()[-2]


@pytest.fixture
def shelf(tmp_path, knowledge, run):
    """Puts an artifact with this card on the shelf."""

    def put(name: str, card: dict, fingerprint: str = knowledge.score_fingerprint) -> None:
        store = Store.open(f"sqlite:///{tmp_path / 'store.db'}")
        Registry(store).save_artifact(Artifact(name, fingerprint), None, card)
        store.close()

    return put


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ({"verdict": "refuse", "checks": {"golden_cases": "failed"}}, "it failed on golden cases"),
        ({"verdict": "too_few_records_to_tell", "checks": {"calibration": "cannot_tell"}}, "too few records"),
        ({"verdict": "promote", "champion": "older"}, "was held against older, but starter answers now. Train again."),
        ({}, "too few records"),
    ],
)
def test_the_gate_refuses_with_the_reason(run, shelf, card, words):
    shelf("candidate", card)
    done = run("models", "promote", "candidate")
    assert done.exit_code == 1
    assert words in done.stderr
    assert "--overrule REASON" in done.stderr


def test_what_cannot_be_served_is_not_promoted_even_when_overruled(run, shelf):
    shelf("foreign", {"verdict": "promote", "champion": "rules"}, "0" * 64)
    done = run("models", "promote", "foreign", "--overrule", "I want it")
    assert (done.exit_code, "other rules, channels or questions" in done.stderr) == (1, True)


def test_an_artifact_that_is_not_there_is_said(run):
    for words in (("show", "ghost"), ("promote", "ghost"), ("diff", "rules", "ghost")):
        done = run("models", *words)
        assert (done.exit_code, "There is no artifact called 'ghost'" in done.stderr) == (1, True)


@pytest.mark.parametrize("words", [("train",), ("rules", "audit")])
def test_without_records_there_is_nothing_to_learn(run, words):
    done = run(*words)
    assert done.exit_code == 1
    assert "platform-fit outcomes import FILE" in done.stderr


def test_rows_that_are_wrong_are_left_out_and_counted(run, write_records, tmp_path):
    path = write_records(tmp_path / "records.csv", 6)
    path.write_text(path.read_text("utf-8") + path.read_text("utf-8").splitlines()[1].replace("2", "x"), "utf-8")
    done = run("train", "--records", path, "--out", "report")
    assert (done.exit_code, "1 of 7 rows of records.csv are refused" in done.stderr) == (0, True)
    assert json.loads(Path("report/report.json").read_text("utf-8"))["records"]["refused"] == 1
    assert not list(tmp_path.glob("*rejects*"))


# --- rules audit ---------------------------------------------------------------------------------------------------


def test_the_audit_sets_each_rule_beside_the_records(trained, knowledge):
    done = trained.run("rules", "audit")
    assert done.exit_code == 0, done.output
    for rule in knowledge.rules:
        assert (str(rule.effect) == "log_odds" and not rule.fixed) == bool(
            re.search(rf"^ {re.escape(rule.id)} +\d+ ", done.stdout, re.MULTILINE)
        )
    assert re.search(
        r"^ trust-starts-live +\d+ +\d+ +\+0\.24 +\+\d\.\d\d +[-+]\d\.\d\d … \+\d\.\d\d ", done.stdout, re.MULTILINE
    )
    assert "200 records." in done.stdout
    assert SECRET not in done.stdout


def test_the_card_keeps_the_audit_for_the_page_of_data_staff(trained):
    store = Store.open(f"sqlite:///{trained.folder / 'store.db'}")
    kept = Registry(store).shelved(trained.artifact.id).card["rules"]
    store.close()
    reported = json.loads((trained.report / "report.json").read_text("utf-8"))["rules"]
    names = ("rule", "records", "communities", "verdict")
    assert [[rule[name] for name in names] for rule in kept] == [[rule[name] for name in names] for rule in reported]
    assert all(each.keys() == kept_for_page()["rules"][0].keys() for each in kept)
    assert SECRET not in json.dumps(kept)


def test_the_audit_leaves_out_a_source_of_the_store_and_not_of_a_file(trained):
    done = trained.run("rules", "audit", "--without-source", "report-back")
    assert (done.exit_code, "0 records from report-back are left out." in done.stderr) == (0, True)
    for words in (("rules", "audit"), ("train",)):
        wrong = trained.run(*words, "--without-source", "report-back", "--records", trained.folder / "records.csv")
        assert (wrong.exit_code, "Leave such rows out of the file" in wrong.stderr) == (2, True)


def test_the_audit_can_be_narrowed_and_names_communities_on_request_only(trained):
    done = trained.run("rules", "audit", "--verdict", "cannot_tell_yet", "--communities", 1000)
    assert "supported  " not in done.stdout
    assert SECRET in done.stdout
    named = dict(re.findall(r"^([a-z-]+): (.*)$", done.stdout, re.MULTILINE))
    rule, everyone = max(((rule, line.split(", ")) for rule, line in named.items()), key=lambda each: len(each[1]))
    assert len(everyone) > 1
    short = trained.run("rules", "audit", "--communities", 1).stdout
    assert f"{rule}: {everyone[0]} and {len(everyone) - 1} more\n" in short
    assert SECRET not in trained.run("rules", "audit").stdout


# --- the page for data staff ---------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[3] / "docs" / "data-staff.md").read_text("utf-8")
SHOWN = sorted(set(re.findall(r"platform-fit ([a-z][^`#;\n]*)", PAGE)))


@pytest.mark.parametrize("line", SHOWN)
def test_every_command_on_the_page_for_data_staff_exists(line):
    command: click.Command = main
    words = shlex.split(line)
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    options = {name for option in command.params for name in option.opts}
    assert {word for word in words if word.startswith("--")} <= options


# --- cost ----------------------------------------------------------------------------------------------------------


def test_words_that_are_written_twice_are_the_same():
    assert GateVerdict.PROMOTE == _PASSED
    assert tuple(RuleVerdict) == VERDICTS


@pytest.mark.slow
@pytest.mark.parametrize("words", [["--help"], ["models", "--help"]])
def test_help_does_not_wait_for_the_libraries_that_learn(words):
    code = (
        f"import sys; from model.cli.main import main; main({words!r}, standalone_mode=False); "
        "print(sorted({'numpy', 'scipy', 'sklearn', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_learning_from_few_records_does_not_wait_for_what_puts_many_together():
    """Loading these takes as long as learning from a hundred records."""
    late = "{'ibis', 'duckdb', 'pandas', 'pyarrow', 'sklearn'}"
    code = f"import sys, training.cli.session; print(sorted({late} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"
