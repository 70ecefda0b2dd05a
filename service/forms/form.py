"""Form: a mapping and the reader made from it, one for each name under which submissions come in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from model.domain.knowledge import Knowledge
from service.forms.mapping import FormMapping
from service.forms.mapping_file import read_mappings
from service.forms.submission import SubmissionReader


@dataclass(frozen=True, slots=True)
class Form:
    """One form that submissions can come from."""

    mapping: FormMapping
    reader: SubmissionReader


def read_forms(folder: Path | None, knowledge: Knowledge) -> dict[str, Form]:
    """The forms by name.

    Raises:
        KnowledgeError: a mapping file cannot be used; every problem is listed.
    """
    mappings = read_mappings(folder, knowledge)
    return {name: Form(mapping, SubmissionReader(mapping, knowledge)) for name, mapping in mappings.items()}
