"""The commands `outcomes` and `keys`, as a person uses them."""

from __future__ import annotations

import csv
import io
import re

import pytest
from click.testing import CliRunner

from model.cli.main import main
from model.domain.knowledge import LANGUAGES
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.tokens import Token
from training.records.record_columns import RecordColumns


@pytest.fixture
def run(monkeypatch, database_url):
    """Runs a command against an empty store, in an English terminal."""
    monkeypatch.setenv("PLATFORM_FIT_DATABASE_URL", database_url)
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    return lambda *words, **how: CliRunner().invoke(main, [str(word) for word in words], **how)


def record_in(run, folder):
    """A file made from the template, with a record in the place of its example."""
    path = folder / "records.csv"
    run("outcomes", "template", path, "--lang", "en")
    path.write_bytes(path.read_bytes().replace(b"example community", b"team 7"))
    return path


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_of_a_template_is_no_record_until_it_is_replaced(run, tmp_path, language, knowledge):
    path = tmp_path / "records.csv"
    done = run("outcomes", "template", path, "--lang", language)
    assert done.exit_code == 0, done.output
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")  # or a spreadsheet takes it for another alphabet
    [header, example] = csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";" if language == "nl" else ",")
    assert set(RecordColumns(knowledge).all) - set(header) == {"recorded_by", "recorded_at"}
    assert len(header) == len(example)
    done = run("outcomes", "import", path, "--lang", language)
    assert (done.exit_code, bool(re.search(r"(Added|Toegevoegd): 0", done.stdout))) == (1, True)
    assert knowledge.messages[language]["outcome_error_example"] in done.stderr
    path.write_bytes(text.replace(example[1].encode(), b"team 7"))
    done = run("outcomes", "import", path, "--lang", language)
    assert done.exit_code == 0, done.output
    assert re.search(r"(Added|Toegevoegd): 1", done.stdout)


def test_a_template_goes_to_standard_output_without_a_file(run):
    done = run("outcomes", "template", "--lang", "en")
    assert done.stdout.startswith("id,community,channel,start,")
    assert "Needed: community" in done.stderr


def test_import_refuse_mend_and_import_again(run, tmp_path):
    path = record_in(run, tmp_path)
    header, right = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([header, right, right.replace("embrace", "telepathy").replace("team 7", "team 8"), ""]))
    done = run("outcomes", "import", path, "--dry-run")
    assert done.exit_code == 1
    assert "This was a trial" in done.stdout
    assert "Line 3: channel “telepathy”: This is not one of the possible codes. Allowed: embrace, plek" in done.stderr
    done = run("outcomes", "import", path, "--by", "Els")
    assert done.exit_code == 1
    assert "Added: 1, corrected: 0, already known: 0, older than their correction: 0, refused: 1." in done.stdout
    rejects = tmp_path / "records.rejects.csv"
    assert str(rejects) in done.stdout
    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("telepathy", "teams"), encoding="utf-8")
    done = run("outcomes", "import", rejects)
    assert (done.exit_code, "Added: 1" in done.stdout) == (0, True)
    exported = run("outcomes", "export").stdout
    assert {each["recorded_by"] for each in csv.DictReader(io.StringIO(exported))} >= {"Els"}


def test_a_chosen_place_for_refused_rows_must_be_new_and_of_the_same_kind(run, tmp_path):
    path = tmp_path / "records.csv"
    run("outcomes", "template", path)
    for place in (path, tmp_path / "rejects.ods"):
        done = run("outcomes", "import", path, "--rejects", place)
        assert done.exit_code == 2
        assert "Give a new file that ends in .csv, .tsv" in done.stderr


def test_a_wrong_header_is_told_in_the_language_of_the_reader(run, tmp_path):
    path = tmp_path / "records.csv"
    path.write_text("kleur\n")
    done = run("outcomes", "import", path, "--lang", "nl")
    assert done.exit_code == 1
    assert "Onbekende kolommen: “kleur”" in done.stderr


def test_export_does_not_overwrite_unless_told(run, tmp_path):
    path = tmp_path / "out.jsonl"
    assert run("outcomes", "export", path).exit_code == 0
    assert run("outcomes", "export", path).exit_code == 2
    assert run("outcomes", "export", path, "--force").exit_code == 0
    wrong = run("outcomes", "export", tmp_path / "out.doc")
    assert (wrong.exit_code, ".parquet" in wrong.stderr) == (1, True)


def test_deleting_a_community_asks_first(run, tmp_path):
    run("outcomes", "import", record_in(run, tmp_path))
    assert run("outcomes", "delete", "team 7", input="n\n").exit_code == 1
    done = run("outcomes", "delete", "team 7", "--yes")
    assert (done.exit_code, "Deleted: 1 records of “team 7”" in done.stdout) == (0, True)


def test_a_key_is_made_shown_once_listed_and_revoked(run, database_url):
    assert run("keys", "list").stderr.startswith("There are no keys yet")
    made = run("keys", "create", "Intake form", "--scope", "outcomes:write", "--scope", "outcomes:read")
    token = made.stdout.strip()
    store = Store.open(database_url)
    key = Keys(store).find(token)
    assert key is not None
    assert key.scopes == {"outcomes:write", "outcomes:read"}
    listed = run("keys", "list").stdout
    assert re.search(rf"{key.id} .* active .* Intake form +outcomes:read, outcomes:write", listed)
    read = Token.read(token)
    assert read is not None
    assert read.secret not in listed
    assert run("keys", "revoke", key.id).exit_code == 0
    assert Keys(store).find(token) is None
    assert "revoked" in run("keys", "list").stdout
    store.close()


def test_a_key_that_does_not_exist_or_a_scope_that_does_not_is_said(run):
    assert "no key with the id ghost" in run("keys", "revoke", "ghost").stderr
    wrong = run("keys", "create", "form", "--scope", "outcomes:all")
    assert (wrong.exit_code, "outcomes:write" in wrong.stderr) == (2, True)


def test_a_wrong_database_is_said_in_words(run, monkeypatch):
    monkeypatch.setenv("PLATFORM_FIT_DATABASE_URL", "oracle://user:secret@host")
    done = run("keys", "list")
    assert done.exit_code == 2
    assert "must be like sqlite:" in done.stderr
    assert "secret" not in done.output
