"""Fingerprints: three short texts that tell whether knowledge has changed.

One is of all that it says. One is of what scores come from: an artifact only goes with that. One is of the questions
and channels: documented communities are checked against these.

They are taken from the content of the files and not from objects, so that a new version of the program leaves them as
they are. The order of files, entries and keys does not matter, nor which file an entry is in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from marshmallow import fields

from model.domain.rules import SCORED
from model.knowledge.schemas import SECTIONS, EntrySchema, TranslatedText
from model.knowledge.yaml_lines import Document

_NOT_SCORED = frozenset(("functions", "sources", "not_assessed", "code_changes", "earlier_questions"))
"""Sections of sentences, references and of what was before: no score comes from them."""


def content_fingerprint(documents: Sequence[Document]) -> str:
    """SHA-256 of everything, down to the last comma of a sentence."""
    return _digest(_entries(documents))


def score_fingerprint(documents: Sequence[Document]) -> str:
    """SHA-256 of what can change a score or its features: questions, terms, attributes of channels, weights.

    Of rules only those count that move a score. Texts, sources, grades and days of review do not.
    """
    return _digest(
        (section, _scored(SECTIONS[section], entry) if section in SECTIONS else entry)
        for section, entry in _entries(documents)
        if section not in _NOT_SCORED and (section != "rules" or entry["effect"] in SCORED)
    )


def joint_fingerprint(rest: str, evidence: str) -> str:
    """SHA-256 of everything, out of those of the evidence and of the rest; that of the rest where there is no other."""
    return hashlib.sha256(f"{rest}\n{evidence}".encode()).hexdigest() if evidence else rest


def vocabulary_fingerprint(documents: Sequence[Document]) -> str:
    """SHA-256 of the questions and of what became of earlier codes, without texts, and of the ids of the channels."""
    return _digest(
        (section, entry["id"] if section == "channels" else _scored(SECTIONS[section], entry))
        for section, entry in _entries(documents)
        if section in ("questions", "code_changes", "channels")
    )


def _entries(documents: Iterable[Document]) -> Iterator[tuple[str, Any]]:
    for document in documents:
        for section, entries in document.data.items():
            for entry in entries if section in SECTIONS else [entries]:
                yield section, entry


def _scored(schema: EntrySchema, entry: dict[str, Any]) -> dict[str, Any]:
    """An entry without what is only there to be read."""
    return {
        key: _inner(schema.fields[key], value)
        for key, value in entry.items()
        if key not in schema.to_read and not isinstance(schema.fields[key], TranslatedText)
    }


def _inner(field: fields.Field[Any], value: Any) -> Any:
    match field:
        case fields.List():
            return [_inner(field.inner, each) for each in value]
        case fields.Nested(schema=EntrySchema() as schema):
            return _scored(schema, value)
    return value


def _digest(entries: Iterable[tuple[str, Any]]) -> str:
    content = sorted(json.dumps(entry, sort_keys=True) for entry in entries)
    return hashlib.sha256("\n".join(content).encode()).hexdigest()
