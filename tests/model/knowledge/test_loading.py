"""Loading: YAML read as version 1.2, files in any split, and one fingerprint for one content."""

import random

import pytest

from model.errors import KnowledgeError, KnowledgeProblem, Phrase
from model.knowledge.loader import knowledge_from, load_knowledge
from model.knowledge.yaml_lines import Document, read_document
from tests.factories import documented, minimal_content, packaged_content, rule, shuffled, write_files


@pytest.mark.parametrize("word", ["no", "No", "yes", "on", "off", "y", "n", "none", "NO"])
def test_words_that_older_yaml_takes_for_booleans_stay_words(word):
    assert read_document("some.yaml", f"{word}: {word}").data == {word: word}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("'true'", "true"),
        ('"12"', "12"),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("2026-11-24", "2026-11-24"),
        ("1:30", "1:30"),
        ("0x1F", "0x1F"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        (">-\n  two\n  lines", "two lines"),
    ],
)
def test_plain_values(text, value):
    found = read_document("some.yaml", f"key: {text}").data["key"]
    assert found == value
    assert type(found) is type(value)


def test_a_problem_names_the_line_of_the_nearest_thing_around_it():
    document = read_document("some.yaml", "rules:\n  - id: a\n    when:\n      all:\n        - place: road\n")
    assert document.problem(("rules", 0, "when", "all", 0, "place"), Phrase("wrong")).line == 5
    assert document.problem(("rules", 0, "weight"), Phrase("missing")).line == 2
    assert document.problem(("rules", 0, "when", "any", 3), Phrase("wrong")).line == 3
    assert str(document.problem(("rules", 0, "when"), Phrase("wrong"), ("a", "b"))) == (
        "some.yaml:3: rules.when: wrong. Allowed: a, b."
    )
    assert str(Document("knowledge", {}).problem(("rules", 0), Phrase("wrong"))) == "knowledge: rules: wrong"


def test_an_anchor_can_be_used_again():
    document = read_document("some.yaml", "one: &text {en: Yes, nl: Ja}\nother: *text\n")
    assert document.data["one"] == document.data["other"]


def test_knowledge_comes_from_files_as_from_dictionaries(tmp_path):
    content = minimal_content(evidence=[documented("school", {"place": "desk"})])
    write_files(content, tmp_path)
    loaded, given = load_knowledge(tmp_path), knowledge_from(content)
    assert loaded.fingerprint == given.fingerprint
    assert loaded.evidence_fingerprint == given.evidence_fingerprint
    assert loaded.evidence == given.evidence


def test_the_packaged_files_read_as_dictionaries_are_the_same_knowledge(knowledge):
    again = knowledge_from(packaged_content(evidence=True))
    assert again.fingerprint == knowledge.fingerprint
    assert again.channels == knowledge.channels
    assert again.questionnaire == knowledge.questionnaire


def test_the_split_in_files_is_free(tmp_path):
    content = minimal_content()
    first, second = rule("first", when={"place": "desk"}), rule("second", when={"place": "road"})
    whole = knowledge_from({**content, "rules": [first, second]})
    write_files({**content, "rules": [first]}, tmp_path)
    (tmp_path / "rules" / "some.yaml").rename(tmp_path / "late.yaml")
    write_files({**content, "rules": [second]}, tmp_path)
    split = load_knowledge(tmp_path)
    assert split.fingerprint == whole.fingerprint
    assert {each.id: each.theme for each in split.rules} == {"first": "late", "second": "some"}


def test_the_fingerprint_follows_the_content_and_not_its_order():
    content = minimal_content()
    before = knowledge_from(content).fingerprint
    assert knowledge_from(shuffled(content, random.Random(7))).fingerprint == before
    for change in (
        {"rank_weights": [1.0, 0.4]},
        {"rules": [rule("road-chat", weight=1.1, when={"place": "road"}, channel={"kind": "messenger"})]},
    ):
        assert knowledge_from({**content, **change}).fingerprint != before


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    write_files(minimal_content(), tmp_path)
    file = tmp_path / "channels.yaml"
    file.write_text("\ufeff" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_knowledge(tmp_path).channels


def test_messages_in_the_folder_are_not_knowledge(tmp_path):
    write_files(minimal_content(), tmp_path)
    (tmp_path / "messages").mkdir()
    (tmp_path / "messages" / "en.yaml").write_text("hello: Hello.\n", encoding="utf-8")
    assert load_knowledge(tmp_path).channels


def test_a_folder_without_files_says_so(tmp_path):
    with pytest.raises(KnowledgeError, match="there are no YAML files in this folder"):
        load_knowledge(tmp_path)


def test_every_file_that_cannot_be_read_is_named(tmp_path):
    write_files(minimal_content(), tmp_path)
    (tmp_path / "rules" / "latin.yaml").write_bytes("text: caf\u00e9".encode("latin-1"))
    (tmp_path / "channels.yaml").write_text("channels: }", encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_knowledge(tmp_path)
    first, second = caught.value.problems
    assert (first.file, first.line) == ("channels.yaml", 1)
    assert second == KnowledgeProblem("rules/latin.yaml", 0, "", Phrase("this file is not saved as UTF-8 text"))


def test_mistakes_in_dictionaries_are_named_without_a_line():
    with pytest.raises(KnowledgeError) as caught:
        knowledge_from(minimal_content(rules=[rule("bad", when={"place": "moon"})]))
    assert [str(problem) for problem in caught.value.problems] == [
        "knowledge: rules.when.place: 'moon' is no answer to place. Allowed: desk, road."
    ]
