"""Form mapping: where a form tool puts the answers, and what its fields and texts stand for.

A mapping is a YAML file of the operator; its name is that of the form. Ready-made ones know the envelope of a tool and
take fields by the ids, labels or texts of our questions; `extends` builds on one of these.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Path = tuple[str, ...]
"""Keys that lead to a value; none is the whole body."""
Scalar = str | bool | int | float

ADVICE: Literal["advice"] = "advice"
OUTCOME: Literal["outcome"] = "outcome"
PURPOSES = (ADVICE, OUTCOME)
REPLIES = ("json", "page")
SIGNATURES = ("standard-webhooks", "typeform", "shared-secret")
RECORD_FIELDS = ("community", "channel", "start", "invited", "active", "used", "reason", "note", "consent")
CODE = "code"
"""Target of a field that holds the profile code of earlier advice, in place of the answers."""
OTHERWISE = "*"
"""Stands under `values` for every text that is not named there and is no answer by itself."""


@dataclass(frozen=True, slots=True)
class AnswerEntries:
    """Answers that come as a list of entries: where in each entry the name stands, and where its value may stand."""

    name: Path
    values: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class FormSignature:
    """How a tool proves that a submission is its own.

    Attributes:
        kind: one of `SIGNATURES`.
        secret: what both sides know; None where the environment does not hold it.
        header: that holds the shared secret.
    """

    kind: str
    secret: str | None = field(repr=False)
    header: str = ""


@dataclass(frozen=True, slots=True)
class FormMapping:
    """One form.

    Attributes:
        answers: where the answers are.
        entries: set where they come as a list, not as one object.
        json_in: field that holds the whole submission as a text of JSON.
        name_after: a name only counts from behind the last of these, such as "/" after groups.
        checkboxes: stands between question and option in the name of a box of its own, such as `needs___co_writing`;
            with "[" a bracket closes the name.
        fields: target → names of its fields, in the order in which their answers count.
        values: target → text → what it stands for.
        separators: question → what stands between its answers in one text; `*` is every question of several answers.
        ignore: names that are no answers; `*` stands for anything.
        submission: where the tool's own id of a submission is.
        when: what a submission says where it is one; anything else is a test or a notice, and nothing is done with it.
        reply: "page" sends a browser on to the answer.
    """

    name: str
    purpose: str = ADVICE
    language: str | None = None
    answers: Path = ()
    entries: AnswerEntries | None = None
    json_in: str | None = None
    name_after: str = ""
    checkboxes: str = ""
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, tuple[Scalar, ...]]] = field(default_factory=dict)
    separators: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    submission: Path | None = None
    when: Mapping[Path, tuple[Scalar, ...]] = field(default_factory=dict)
    signature: FormSignature | None = None
    reply: str = "json"
    source: tuple[str, ...] = ()
