"""Earlier file: an export of a version before is imported, and what is exported now holds codes of today."""

import csv
import shutil

from tests.earlier.before import FILE, STORE


def test_a_file_of_before_is_imported_and_the_same_file_again_is_known(run):
    assert run("outcomes", "import", str(FILE)).exit_code == 0
    print(run("outcomes", "import", str(FILE)).output)
    rows = list(csv.DictReader(run("outcomes", "export").output.lstrip("\ufeff").splitlines()))
    data = {row["id"]: row["sensitive_data"] for row in rows}
    assert data == {
        "before-1": "identifiable_clients", "before-2": "identifiable_clients",
        "before-3": "identifiable_clients", "before-4": "anonymised_cases",
    }  # fmt: skip


def test_a_file_is_known_again_by_the_store_that_it_came_from(run, tmp_path, monkeypatch):
    copy = shutil.copy(STORE, tmp_path / "platform-fit.db")
    monkeypatch.setenv("PLATFORM_FIT_DATABASE_URL", f"sqlite:///{copy}")
    again = run("outcomes", "import", str(FILE))
    assert again.exit_code == 0
    print(again.output)


def test_a_file_that_names_a_question_by_its_text_of_before_is_read(run, tmp_path):
    asked = "Will members share personal data about patients, clients or pupils?"
    file = tmp_path / "before.csv"
    file.write_text(FILE.read_text("utf-8").replace(",sensitive_data,", f',"{asked}",'), "utf-8")
    assert run("outcomes", "import", str(file)).exit_code == 0
    assert "identifiable_clients" in run("outcomes", "export").output
