"""Loads knowledge from a folder of YAML files, or from plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from model.domain.evidence import DocumentedCommunity
from model.domain.knowledge import LANGUAGES, Knowledge
from model.errors import KnowledgeError, KnowledgeProblem, Phrase
from model.knowledge.building import KnowledgeBuilder
from model.knowledge.evidence_builder import build_evidence
from model.knowledge.evidence_file import NAME, EvidenceHeader, evidence_file, origin, written
from model.knowledge.evidence_schemas import EVIDENCE_SECTIONS
from model.knowledge.fingerprints import joint_fingerprint, vocabulary_fingerprint
from model.knowledge.plain_files import text_of
from model.knowledge.yaml_lines import Document, read_document

PACKAGED = Path(__file__).parent
MESSAGES = "messages"
EVIDENCE = "evidence"
STARTER = "starter.json"
"""What was learned from the evidence beforehand; `platform-fit models starter` makes it."""


def load_knowledge(folder: Path = PACKAGED) -> Knowledge:
    """Read every YAML file (`.yaml`) below a folder.

    Which file holds which section is free, but documented communities stand in the folder `evidence`, and nothing else
    does. A rule takes its theme from the name of its file.

    Raises:
        KnowledgeError: the folder holds no YAML files, or anything in them is wrong. Every problem is listed; those of
            the evidence, which is checked against the rest, when the rest is right.
    """
    documents = _documents(folder)
    knowledge = replace(_build(documents), load_starter=partial(_starter, folder))
    made_from = _made_from(folder, documents)
    quick = evidence_file(folder / EVIDENCE / NAME, made_from)
    if quick is None:
        return _with_communities(knowledge, build_evidence(_evidence_documents(folder), knowledge))
    return replace(_with_header(knowledge, quick.header), load_evidence=quick)


def knowledge_from(content: Mapping[str, Any]) -> Knowledge:
    """Build knowledge from plain dictionaries: section name → entries, in the form the files have.

    Raises:
        KnowledgeError: anything in it is wrong; every problem is listed.
    """
    evidence = {section: content[section] for section in content if section in EVIDENCE_SECTIONS}
    rest = {section: content[section] for section in content if section not in evidence}
    knowledge = _build([Document("knowledge", rest)])
    return _with_communities(knowledge, build_evidence([Document("knowledge", evidence)], knowledge))


def read_evidence(file: Path, knowledge: Knowledge) -> tuple[DocumentedCommunity, ...]:
    """The documented communities in one file, held against this knowledge.

    Raises:
        KnowledgeError: anything in the file is wrong; every problem is listed.
    """
    return build_evidence([_read(file, file.parent)], knowledge)


def write_evidence_file(folder: Path = PACKAGED) -> int:
    """Make `evidence.jsonl` from the YAML files in the folder `evidence`; answers with the number of communities.

    Raises:
        KnowledgeError: anything in the folder is wrong, or it has no evidence.
    """
    documents = _documents(folder)
    evidence = _evidence_documents(folder)
    if not evidence:
        raise KnowledgeError([KnowledgeProblem(EVIDENCE, 0, "", Phrase("there are no YAML files in this folder"))])
    communities = build_evidence(evidence, _build(documents))
    (folder / EVIDENCE / NAME).write_bytes(written(communities, _made_from(folder, documents)))
    return len(communities)


def _build(documents: list[Document]) -> Knowledge:
    return KnowledgeBuilder(documents).build({language: _messages(language) for language in LANGUAGES})


# --- documented communities -------------------------------------------------------------------------------------------


def _with_communities(knowledge: Knowledge, communities: tuple[DocumentedCommunity, ...]) -> Knowledge:
    header = EvidenceHeader.of(communities)
    return replace(_with_header(knowledge, header), load_evidence=partial(tuple, communities))


def _with_header(knowledge: Knowledge, header: EvidenceHeader) -> Knowledge:
    return replace(
        knowledge,
        fingerprint=joint_fingerprint(knowledge.fingerprint, header.content),
        evidence_fingerprint=header.fingerprint,
    )


def _starter(folder: Path) -> str:
    try:
        return text_of(folder / STARTER)
    except FileNotFoundError:
        return ""


def _made_from(folder: Path, documents: Sequence[Document]) -> str:
    return origin(_files(folder, evidence=True), vocabulary_fingerprint(documents))


# --- files ------------------------------------------------------------------------------------------------------------


def _documents(folder: Path) -> list[Document]:
    """Everything but the evidence."""
    files = _files(folder, evidence=False)
    if not files:
        raise KnowledgeError([KnowledgeProblem(str(folder), 0, "", Phrase("there are no YAML files in this folder"))])
    return _read_all(files, folder)


def _evidence_documents(folder: Path) -> list[Document]:
    return _read_all(_files(folder, evidence=True), folder)


def _files(folder: Path, evidence: bool) -> list[Path]:
    first = {file: file.relative_to(folder).parts[0] for file in folder.rglob("*.yaml")}
    return sorted(file for file in first if first[file] != MESSAGES and (first[file] == EVIDENCE) == evidence)


def _read_all(files: Iterable[Path], folder: Path) -> list[Document]:
    documents: list[Document] = []
    problems: list[KnowledgeProblem] = []
    for file in files:
        try:
            documents.append(_read(file, folder))
        except KnowledgeError as error:
            problems += error.problems
    if problems:
        raise KnowledgeError(problems)
    return documents


def _read(file: Path, folder: Path) -> Document:
    name = file.relative_to(folder).as_posix()
    return read_document(name, text_of(file, name))


@cache
def _messages(language: str) -> Mapping[str, str]:
    """The fixed sentences of one language; they belong to the product and not to a set of knowledge."""
    document = _read(PACKAGED / MESSAGES / f"{language}.yaml", PACKAGED)
    return dict(document.data)
