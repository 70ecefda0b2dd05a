"""The wheel: what is in it, and that it works away from the source."""

import json
import os
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the source as it is, built without anything being fetched."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run(unpacked: Path, cwd: Path, *arguments: str) -> str:
    """Run Python with the unpacked wheel before everything else."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1", "LANG": "nl_NL.UTF-8"}
    environment.pop("LC_ALL", None)
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_of_the_rooms_is_in_it(names):
    """Also files that git ignores, such as compiled translations: hatchling would leave those out unasked."""
    files = {
        str(file.relative_to(ROOT))
        for room in ("model", "service", "training")
        for file in (ROOT / room).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert files - names == set()


def test_every_command_leads_to_a_module_in_it(wheel, names):
    entries = ConfigParser(delimiters="=")
    with zipfile.ZipFile(wheel) as archive:
        entries.read_string(archive.read(next(name for name in names if name.endswith("/entry_points.txt"))).decode())
    assert entries["console_scripts"]["platform-fit"] == "model.cli.main:main"
    commands = dict(entries["platform_fit.commands"])
    assert commands["serve"] == "service.server.serve_command:serve"
    for target in commands.values():
        assert f"{target.partition(':')[0].replace('.', '/')}.py" in names


def test_the_knowledge_and_the_contract_are_in_it(names):
    knowledge = {str(file.relative_to(ROOT)) for file in (ROOT / "model" / "knowledge").rglob("*.yaml")}
    assert len(knowledge) > 10
    assert knowledge <= names
    assert "service/openapi.yaml" in names


def test_it_says_that_it_has_types_and_under_which_licences_it_may_be_used(wheel, names):
    assert {"model/py.typed", "service/py.typed", "training/py.typed"} <= names
    with zipfile.ZipFile(wheel) as archive:
        about = archive.read(next(name for name in names if name.endswith(".dist-info/METADATA"))).decode()
    assert "\nLicense-Expression: EUPL-1.2 AND CC-BY-4.0 AND " in about
    for text in ("LICENSE", "model/knowledge/LICENSE", "service/docs/openapi-explorer/THIRD-PARTY.txt"):
        assert f"\nLicense-File: {text}\n" in about
        assert any(name.endswith(f".dist-info/licenses/{text}") for name in names)


def test_nothing_else_is_in_it(names):
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"model", "service", "training"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".db", ".sqlite"))]


def test_it_recommends_away_from_the_source(unpacked, tmp_path):
    output = run(unpacked, tmp_path, "-c", "from model.cli.main import main; main()", "recommend", "--case", "2diabeat")
    assert "Beste online" in output
    assert "WhatsApp-groep" in output


def test_its_own_code_and_knowledge_are_used(unpacked, tmp_path):
    code = (
        "import json, model, service, training, model.knowledge.loader as loader;"
        "knowledge = loader.load_knowledge();"
        "print(json.dumps([model.__file__, service.__file__, training.__file__, str(loader.PACKAGED),"
        " len(knowledge.rules)]))"
    )
    *places, rules = json.loads(run(unpacked, tmp_path, "-c", code))
    assert all(Path(place).is_relative_to(unpacked) for place in places)
    assert rules > 0


def test_its_service_answers(unpacked, tmp_path):
    code = (
        "from service.server.wsgi import app;"
        "client = app.test_client();"
        "print(client.get('/readyz').status_code, client.get('/openapi.json').get_json()['openapi'][:3])"
    )
    assert run(unpacked, tmp_path, "-c", code).splitlines()[-1] == "200 3.1"
