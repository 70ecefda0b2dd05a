"""A mapping file is read, or refused with file, line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.domain.knowledge import Knowledge
from model.errors import KnowledgeError
from service.forms.mapping_file import READY_MADE, read_mapping, read_mappings

SECRET = {"FORM_SECRET": "long-enough-to-be-one"}


def written(folder: Path, text: str, name: str = "intake.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_each_ready_made_mapping_names_an_official_page(knowledge: Knowledge):
    mappings = read_mappings(None, knowledge)
    assert set(mappings) == {
        "formbricks", "google-forms", "html-form", "kobotoolbox", "limesurvey", "microsoft-forms",
            "redcap", "typeform",
    }  # fmt: skip
    for mapping in mappings.values():
        assert mapping.source
        assert all(page.startswith("https://") for page in mapping.source)
        assert mapping.purpose == "advice"


def test_a_file_of_the_operator_builds_on_a_ready_made_one_and_goes_before_it(knowledge: Knowledge, tmp_path: Path):
    written(tmp_path, "extends: kobotoolbox\nlanguage: nl\nignore: [extra]\nfields: {rhythm: how_often}\n")
    written(tmp_path, "answers: data\n", "typeform.yaml")
    mappings = read_mappings(tmp_path, knowledge)
    intake = mappings["intake"]
    assert (intake.name_after, intake.submission, intake.language) == ("/", ("_id",), "nl")
    assert intake.fields["rhythm"] == ("how_often",)
    assert intake.fields["needs"][0] == "needs"
    assert {"_*", "extra"} <= set(intake.ignore)
    assert mappings["typeform"].answers == ("data",)


WRONG = [
    ("purpose: advise", 1, "this value is not known. Allowed: advice, outcome."),
    ("language: nl\nlanguge: nl", 2, "this key is unknown"),
    ("extends: survey-thing", 1, "there is no ready-made mapping with this name. Allowed: formbricks"),
    ("fields:\n  need: x", 2, "this is no question and no field of a record. Allowed: work_setting"),
    ("fields:\n  start: x", 2, "this is no question and no field of a record"),
    ("fields: [needs]", 1, "this must be a mapping"),
    ("fields:\n  needs: {a: b}", 2, "give a word, or a list of words"),
    ("values:\n  rhythm:\n    vaak: often", 3, "'often' is no answer to rhythm. Allowed: daily"),
    ("values:\n  rhythm:\n    vaak: [daily, weekly]", 3, "this question takes one answer"),
    ("separators:\n  rhythm: ';'", 2, "this question takes one answer, so nothing stands between answers"),
    ("separators:\n  needs: ''", 2, "is empty"),
    ("purpose: outcome\nreply: page", 2, "only advice has a page to go on to. Allowed: json."),
    ("signature: {kind: typeform, secret: FORM_SECRETS}", 1, "FORM_SECRETS must hold at least 16 characters"),
    ("signature: {kind: typeform, secret: my-secret}", 1, "give the name of the environment variable"),
    ("signature: {kind: hmac, secret: FORM_SECRET}", 1, "Allowed: standard-webhooks, typeform, shared-secret."),
    ("signature: {kind: shared-secret, secret: FORM_SECRET}", 1, "name the header that holds the secret"),
    ("entries: {name: ref}", 1, "this key is missing"),
    ("answers: [a]", 1, "this must be a word or a text"),
    ("fields: [", 2, "this is no YAML"),
    ("- needs", 1, "this must be a mapping"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG)
def test_a_mistake_is_named_with_its_place(knowledge: Knowledge, tmp_path: Path, text: str, line: int, words: str):
    with pytest.raises(KnowledgeError) as caught:
        read_mapping(written(tmp_path, text), knowledge, SECRET)
    assert f"intake.yaml:{line}:" in str(caught.value)
    assert words in str(caught.value)


def test_a_file_is_called_as_an_address_can_be(knowledge: Knowledge, tmp_path: Path):
    with pytest.raises(KnowledgeError, match="small letters, digits and hyphens"):
        read_mapping(written(tmp_path, "answers: a", "My form.yaml"), knowledge)


def test_all_files_are_looked_at_before_they_are_refused(knowledge: Knowledge, tmp_path: Path):
    written(tmp_path, "purpose: x", "one.yaml")
    written(tmp_path, "purpose: y", "two.yaml")
    with pytest.raises(KnowledgeError) as caught:
        read_mappings(tmp_path, knowledge)
    assert [problem.file for problem in caught.value.problems] == ["one.yaml", "two.yaml"]


def test_a_secret_is_never_in_the_file_and_never_shown(knowledge: Knowledge, tmp_path: Path):
    file = written(tmp_path, "signature: {kind: typeform, secret: FORM_SECRET}")
    mapping = read_mapping(file, knowledge, SECRET)
    assert mapping.signature
    assert mapping.signature.secret == SECRET["FORM_SECRET"]
    assert SECRET["FORM_SECRET"] not in repr(mapping)


def test_ready_made_mappings_hold_no_questions_of_their_own():
    """They are templates: which field is which question is for the operator to say."""
    for file in READY_MADE.glob("*.yaml"):
        assert "values:" not in file.read_text(encoding="utf-8")
