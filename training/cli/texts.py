"""Texts of the commands about records and artifacts, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import yaml

from model.domain.questions import Text


@cache
def all_texts() -> dict[str, Text]:
    """Sentence name → language → sentence with `{placeholders}`."""
    found: dict[str, Text] = yaml.safe_load((files(__package__) / "texts.yaml").read_text("utf-8"))
    return found


class CommandTexts:
    """Says sentences in one language.

    Attributes:
        language: its code.
    """

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, sentence: str, /, **values: object) -> str:
        return all_texts()[sentence][self.language].format(**values)

    def heading(self, column: str) -> str:
        """What stands above a column of a table."""
        return self(f"head_{column}")

    def code(self, code: object) -> str:
        """A code as words; as it is, without its underscores, where there are no words for it."""
        texts = all_texts().get(f"code_{code}")
        return str(code).replace("_", " ") if texts is None else texts[self.language]

    def steps(self, names: Sequence[str], first: str) -> tuple[Mapping[str, str], str]:
        """What a bar of progress calls each step, and what comes before them."""
        return {name: self(f"step_{name}") for name in names}, self(f"step_{first}")
