"""Every text of pages and commands is there in every language, and compiled catalogues are made from their sources."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.domain.knowledge import LANGUAGES
from service.web.translations import SOURCE_LANGUAGE
from tools.translations import FILES, TEXTS, made, missing

MADE = cache(made)


def test_there_is_a_catalogue_for_every_other_language() -> None:
    assert {(file.parent.parent.name, file.stem) for file in FILES} == {
        (language, name) for language in {*LANGUAGES} - {SOURCE_LANGUAGE} for name in TEXTS
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}-{file.stem}")
def test_catalogue_is_complete_and_in_step(file: Path) -> None:
    catalogue, source, compiled = MADE(file)
    assert [message.id for message in missing(catalogue)] == []
    assert file.read_bytes() == source, "run `make translations`"
    assert file.with_suffix(".mo").read_bytes() == compiled, "run `make translations`"


# Its library fills in "integer range", in English whatever the language.
LEFT_OUT = {"{value!r} is not a valid {number_type}.": {"{number_type}"}}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.parent.name}-{file.stem}")
def test_translations_have_the_same_placeholders(file: Path) -> None:
    for message in MADE(file)[0]:
        original = message.id[-1] if isinstance(message.id, tuple) else message.id
        translated = message.string[-1] if isinstance(message.string, tuple) else message.string
        left_out = LEFT_OUT.get(str(original), set())
        assert placeholders(original) == sorted([*placeholders(translated), *left_out])


def placeholders(text: Any) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)s|{\w+(?:!r)?}", str(text)))
