"""The whole loop, as data staff walk it: an empty folder, records by hand, a report, and a promotion under load."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from model.cli.main import main
from tests.service.crowd import PROMISED, Crowd, asked, seconds_until_both
from tests.service.servers import serve, stop_server

HEADER = ["community", "channel", "start", "invited", "active", "work_setting", "login_tolerance", "device_access"]
FIRST_DAY = date(2025, 1, 6)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Runs a command on a data folder that does not exist yet."""
    monkeypatch.delenv("PLATFORM_FIT_DATABASE_URL", raising=False)
    monkeypatch.setenv("PLATFORM_FIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    monkeypatch.chdir(tmp_path)

    def command(*words: object, code: int = 0) -> Result:
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exit_code == code, done.output
        return done

    return command


def write(path: Path, names: str, number: int, delimiter: str) -> list[str]:
    """Communities in the field that use a group in a messenger, and leave a platform with a login alone."""
    lines = [HEADER]
    for place in range(number):
        channel, active = ("whatsapp_group", 15 + place % 5) if place % 2 else ("moodle", 1 + place % 3)
        start = (FIRST_DAY + timedelta(days=9 * place)).isoformat()
        answers = ["mobile_field", "low", "work_phone|private_phone"]
        lines.append([f"{names} {place}", channel, start, "20", str(active), *answers])
    text = [delimiter.join(line) for line in lines]
    path.write_text("\n".join(text) + "\n", encoding="utf-8")
    return text


def test_from_an_empty_folder_to_a_promotion_under_load_and_back(run, tmp_path):
    # The template is what people start from, so what they write by hand has columns of it.
    for language, delimiter in (("nl", ";"), ("en", ",")):
        run("outcomes", "template", f"template.{language}.csv", "--lang", language)
        columns = Path(f"template.{language}.csv").read_text("utf-8-sig").splitlines()[0].split(delimiter)
        assert set(HEADER) <= set(columns)
    assert not (tmp_path / "data").exists()

    # A Dutch spreadsheet with two mistakes, mended in the file of refused rows; an English one without.
    lines = write(Path("werk.csv"), "team", 12, ";")
    wrong = lines[:]
    wrong[3] = wrong[3].replace("moodle", "telepathie")
    wrong[8] = wrong[8].replace(";20;", ";2;")  # fewer invited than active
    Path("werk.csv").write_text("\n".join(wrong) + "\n", encoding="utf-8")
    said = run("outcomes", "import", "werk.csv", "--lang", "nl", code=1).stdout
    assert re.search(r"Toegevoegd: 10\b", said), said
    rejects = Path("werk.rejects.csv")
    mended = rejects.read_text("utf-8-sig")
    assert ("telepathie" in mended, mended.count("\n")) == (True, 3)
    rejects.write_text(mended.replace("telepathie", "moodle").replace(";2;", ";20;"), encoding="utf-8")
    assert "Toegevoegd: 2" in run("outcomes", "import", rejects, "--lang", "nl").stdout
    write(Path("more.csv"), "club", 12, ",")
    assert "Added: 12" in run("outcomes", "import", "more.csv").stdout
    assert "Added: 0" in run("outcomes", "import", "more.csv").stdout

    run("train", "--out", "report", "--date", "2026-11-24")
    report = json.loads(Path("report/report.json").read_text("utf-8"))
    artifact = json.loads(Path("report/artifact.json").read_text("utf-8"))["id"]
    assert report["records"]["count"] == 24
    assert "team 3" not in Path("report/report.html").read_text("utf-8")
    overrule = () if report["verdict"]["code"] == "promote" else ("--overrule", "Agreed with the program team.")
    if overrule:
        assert "--overrule REASON" in run("models", "promote", artifact, "--by", "Els", code=1).stderr

    profile = {"work_setting": ["mobile_field"], "login_tolerance": "low", "device_access": ["work_phone"]}
    server = serve(tmp_path, 2, PLATFORM_FIT_DATA=str(tmp_path / "data"))
    try:
        with Crowd(server, json.dumps({"profile": profile}).encode()) as crowd:
            run("models", "promote", artifact, "--by", "Els", *overrule)
            assert seconds_until_both(server, "live", artifact=artifact) < PROMISED
            assert asked(server, "/v1/model")["artifact"] == artifact
            run("models", "rollback", "--by", "Jan", "--reason", "a trial")
            assert seconds_until_both(server, "live", artifact="starter", promotion=2) < PROMISED
            assert asked(server, "/v1/model")["artifact"] == "starter"
        assert not crowd.failed()
        assert {name for _, _, _, name in crowd.answers} == {"starter", artifact}
    finally:
        assert stop_server(server) == 0
    log = run("models", "history").stdout
    assert re.search(rf"{'overrule' if overrule else 'promote'} +{artifact} +Els", log)
    assert re.search(r"rollback +starter +Jan +a trial", log)
