"""A folder of one's own may hold anything: what is no plain file of a bounded size is refused in one sentence."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from model.errors import KnowledgeError, KnowledgeProblem, Phrase
from model.knowledge.loader import PACKAGED, load_knowledge
from model.knowledge.plain_files import content_of, text_of
from service.forms.mapping_file import read_mappings


def large(file: Path) -> None:
    file.write_bytes(b"a" * 2_000_001)


def dangling(file: Path) -> None:
    file.symlink_to("nowhere")


def looped(file: Path) -> None:
    file.symlink_to(file.name)


def endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


ODD = [
    (os.mkfifo, "this is no plain file"),
    (os.mkdir, "this is no plain file"),
    (endless, "this is no plain file"),
    (large, "this file has more than 2 MB"),
    (dangling, "this points to a file that is not there"),
    (looped, "this file cannot be read: Too many levels of symbolic links"),
]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged knowledge as a folder of one's own."""
    folder = tmp_path_factory.mktemp("own") / "knowledge"
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "messages"))
    return folder


def refusals(of: KnowledgeError) -> list[tuple[str, str]]:
    return [(problem.file, str(problem.message)) for problem in of.problems]


@pytest.mark.parametrize(("odd", "words"), ODD)
@pytest.mark.parametrize("place", ["rules/odd.yaml", "evidence/odd.yaml"])
def test_knowledge_with_what_is_no_plain_file_is_refused(place, odd, words, own):
    file = own / place
    odd(file)
    try:
        with pytest.raises(KnowledgeError) as caught:
            load_knowledge(own)
    finally:
        file.rmdir() if file.is_dir() else file.unlink()
    assert refusals(caught.value) in ([(place, words)], [("odd.yaml", words)])


@pytest.mark.parametrize(("odd", "words"), ODD)
def test_a_mapping_that_is_no_plain_file_is_refused(odd, words, tmp_path, knowledge):
    odd(tmp_path / "odd.yaml")
    with pytest.raises(KnowledgeError) as caught:
        read_mappings(tmp_path, knowledge, {})
    assert refusals(caught.value) == [("odd.yaml", words)]


def test_a_pipe_in_the_place_of_what_is_made_is_refused(own):
    made, whole = own / "evidence" / "evidence.jsonl", (own / "evidence" / "evidence.jsonl").read_bytes()
    made.unlink()
    os.mkfifo(made)
    try:
        with pytest.raises(KnowledgeError, match=r"evidence\.jsonl: this is no plain file"):
            load_knowledge(own)
    finally:
        made.unlink()
        made.write_bytes(whole)


def test_evidence_that_was_cut_is_made_again_and_what_is_damaged_inside_is_told(own, knowledge):
    made = own / "evidence" / "evidence.jsonl"
    whole = made.read_bytes()
    try:
        made.write_bytes(whole[:5000])
        assert load_knowledge(own).evidence == knowledge.evidence
        made.write_bytes(whole[:5000] + b"\n")
        with pytest.raises(KnowledgeError, match=r"damaged: run `platform-fit evidence build`"):
            _ = load_knowledge(own).evidence
    finally:
        made.write_bytes(whole)


def test_a_text_has_no_mark_in_front_and_is_utf_8(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes(b"\xef\xbb\xbfa: \xc3\xa9")
    assert text_of(file) == "a: é"
    file.write_bytes(b"a: \xff")
    with pytest.raises(KnowledgeError, match=r"a\.yaml: this file is not saved as UTF-8 text"):
        text_of(file)
    with pytest.raises(FileNotFoundError):
        content_of(tmp_path / "b.yaml")


def test_of_very_many_mistakes_a_hundred_are_told():
    mistakes = [KnowledgeProblem("a.yaml", line, "", Phrase("wrong")) for line in range(1, 251)]
    told = str(KnowledgeError(mistakes)).splitlines()
    assert len(told) == 101
    assert told[-1] == "and 150 more"
