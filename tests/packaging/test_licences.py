"""Licences: of this project, of what is copied into it and of what is installed with it; each is named."""

import re
import tomllib
from functools import cache
from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "licences.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
ROOMS = ("model", "service", "training")
OWN = {"model/knowledge"}
"""Folders with a licence file of their own that hold our work."""
FOREIGN_MARK = re.compile(r"@license|copyright (?:\(c\)|©|\d{4})|/\*!", re.IGNORECASE)


def rows(first: str) -> list[list[str]]:
    """The rows of the table whose first column has this heading."""
    table = PAGE.partition(f"\n| {first} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def files(*patterns: str) -> list[Path]:
    return [file for room in ROOMS for pattern in patterns for file in (ROOT / room).rglob(pattern)]


@cache
def copied() -> set[str]:
    """Every folder with work of others: what has a licence of its own, and whatever lies under a folder `vendor`."""
    licensed = {file.parent for file in files("LICENSE*", "NOTICE*", "COPYING*")}
    vendored = {each for folder in files("vendor") for each in folder.iterdir()}
    return {str(folder.relative_to(ROOT)) for folder in licensed | vendored} - OWN


def locked(name: str) -> set[str]:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE))


def test_each_licence_is_there_in_full():
    code = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    assert code.startswith("Copyright 2026 the platform-fit contributors Licensed under the EUPL")
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in code
    assert all(f" {number}. {title}" in code for number, title in ((1, "Definitions"), (15, "Applicable Law")))
    assert code.endswith(
        "All other changes or additions to this Appendix require the production of a new EUPL version."
    )
    knowledge = " ".join((ROOT / "model" / "knowledge" / "LICENSE").read_text(encoding="utf-8").split())
    assert knowledge.startswith("Copyright 2026 the platform-fit contributors")
    assert all(f"Section {number} – " in knowledge for number in range(1, 9))
    assert knowledge.endswith("Creative Commons may be contacted at creativecommons.org.")


def test_the_folders_with_work_of_others_are_named_and_no_others():
    named = {row[0].strip("`") for row in rows("folder")}
    assert copied() == named
    assert {"service/docs/openapi-explorer", "service/web/static/vendor/nl-design-system"} <= named


def test_the_texts_named_for_a_folder_are_in_it():
    for folder, _, _, texts in rows("folder"):
        for text in re.findall(r"`([^`]+)`", texts):
            assert (ROOT / folder.strip("`") / text).read_text(encoding="utf-8").strip()


def test_nothing_of_others_stands_outside_those_folders():
    own = [file for file in files("*.js", "*.css", "*.svg", "*.html") if not is_copied(file)]
    assert len(own) > 5
    assert [str(file) for file in own if FOREIGN_MARK.search(file.read_text(encoding="utf-8"))] == []


def is_copied(file: Path) -> bool:
    return any(str(parent.relative_to(ROOT)) in copied() for parent in file.parents if parent.is_relative_to(ROOT))


def test_the_package_declares_the_licence_of_everything_in_it():
    declared = set(PROJECT["license"].split(" AND "))
    in_it = {name for row in rows("what") for name in row[1].split(", ")}
    in_it |= {name for row in rows("folder") for name in row[2].split(", ")}
    assert declared == in_it


@pytest.mark.parametrize(("column", "environment"), [(1, "serve"), (2, "training")])
def test_every_library_of_an_image_is_listed_once(column, environment):
    listed = [name for row in rows("licence") for cell in row[1 : column + 1] for name in cell.split(", ") if cell]
    assert sorted(listed) == sorted(locked(environment)), "docs/licences.md has to follow the lock files"


def test_each_library_has_the_licence_that_it_declares():
    for licence, *cells in rows("licence"):
        for name in ", ".join(filter(None, cells)).split(", "):
            assert (metadata(name).get_all("License-Expression") or [licence]) == [licence], name
