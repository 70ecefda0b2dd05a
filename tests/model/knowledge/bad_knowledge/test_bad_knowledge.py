"""One broken file per mistake that an editor can make, and the message that the loader gives.

Each file says in its leading comment what the mistake is and every message expected, a longer one going on in the
next comment line. The file is added to a small valid set of knowledge (`tests.factories.minimal_content`) under the
name broken.yaml, or put "In place of" one of its files or "At" another place.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from model.cli.translations import translation
from model.errors import KnowledgeError
from model.knowledge.loader import load_knowledge
from tests.factories import minimal_content, write_files

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


class Header(NamedTuple):
    """What the leading comment of a broken file says."""

    place: str
    expected: list[str]


def read_header(text: str) -> Header:
    place, expected = "broken.yaml", list[str]()
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        if found := re.match(r"# (?:In place of|At): (.+)", line):
            place = found[1]
        elif found := re.match(r"# Expected: (.+)", line):
            expected.append(found[1])
        elif found := re.match(r"#   (.+)", line):
            expected[-1] += f" {found[1]}"
        else:
            assert line.startswith("# Mistake: "), line
    return Header(place, expected)


def test_what_the_broken_files_are_added_to_is_valid(tmp_path):
    write_files(minimal_content(), tmp_path)
    assert load_knowledge(tmp_path).rule_by_id


@pytest.mark.parametrize("file", [pytest.param(file, id=file.stem) for file in FILES])
def test_mistake_is_named(file: Path, tmp_path):
    text = file.read_text(encoding="utf-8")
    header = read_header(text)
    write_files(minimal_content(), tmp_path)
    (tmp_path / header.place).parent.mkdir(exist_ok=True)
    (tmp_path / header.place).write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tmp_path)
    assert [str(problem) for problem in caught.value.problems] == header.expected
    for problem in caught.value.problems:
        assert translation(problem.message, "nl") != problem.message
