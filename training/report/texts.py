"""Texts of the report in one language, with numbers as that language writes them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import yaml

from model.domain.questions import Text

TRAINING = "texts.yaml"
"""The texts of the report on training."""


@cache
def all_texts(file: str = TRAINING) -> dict[str, Text]:
    """Sentence name → language → sentence with `{placeholders}`, from a file below `training/report`."""
    found: dict[str, Text] = yaml.safe_load((files(__package__) / file).read_text("utf-8"))
    return found


class ReportTexts:
    """Says sentences in one language.

    Attributes:
        language: its code.
    """

    def __init__(self, language: str, file: str = TRAINING) -> None:
        self.language = language
        self._texts = all_texts(file)

    def __call__(self, name: str, **values: object) -> str:
        return self._texts[name][self.language].format(**values)

    def number(self, value: float | None, digits: int = 3, sign: bool = False) -> str:
        """With so many decimals; "–" when there is none."""
        if value is None:
            return "–"
        text = f"{value:{'+' if sign else ''}.{digits}f}"
        if not float(text):
            text = text.lstrip("+-")
        text = text.replace("-", "−")
        return text.replace(".", ",") if self.language == "nl" else text

    def percent(self, value: float | None) -> str:
        return "–" if value is None else f"{value * 100:.0f} %"

    def listed(self, names: Sequence[str], most: int = 6) -> str:
        """Names with commas; of many only the first."""
        return ", ".join(names[:most]) + (f" … (+{len(names) - most})" if len(names) > most else "")
