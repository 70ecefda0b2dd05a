"""Loads knowledge from a folder of YAML files, or from plain dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from model.domain.knowledge import LANGUAGES, Knowledge
from model.errors import KnowledgeError, KnowledgeProblem
from model.knowledge.building import KnowledgeBuilder
from model.knowledge.yaml_lines import Document, read_document

PACKAGED = Path(__file__).parent
MESSAGES = "messages"


def load_knowledge(folder: Path = PACKAGED) -> Knowledge:
    """Read every YAML file (`.yaml`) below a folder.

    Which file holds which section is free; a rule takes its theme from the name of its file.

    Raises:
        KnowledgeError: the folder holds no YAML files, or anything in them is wrong; every problem is listed.
    """
    files = sorted(file for file in folder.rglob("*.yaml") if file.relative_to(folder).parts[0] != MESSAGES)
    if not files:
        raise KnowledgeError([KnowledgeProblem(str(folder), 0, "", "there are no YAML files in this folder")])
    documents: list[Document] = []
    problems: list[KnowledgeProblem] = []
    for file in files:
        try:
            documents.append(_read(file, folder))
        except KnowledgeError as error:
            problems += error.problems
    if problems:
        raise KnowledgeError(problems)
    return _build(documents)


def knowledge_from(content: Mapping[str, Any]) -> Knowledge:
    """Build knowledge from plain dictionaries: section name → entries, in the form the files have.

    Raises:
        KnowledgeError: anything in it is wrong; every problem is listed.
    """
    return _build([Document("knowledge", dict(content))])


def _build(documents: list[Document]) -> Knowledge:
    return KnowledgeBuilder(documents).build({language: _messages(language) for language in LANGUAGES})


def _read(file: Path, folder: Path) -> Document:
    name = file.relative_to(folder).as_posix()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise KnowledgeError([KnowledgeProblem(name, 0, "", "this file is not saved as UTF-8 text")]) from None
    return read_document(name, text)


@cache
def _messages(language: str) -> Mapping[str, str]:
    """The fixed sentences of one language; they belong to the product and not to a set of knowledge."""
    document = _read(PACKAGED / MESSAGES / f"{language}.yaml", PACKAGED)
    return dict(document.data)
