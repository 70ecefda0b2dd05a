"""The one gate for outcome records, whether they come by HTTP, CSV, JSON lines, Parquet or a spreadsheet.

The fields are checked by a marshmallow schema, the answers inside by `model.profiles.validation.ProfileGate`. Every
mistake is found at once and has a stable code (`CODES`, or one of the codes of answers) and a sentence in each
language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from model.domain.knowledge import Knowledge
from model.errors import FieldProblem, OutcomeError, ProfileError
from model.outcomes.fields import (
    LENGTHS,
    LINES,
    MOST_INVITED,
    Code,
    IsoDate,
    PlainText,
    PointInTime,
    WholeNumber,
    YesNo,
)
from model.outcomes.names import NO_NAMES
from model.outcomes.reading import is_total, total_words
from model.outcomes.record import NOT_USED_REASONS, WEEKS, OutcomeRecord, Submission, derived_id
from model.profiles.error_codes import error_codes, pointer_to
from model.profiles.reading import not_known_words, plain
from model.profiles.validation import ProfileGate, ReadProfile

CODES = (
    "not_an_object", "unknown_field", "required", "null", "not_text", "empty", "too_long", "bad_characters",
    "broken_name", "no_name", "not_allowed", "not_a_number", "out_of_range", "not_a_date", "not_a_moment",
    "not_true_or_false", "in_the_future", "too_long_ago", "week_8_not_reached", "more_active_than_invited",
    "used_or_counts", "does_not_apply", "unknown_record", "example",
)  # fmt: skip
"""Every code a field can have; the sentence for each is `outcome_error_<code>` in the messages."""

EARLIEST = date(2000, 1, 1)
"""Nothing that we call a channel was in use before; an earlier date is a slip of the keyboard."""


def example_communities(knowledge: Knowledge) -> tuple[str, ...]:
    """What the community is called in the example of a template, in each language."""
    return tuple(messages["template_community"] for messages in knowledge.messages.values())


def outcome_schema(knowledge: Knowledge, *, in_file: bool = False) -> Schema:
    """The schema of an outcome record; error messages are codes.

    Args:
        knowledge: its channels may be named.
        in_file: whether it stands in a file. There it may say itself who recorded it and when, it corrects what has the
            same id, and it may not be the example of the template.
    """
    # Of a file it is told by column, with a guess (`training.records.refusals`).
    unknown, totals = not_known_words(knowledge), total_words(knowledge)

    def says_nothing(text: str) -> bool:
        return plain(text) in unknown or plain(text) in NO_NAMES

    def is_no_community(text: str) -> bool:
        return says_nothing(text) or is_total(text, totals)

    content: dict[str, fields.Field[Any]] = {
        "id": PlainText("id", as_typed=not in_file, is_no_name=None if in_file else says_nothing),
        "community": PlainText(
            "community",
            required=True,
            examples=example_communities(knowledge) if in_file else (),
            as_typed=not in_file,
            is_no_name=None if in_file else is_no_community,
        ),
        "profile": fields.Raw(required=True),
        "channel": Code(tuple(knowledge.channel_by_id), required=True),
        "start": IsoDate(required=True),
        "invited": WholeNumber(1),
        "active": WholeNumber(0),
        "used": YesNo(),
        "reason": Code(NOT_USED_REASONS),
        "note": PlainText("note", pattern=LINES),
        "source": PlainText("source"),
        "consent": YesNo(),
    }
    if in_file:
        content |= {"recorded_by": PlainText("recorded_by"), "recorded_at": PointInTime()}
    else:
        content |= {"corrects": PlainText("corrects")}
    meta = type("Meta", (), {"unknown": RAISE, "register": False})
    schema: Schema = type("OutcomeSchema", (Schema,), {**content, "Meta": meta})()
    return schema


@dataclass(frozen=True, slots=True)
class Origin:
    """Who hands in records, where they come from and when; a record may name a source of its own."""

    source: str
    recorded_by: str
    recorded_at: datetime


class OutcomeGate:
    """Reads outcome records from raw fields, with every mistake worded."""

    def __init__(self, knowledge: Knowledge, profiles: ProfileGate) -> None:
        self._knowledge = knowledge
        self._profiles = profiles
        self._schemas = {each: outcome_schema(knowledge, in_file=each) for each in (False, True)}

    def load(
        self, raw: object, origin: Origin, *, language: str = "en", pointer: str = "", in_file: bool = False
    ) -> Submission:
        """The submission.

        Args:
            raw: field → value, as it came in; `profile` holds question → answer.
            origin: who hands it in, and the present moment.
            language: of the messages.
            pointer: JSON pointer of `raw` in the whole input, put in front of every problem's own.
            in_file: whether it stands in a file, see `outcome_schema`.

        Raises:
            OutcomeError: every wrong field, with what is allowed.
        """
        schema = self._schemas[in_file]
        problems: list[FieldProblem] = []
        found: list[tuple[tuple[Any, ...], str]] = []
        try:
            values = schema.load(raw)  # type: ignore[arg-type]  # what is no mapping is an error it words
        except ValidationError as error:
            values = error.valid_data if isinstance(error.valid_data, dict) else {}
            found = list(error_codes(error.messages))  # type: ignore[arg-type]  # a schema reports a dict
        if isinstance(raw, Mapping):
            found += _contradictions(values, raw, origin.recorded_at.date())
        for path, code in found:
            problems.append(self._problem(path, code, language, pointer, tuple(schema.fields)))
        read = None
        if "profile" in values:
            try:
                read = self._profiles.read(values["profile"], language, f"{pointer}/profile")
            except ProfileError as error:
                problems += error.problems
        if problems or read is None:
            raise OutcomeError(problems)
        return _submission(values, read, origin)

    def unknown_record(self, language: str, pointer: str = "") -> OutcomeError:
        """The error for a correction of a record that is not there."""
        return OutcomeError([self._problem(("corrects",), "unknown_record", language, pointer, ())])

    def _problem(
        self, path: tuple[Any, ...], code: str, language: str, pointer: str, names: tuple[str, ...]
    ) -> FieldProblem:
        allowed: Callable[[], tuple[str, ...]] = {
            "unknown_field": lambda: names,
            "not_allowed": lambda: NOT_USED_REASONS if path[0] == "reason" else tuple(self._knowledge.channel_by_id),
            "not_true_or_false": lambda: ("true", "false"),
        }.get(code, tuple)
        message = self._knowledge.messages[language][f"outcome_error_{code}"].format(
            limit=LENGTHS.get(str(path[0]), 0), low=1 if path[0] == "invited" else 0, high=MOST_INVITED, weeks=WEEKS
        )
        return FieldProblem(pointer_to(path, pointer), code, message, allowed())


def _submission(values: Mapping[str, Any], read: ReadProfile, origin: Origin) -> Submission:
    community, channel, start = values["community"], values["channel"], values["start"]
    counted = "used" not in values
    return Submission(
        OutcomeRecord(
            id=values.get("id") or derived_id(community, channel, start),
            community=community,
            profile=read.profile,
            channel=channel,
            start=start,
            invited=values["invited"] if counted else 1,
            active=values["active"] if counted else int(values["used"]),
            counted=counted,
            reason=values.get("reason"),
            note=values.get("note"),
            source=values.get("source", origin.source),
            recorded_by=values.get("recorded_by", origin.recorded_by),
            recorded_at=values.get("recorded_at", origin.recorded_at),
            consent=values.get("consent", False),
        ),
        own_id="id" in values,
        corrects=values.get("corrects"),
        withholds=values.get("consent") is False,
        understood=read.understood,
    )


def _contradictions(
    values: Mapping[str, Any], raw: Mapping[Any, Any], today: date
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Fields that are right by themselves but not together, or not at this date."""
    counts = [name for name in ("invited", "active") if name in raw]
    if "used" in raw and counts:
        yield ("used",), "used_or_counts"
    elif "used" not in raw:
        for name in ("invited", "active"):
            if name not in raw:
                yield (name,), "required" if counts else "used_or_counts"
    invited, active, used = values.get("invited"), values.get("active"), values.get("used")
    if invited is not None and active is not None and active > invited:
        yield ("active",), "more_active_than_invited"
    if used and "reason" in values:
        yield ("reason",), "does_not_apply"
    start = values.get("start")
    if start is None:
        return
    if start < EARLIEST:
        yield ("start",), "too_long_ago"
    # It can be tomorrow already where the sender lives.
    elif start > today + timedelta(days=1):
        yield ("start",), "in_the_future"
    elif (used or active) and start + timedelta(weeks=WEEKS) > today:
        yield ("start",), "week_8_not_reached"
