"""The evidence as one quick file: what a worker loads in place of the YAML files that it was made from.

Reading half a megabyte of YAML strictly takes half a second. So the folder `evidence` holds `evidence.jsonl` beside its
YAML files, made from them by `platform-fit evidence build`: a first line that says what it was made from, and one line
for each community. It is used only while the YAML files, the questions and the channels are still the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from model.domain.evidence import DocumentedCommunity
from model.errors import KnowledgeError, KnowledgeProblem, Phrase
from model.knowledge.evidence_builder import community
from model.knowledge.plain_files import LARGEST_MADE, content_of

NAME = "evidence.jsonl"
FORMAT = 1
"""Goes up when the lines get another form."""


@dataclass(frozen=True, slots=True)
class EvidenceHeader:
    """What the first line says.

    Attributes:
        content: SHA-256 of all that is told of the communities; empty where there are none.
        fingerprint: SHA-256 of what can be learned from them, so not of what is only told.
        made_from: SHA-256 of the YAML files, and of the questions and channels that they were checked against.
    """

    content: str
    fingerprint: str
    made_from: str = ""
    format: int = FORMAT

    @classmethod
    def of(cls, communities: Sequence[DocumentedCommunity], made_from: str = "") -> EvidenceHeader:
        return cls(_digest(map(_row, communities)), _digest(map(_learnable, communities)), made_from)


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """Loads the communities from the file, when it is first called for."""

    path: Path
    header: EvidenceHeader

    def __call__(self) -> tuple[DocumentedCommunity, ...]:
        """The communities.

        Raises:
            KnowledgeError: the file is another one than when the knowledge was loaded, or it is damaged.
        """
        first, _, rest = content_of(self.path, largest=LARGEST_MADE).partition(b"\n")
        if _header(first) != self.header:
            message = Phrase("this file changed while it was in use; start again")
            raise KnowledgeError([KnowledgeProblem(self.path.name, 1, "", message)])
        try:
            return tuple(map(community, orjson.loads(b"[%b]" % b",".join(rest.splitlines()))))
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            message = Phrase("this file is damaged: run `platform-fit evidence build`")
            raise KnowledgeError([KnowledgeProblem(self.path.name, 0, "", message)]) from None


def evidence_file(path: Path, made_from: str) -> EvidenceFile | None:
    """The file at this place, or None when there is none that was made from just this, or it was cut.

    Raises:
        KnowledgeError: it is no plain file, is too large or cannot be read.
    """
    try:
        content = content_of(path, largest=LARGEST_MADE)
    except FileNotFoundError:
        return None
    header = _header(content.partition(b"\n")[0]) if content.endswith(b"\n") else None
    return EvidenceFile(path, header) if header is not None and header.made_from == made_from else None


def written(communities: Sequence[DocumentedCommunity], made_from: str) -> bytes:
    """The content of the file."""
    header = EvidenceHeader.of(communities, made_from)
    return b"".join(orjson.dumps(each) + b"\n" for each in (asdict(header), *map(_row, communities)))


def origin(files: Iterable[Path], vocabulary: str) -> str:
    """SHA-256 of YAML files, and of what they are checked against."""
    found = hashlib.sha256(vocabulary.encode())
    for file in sorted(files):
        found.update(b"\0%b\0" % file.name.encode())
        found.update(content_of(file))
    return found.hexdigest()


def _header(line: bytes) -> EvidenceHeader | None:
    try:
        header = EvidenceHeader(**orjson.loads(line))
    except (orjson.JSONDecodeError, TypeError):
        return None
    return header if header.format == FORMAT else None


def _row(community: DocumentedCommunity) -> dict[str, Any]:
    row: dict[str, Any] = _without_nothing(asdict(community))
    return row


def _learnable(community: DocumentedCommunity) -> dict[str, Any]:
    row = _row(community)
    row["support"] = {question: community.basis(question) for question in community.support}
    row["source"] = community.source.kind
    told = ("stand_in", "active_means", "note")
    row["outcomes"] = [{key: outcome[key] for key in outcome if key not in told} for outcome in row["outcomes"]]
    return {key: value for key, value in row.items() if key not in ("title", "caveat", "case")}


def _without_nothing(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nothing(inner) for key, inner in value.items() if inner is not None}
    return [_without_nothing(inner) for inner in value] if isinstance(value, list | tuple) else value


def _digest(rows: Iterable[dict[str, Any]]) -> str:
    lines = sorted(orjson.dumps(row, option=orjson.OPT_SORT_KEYS) for row in rows)
    return hashlib.sha256(b"\n".join(lines)).hexdigest() if lines else ""
