"""The glossary says what is there: in the code, and on the pages in Dutch."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
DUTCH_TEXTS = ("model/knowledge/**/*.yaml", "service/web/translations/nl/LC_MESSAGES/interface.po")
ROOMS_WITH_TERMS = ("model/domain", "model/scoring", "model/advice")

PLAIN = frozenset({
    "all", "among", "answer", "any", "at", "attribute", "basis", "between", "bit", "candidate", "change",
    "community", "comparison", "compiled", "constant", "context", "count", "decision", "diff", "distance",
    "documented", "edit", "effect", "function", "if", "least", "line", "measure", "next", "not", "of", "only",
    "option", "prior", "question", "questionnaire", "quick", "ranked", "rater", "reachable", "recommendation",
    "risk", "scale", "score", "scorer", "search", "set", "share", "similar", "source", "statement", "test",
    "uncertainty", "use", "view", "weight", "what", "writer",
})  # fmt: skip
"""Words that mean in a class name what they mean in any book about programming, statistics or logic."""

INSIDE = frozenset({"assessed", "back", "chosen", "held", "launch", "rate", "remark", "unanswered"})
"""Words that are only used inside one room, where their docstring tells what they mean."""


class Line(NamedTuple):
    term: str
    meaning: str
    dutch: str
    code: str


def _lines() -> list[Line]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [Line(*(cell.strip() for cell in row)) for row in rows[1:]]


LINES = _lines()


def _names() -> set[str]:
    """Every class, function, field and constant of the packages; what belongs to a class also as `Class.name`."""
    names: set[str] = set()
    for package in ("model", "service", "training"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef):
                    own = {name for part in node.body for name in _defined(part)}
                    names |= {node.name, *(f"{node.name}.{name}" for name in own)}
                names |= set(_defined(node))
    return names


def _defined(node: ast.AST) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    parts = [part for target in targets for part in (target.elts if isinstance(target, ast.Tuple) else [target])]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def test_terms_are_told_once_and_in_order():
    terms = [line.term for line in LINES]
    assert len(terms) > 50
    assert terms == sorted(set(terms))
    assert [line for line in LINES if not (line.meaning and line.dutch and line.code)] == []


def test_what_the_glossary_names_is_in_the_code():
    names = _names()
    named = [(line.term, name) for line in LINES for name in re.findall(r"`([^`]+)`", line.code)]
    assert [(term, name) for term, name in named if name not in names] == []
    assert {line.term for line in LINES} == {term for term, _ in named}


def test_dutch_words_without_brackets_are_those_that_readers_see():
    shown = "\n".join(
        file.read_text(encoding="utf-8").lower() for pattern in DUTCH_TEXTS for file in sorted(ROOT.glob(pattern))
    )
    assert [line.dutch for line in LINES if not line.dutch.startswith("(") and line.dutch not in shown] == []


def _words_of_classes(room: str) -> dict[str, set[str]]:
    """Public class of a room → the words of its name."""
    return {
        node.name: {part.lower() for part in re.findall(r"[A-Z][a-z]*", node.name)}
        for file in sorted((ROOT / room).rglob("*.py"))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


@pytest.mark.parametrize("room", ROOMS_WITH_TERMS)
def test_every_coined_word_in_the_name_of_a_class_is_a_term(room):
    known = {word for line in LINES for word in re.findall(r"\w+", f"{line.term} {line.code}".replace("`", " "))}
    known = {part.lower() for word in known for part in re.findall(r"[A-Za-z][a-z]*", word)}
    coined = {
        f"{word} in {name}"
        for name, words in _words_of_classes(room).items()
        for word in words
        if not {word, word.removesuffix("s")} & (known | PLAIN | INSIDE)
    }
    assert coined == set()


def test_no_word_is_excused_that_no_class_uses():
    words = {word for room in ROOMS_WITH_TERMS for each in _words_of_classes(room).values() for word in each}
    assert (PLAIN | INSIDE) - words - {word.removesuffix("s") for word in words} == set()
