"""The page on upgrading: what it sends people to exists, and the changelog has the version that this is."""

import importlib
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UPGRADING = (ROOT / "docs" / "upgrading.md").read_text(encoding="utf-8")
MOVES = UPGRADING.partition("| in 0.1 | in 0.2 |")[2].partition("\n\n")[0]
NEW = re.findall(r"`([\w.:]+)`", "".join(re.findall(r"^\|.*\|(.*)\|$", MOVES, re.MULTILINE)))


@pytest.mark.parametrize("path", NEW)
def test_what_moved_is_where_the_page_says(path):
    module, _, name = path.partition(":")
    if not name and module.rpartition(".")[2][0].isupper():
        module, _, name = path.rpartition(".")
    found = importlib.import_module(module)
    assert not name or hasattr(found, name)


def test_the_version_is_in_the_changelog_with_a_day_and_somebody_who_comes_from_before_finds_what_to_do():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    releases = re.findall(r"^## (\S+) - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert releases[0][0] == version
    assert [day for _, day in releases] == sorted((day for _, day in releases), reverse=True)
    assert f"to {version.rpartition('.')[0]}" in UPGRADING
    assert f"| {version.rpartition('.')[0]} | yes |" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
