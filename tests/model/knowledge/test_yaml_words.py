"""What is no YAML is told in our own words, which can be translated: those of the reader are English alone."""

from __future__ import annotations

import pytest

from model.cli.translations import translation
from model.errors import KnowledgeError
from model.knowledge.yaml_lines import read_document


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [b\n", 2, "er sluit een haakje niet, of er mist een komma"),
        ("a: {b: c\nd: e\n", 2, "er sluit een haakje niet, of er mist een komma"),
        ("a: b: c\n", 1, "er staat een dubbele punt te veel; zet aanhalingstekens om een tekst met een dubbele punt"),
        ("a: @b\n", 1, "een tekst kan niet met dit teken of met een tab beginnen; zet er aanhalingstekens om"),
        ("a: 'b\n", 2, "een aanhalingsteken sluit nergens"),
        ("a: b\nc\n", 3, "achter een sleutel staat geen dubbele punt"),
        ("a:\n  - b\n  c: d\n", 3, "de spaties aan het begin van deze regel kloppen niet"),
        (
            "a: b\n  c: d\n",
            2,
            "er staat een dubbele punt te veel; zet aanhalingstekens om een tekst met een dubbele punt",
        ),
        ('a: "b\\q"\n', 1, "een backslash tussen dubbele aanhalingstekens moet dubbel"),
        ("a: *b\n", 1, "een alias (*) verwijst naar niets"),
        ("a: b\n---\nc: d\n", 2, "in een bestand staat één document, dus er kan geen regel met --- in staan"),
        ("a: \x01\n", 1, "er staat een teken in dat geen tekst heeft"),
        ("a: !<\n", 1, "de haakjes, aanhalingstekens, dubbele punten of spaties kloppen hier niet"),
    ],
)
def test_a_fault_is_told_by_its_line_in_dutch(text, line, words):
    with pytest.raises(KnowledgeError) as refusal:
        read_document("a.yaml", text)
    assert translation(refusal.value.args[0], "nl") == f"a.yaml:{line}: dit is geen YAML: {words}"
