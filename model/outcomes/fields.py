"""The fields of an outcome record as marshmallow fields whose error messages are codes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from model.outcomes.names import broken_name, tidy_name

LENGTHS = {"id": 100, "corrects": 100, "community": 100, "note": 500, "source": 100, "recorded_by": 100}
"""Most characters of each text."""

MOST_INVITED = 10_000_000
LINE = r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"
"""Text on one line that is not only spaces."""
LINES = r"^(?=[\s\S]*\S)[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]+$"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class PlainText(fields.String):
    """Text without surrounding spaces, in one Unicode form, so that what looks equal is equal.

    On one line all spaces are plain and single, and characters that nobody sees are taken out.

    Args:
        examples: texts that only stand in an example.
        as_typed: whether a text is refused that shows what a program made of another one (`broken_name`).
        is_no_name: whether a text is the name of nothing.
    """

    def __init__(
        self,
        name: str,
        *,
        required: bool = False,
        pattern: str = LINE,
        examples: Collection[str] = (),
        as_typed: bool = False,
        is_no_name: Callable[[str], bool] | None = None,
    ) -> None:
        limits = [
            validate.Length(min=1, max=LENGTHS[name], error="too_long"),
            validate.Regexp(pattern, error="empty"),
            validate.NoneOf(examples, error="example"),
        ]
        super().__init__(required=required, validate=limits, error_messages={"invalid": "not_text"})
        self._pattern = re.compile(pattern)
        self._as_typed = as_typed
        self._is_no_name = is_no_name

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_text")
        text = unicodedata.normalize("NFC", value.strip()) if self._pattern.pattern == LINES else tidy_name(value)
        if not text:
            raise ValidationError("empty")
        # Half a surrogate pair can be written in JSON but cannot be stored.
        if not self._pattern.match(text) or (not text.isascii() and any(map(_is_surrogate, text))):
            raise ValidationError("bad_characters")
        if self._as_typed and broken_name(text):
            raise ValidationError("broken_name")
        if self._is_no_name is not None and self._is_no_name(text):
            raise ValidationError("no_name")
        return text


class WholeNumber(fields.Integer):
    """A whole number; 46.0 is one too, as in JSON Schema."""

    def __init__(self, low: int) -> None:
        limits = validate.Range(min=low, max=MOST_INVITED, error="out_of_range")
        super().__init__(validate=limits)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValidationError("not_a_number")
        return value


class IsoDate(fields.Date):
    """A date as year-month-day; the other forms of ISO 8601 are refused, because people misread them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("not_a_date")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError("not_a_date") from None


class PointInTime(fields.AwareDateTime):
    """A moment with its time zone, kept in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            moment = datetime.fromisoformat(value)
            if moment.tzinfo is None:
                raise ValidationError("not_a_moment")
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            raise ValidationError("not_a_moment") from None


class YesNo(fields.Boolean):
    """true or false, and nothing that looks like it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("not_true_or_false")
        return value


class Code(fields.String):
    """One of a list of codes."""

    def __init__(self, allowed: tuple[str, ...], *, required: bool = False) -> None:
        super().__init__(required=required, validate=validate.OneOf(allowed, error="not_allowed"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise ValidationError("not_text")
        return value


def _is_surrogate(character: str) -> bool:
    return "\ud800" <= character <= "\udfff"
