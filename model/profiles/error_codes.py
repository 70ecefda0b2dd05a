"""Error codes: what marshmallow found wrong, as (path, code) pairs, and JSON pointers to where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

Path = tuple[Any, ...]

_CODES = {
    "Missing data for required field.": "required",
    "Field may not be null.": "null",
    "Unknown field.": "unknown_field",
    "Invalid input type.": "not_an_object",
}
"""What marshmallow says by itself; our own fields raise codes."""


MOST = 101
"""Mistakes that are worded: a hundred to list, and one to know that there are more; each takes many words."""


def error_codes(errors: Mapping[Any, Any]) -> Iterator[tuple[Path, str]]:
    """The first wrong fields, by their paths, with one code each: an empty text is not also too short."""
    return islice(_each_code(errors, ()), MOST)


def _each_code(errors: Mapping[Any, Any], path: Path) -> Iterator[tuple[Path, str]]:
    for key, found in errors.items():
        if isinstance(found, Mapping):
            yield from _each_code(found, (*path, key))
        else:
            yield (*path, key), _CODES.get(found[0], found[0])


def pointer_to(path: Path, start: str = "") -> str:
    """The JSON pointer to a path; what is wrong with an input as a whole is at its start."""
    steps = () if path[:1] == ("_schema",) else path
    return start + "".join(f"/{escaped(str(step))}" for step in steps)


def escaped(step: str) -> str:
    """One step of a JSON pointer (RFC 6901, section 3)."""
    return step.replace("~", "~0").replace("/", "~1")
