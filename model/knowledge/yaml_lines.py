"""YAML files as plain data that remembers its lines.

YAML is read by the rules of version 1.2: only `true` and `false` are booleans, so the answer code `no` stays a word.
PyYAML by itself reads it as False, and keeps the last of two equal keys without a word; here a repeated key is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from model.errors import KnowledgeError, KnowledgeProblem, Phrase

Path = tuple[str | int, ...]

_QUOTED = ("'", '"', "|", ">")
_DEEPEST = 40
"""Lists and mappings inside each other; the deepest knowledge has ten."""
_MOST_VALUES = 300_000
"""Values in one file, aliases written out; the largest file has a tenth of it."""
_TOO_MUCH = Phrase("there is too much in this file; does an alias (*) hold others that hold others?")
_TOO_DEEP = Phrase("this is nested too deeply")
_ODD = re.compile(r"^ {80}|(?:[-?:] ){20}", re.MULTILINE)
_BRACKET = re.compile(r"[][{}]")
_LONGEST_NUMBER = 30
_ANY_TAG = "!"
_STARTS_NUMBER = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


_FAULTS: Mapping[str, Phrase] = {
    "',' or ": Phrase("a bracket is not closed, or a comma is missing"),
    "mapping values are not allowed": Phrase("there is a colon too many; a text with a colon needs quotation marks"),
    "cannot start any token": Phrase("a text cannot begin with this sign, or with a tab; it needs quotation marks"),
    "unexpected end of stream": Phrase("a quotation mark is not closed"),
    "could not find expected ':'": Phrase("a key has no colon"),
    "'-' indicator": Phrase("the spaces at the beginning of this line are not right"),
    "expected key": Phrase("the spaces at the beginning of this line are not right"),
    "expected <block end>": Phrase("the spaces at the beginning of this line are not right"),
    "undefined alias": Phrase("an alias (*) points to nothing"),
    "another document": Phrase("a file holds one document, so there can be no line with ---"),
    "escape": Phrase("a backslash between double quotation marks must be written twice"),
}
"""A part of what the reader of YAML says → the same in words that can be translated."""


def _in_our_words(problem: str) -> Phrase:
    general = Phrase("the brackets, quotation marks, colons or spaces are not right here")
    return next((words for part, words in _FAULTS.items() if part in problem), general)


@dataclass(frozen=True)
class Document:
    """One file of knowledge, or one plain dictionary in the same form.

    Attributes:
        name: how to call it in a message: a path inside the knowledge folder.
        data: the content.
        lines: for every key and list item, by its path, the line it stands on; empty for a plain dictionary.
    """

    name: str
    data: Any
    lines: Mapping[Path, int] = field(default_factory=dict)

    def place(self, path: Path) -> tuple[str, int]:
        """The file and line of this path, or of the nearest thing around it; line 0 where there are no lines."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.name, self.lines.get(path, 0)

    def problem(self, path: Path, message: Phrase, allowed: tuple[str, ...] = ()) -> KnowledgeProblem:
        """A problem at the place of this path."""
        key = ".".join(str(step) for step in path if not isinstance(step, int))
        return KnowledgeProblem(*self.place(path), key, message, allowed)


def read_document(name: str, text: str) -> Document:
    """Read one YAML text.

    Raises:
        KnowledgeError: it is no YAML, or a mapping has the same key twice.
    """
    lines: dict[Path, int] = {}
    problems: list[KnowledgeProblem] = []
    around: set[yaml.Node] = set()

    def value_of(node: yaml.Node, path: Path) -> object:
        lines.setdefault(path, node.start_mark.line + 1)
        if len(lines) > _MOST_VALUES:
            raise KnowledgeError([KnowledgeProblem(name, node.start_mark.line + 1, "", _TOO_MUCH)])
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if node in around:
            problems.append(KnowledgeProblem(name, node.start_mark.line + 1, "", Phrase("this contains itself")))
            return None
        around.add(node)
        content = content_of(node, path)
        around.remove(node)
        return content

    def content_of(node: yaml.Node, path: Path) -> object:
        if isinstance(node, yaml.SequenceNode):
            return [value_of(item, (*path, index)) for index, item in enumerate(node.value)]
        mapping: dict[object, object] = {}
        for key_node, value_node in node.value:
            key = _scalar(key_node) if isinstance(key_node, yaml.ScalarNode) else None
            line = key_node.start_mark.line + 1
            if not isinstance(key, str | int):
                problems.append(KnowledgeProblem(name, line, "", Phrase("a key must be a word or a number")))
                continue
            if key in mapping:
                problems.append(KnowledgeProblem(name, line, str(key), Phrase("this key stands here twice")))
            lines[(*path, key)] = line
            mapping[key] = value_of(value_node, (*path, key))
        return mapping

    try:
        _check_depth(name, text)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark, fault = error.problem_mark, Phrase("this is no YAML: {0}", _in_our_words(error.problem or ""))
        raise KnowledgeError([KnowledgeProblem(name, mark.line + 1 if mark else 0, "", fault)]) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, text.find(chr(error.character))) + 1
        fault = Phrase("this is no YAML: {0}", Phrase("it holds a sign that no text has"))
        raise KnowledgeError([KnowledgeProblem(name, line, "", fault)]) from None
    data = {} if root is None else value_of(root, ())
    if problems:
        raise KnowledgeError(problems)
    return Document(name, data, lines)


_Base: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def _check_depth(name: str, text: str) -> None:
    """Refuse what is nested so deeply that reading it would end this process. Only odd texts are looked at twice.

    Raises:
        KnowledgeError: it is nested too deeply.
    """
    if not (_ODD.search(text) or _brackets(text) > _DEEPEST):
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise KnowledgeError(
                [KnowledgeProblem(name, event.start_mark.line + 1 if event.start_mark else 0, "", _TOO_DEEP)]
            )


def _brackets(text: str) -> int:
    """The most brackets that are open at once, those in sentences included."""
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth = max(0, depth + (1 if bracket in "[{" else -1))
        deepest = max(deepest, depth)
    return deepest


class _Loader(_Base):  # type: ignore[misc]  # PyYAML has no types
    """Reads YAML without asking for every node what it stands for: `_scalar` says so, and has rules of its own."""

    def resolve(self, kind: object, value: object, implicit: object) -> str:
        return _ANY_TAG


def _scalar(node: yaml.ScalarNode) -> object:
    text = str(node.value)
    if node.style in _QUOTED:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _STARTS_NUMBER or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
