"""The README says what is true: its request is sent, its commands are run, its settings exist."""

import json
import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from model.cli.main import main
from service.app import create_app
from service.server.serve_command import serve
from service.settings import VARIABLES, Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
INTERNAL = {"PLATFORM_FIT_OWN_MULTIPROC_DIR"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


COMMANDS = [
    line.split("#")[0].strip()
    for block in blocks("sh")
    for line in block.splitlines()
    if line.startswith("platform-fit ")
]


def is_part(shown: object, whole: object) -> bool:
    """Whether all that is shown is in the whole: fields of an object, entries of a list in their order."""
    if isinstance(shown, dict) and isinstance(whole, dict):
        return all(key in whole and is_part(value, whole[key]) for key, value in shown.items())
    if isinstance(shown, list) and isinstance(whole, list):
        rest = iter(whole)
        return all(any(is_part(each, other) for other in rest) for each in shown)
    return shown == whole


def test_the_request_is_answered_as_shown():
    request = shlex.split(blocks("sh")[0])
    url = urlsplit(next(word for word in request if word.startswith("http")))
    header, _, value = request[request.index("-H") + 1].partition(": ")
    client = create_app(Settings()).test_client()

    def answered(detail: str = "") -> TestResponse:
        address = f"{url.path}?{url.query}{detail}"
        return client.post(address, data=request[request.index("-d") + 1], headers={header: value})

    response = answered()
    assert response.status_code == 200
    assert is_part(json.loads(blocks("json")[0]), response.get_json())
    assert 12_000 < len(response.data) < 18_000, "the README says about 15 KB"
    assert len(answered("&detail=brief").data) < 2_000
    assert all("reasonsAgainst" in each and "range" in each for each in answered("&detail=full").get_json()["channels"])
    assert len(json.loads(response.data)["channels"]) == 32, "the README says 32 channels"


def test_the_commands_of_the_loop_exist():
    loop = re.findall(r"^\.venv/bin/platform-fit ([a-z ]+[a-z])", README, re.MULTILINE)
    assert len(loop) == 5
    for words in loop:
        result = CliRunner().invoke(main, [*words.split()[: 1 if words == "train" else 2], "--help"])
        assert result.exit_code == 0, words


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_work(command, monkeypatch, tmp_path):
    monkeypatch.delenv("PLATFORM_FIT_KNOWLEDGE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example.json").write_text('{"work_setting": "desk"}', encoding="utf-8")
    result = CliRunner().invoke(main, shlex.split(command.split(">")[0])[1:])
    assert result.exit_code == 0, result.stderr


def test_all_settings_are_listed_and_no_others():
    listed = set(re.findall(r"^\| `([A-Z_]+)`", README, re.MULTILINE))
    options = {option.envvar for option in serve.params if isinstance(option, click.Option)}
    used = {
        variable
        for room in ("model", "service", "training")
        for file in (ROOT / room).rglob("*.py")
        for variable in re.findall(r"\b(?:PLATFORM_FIT|PROMETHEUS)_[A-Z_]+\b", file.read_text(encoding="utf-8"))
    }
    assert listed >= VARIABLES.keys()
    assert listed >= options - {None}
    assert listed == used - INTERNAL


def test_the_make_targets_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"\bmake ([a-z]+)", README))
    assert {"serve", "test"} <= named
    assert named <= targets


@pytest.mark.parametrize("page", sorted(
    str(file.relative_to(ROOT)) for folder in (ROOT, ROOT / "docs") for file in folder.glob("*.md")))  # fmt: skip
def test_links_lead_somewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not target.startswith(("http://", "https://", "#")):
            assert (ROOT / page).parent.joinpath(target.partition("#")[0]).exists(), target
