"""Outcome record: what happened when one community used one channel, looked at eight weeks after the start."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

import orjson

from model.domain.questions import UNKNOWN, Questionnaire
from model.profiles.profile import Profile
from model.profiles.reading import Understood

WEEKS = 8
"""How long after the start a community is looked at."""

NOT_USED_REASONS = (
    "one_login_too_many", "does_not_fit_device", "no_time", "nobody_keeps_it_going", "nothing_useful_there",
    "other_channel_used", "interests_too_separate", "too_hard_to_use", "not_allowed_at_work", "not_trusted",
    "technical_problems", "other",
)  # fmt: skip
"""Why a channel was not used; the sentence for each is `not_used_<code>` in the messages."""

REPORT_BACK = "report-back"
"""The source of what was told with a private link, which needs no key."""


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """What happened in one use of a channel.

    A record without a count of members says only whether the channel was used. It is kept as one invited "member"
    who was active or not: one observation of the whole community, which is all that a yes or no can tell.

    Attributes:
        id: given by the sender, or derived from community, channel and start.
        community: a name or number that means something to the sender; no name of a person.
        start: first day of use.
        invited: number of people invited, at least 1.
        active: how many of them were active in week 8.
        counted: False when the record came as a yes or no.
        reason: code from `NOT_USED_REASONS`, why people did not use it.
        note: the reason in free words.
        source: the form or file it came from.
        recorded_at: with time zone.
        consent: whether it may be shown, without the community's name, to other teams whose community is like it.
    """

    id: str
    community: str
    profile: Profile
    channel: str
    start: date
    invited: int
    active: int
    counted: bool
    reason: str | None
    note: str | None
    source: str
    recorded_by: str
    recorded_at: datetime
    consent: bool = False


class ChannelUse(NamedTuple):
    """An outcome record as other teams may see it: not whose it is, and no free words.

    Attributes:
        year: in which use began.
        invited, active, counted, reason: as in `OutcomeRecord`.
    """

    profile: Profile
    channel: str
    year: int
    invited: int
    active: int
    counted: bool
    reason: str | None


class MemberCounts(Protocol):
    """What every form of an outcome record knows of the members; as in `OutcomeRecord`."""

    @property
    def invited(self) -> int: ...
    @property
    def active(self) -> int: ...
    @property
    def counted(self) -> bool: ...


def counts_as_told(record: MemberCounts) -> dict[str, int | bool | None]:
    """The members in the way that the sender told of them: two numbers, or a yes or no."""
    if record.counted:
        return {"invited": record.invited, "active": record.active, "used": None}
    return {"invited": None, "active": None, "used": record.active == 1}


@dataclass(frozen=True, slots=True)
class Submission:
    """An outcome record on its way in.

    Attributes:
        own_id: whether the sender gave the id.
        corrects: id of the record that this one replaces.
        withholds: whether it says in so many words that it may not be shown; saying nothing is no consent either, but
            takes none back.
        understood: the answers that were read as something else than was sent.
    """

    record: OutcomeRecord
    own_id: bool
    corrects: str | None = None
    withholds: bool = False
    understood: tuple[Understood, ...] = ()

    @property
    def identity(self) -> str:
        """The id that the record will be known by: a correction keeps the id of what it corrects."""
        return self.record.id if self.corrects is None else self.corrects


def derived_id(community: str, channel: str, start: date) -> str:
    """The id of a record whose sender gave none: equal for equal community, channel and start."""
    return "auto-" + _digest([community, channel, start.isoformat()])[:32]


def answers_text(profile: Profile, questionnaire: Questionnaire) -> str:
    """The known answers as JSON text that is equal for equal answers, so that records can be grouped by it.

    The order of codes is kept only where it means something.
    """
    answers = {
        question: answer if isinstance(answer, str) or questionnaire[question].ordered else sorted(answer)
        for question, answer in profile.answers.items()
    }
    return json_text(answers)


def json_text(answers: Mapping[str, str | Sequence[str]]) -> str:
    """Answers as JSON text, with the questions in the order of the alphabet."""
    return orjson.dumps(answers, option=orjson.OPT_SORT_KEYS).decode()


def complete_answers(
    answers: Mapping[str, str | list[str]], questionnaire: Questionnaire
) -> dict[str, str | list[str]]:
    """Answers in screen order and in codes of today, with "unknown" said aloud where an answer is required.

    That is how the gate wants them.
    """
    answers = questionnaire.changes.renewed(answers)
    known = {question.id: answers.get(question.id) for question in questionnaire}
    complete = {
        question.id: known[question.id] or UNKNOWN
        for question in questionnaire
        if known[question.id] or (question.required and question.unknown_allowed)
    }
    # An answer to a question that no longer exists is passed on, so that the gate can say so.
    return complete | {question: answer for question, answer in answers.items() if question not in known}


def content_digest(record: OutcomeRecord, answers: str) -> str:
    """SHA-256 over what happened, without who said so and when: equal for the same news told twice.

    Args:
        record: the record.
        answers: its profile in the form of `answers_text`.
    """
    digest = _digest([
        record.community, record.channel, record.start.isoformat(), record.invited, record.active, record.counted,
        record.reason, record.note, answers,
    ])  # fmt: skip
    return with_consent(digest) if record.consent else digest


def with_consent(digest: str) -> str:
    """The digest of the same news when it may be shown to others: given or taken back, consent is news."""
    return _digest([digest, "consent"])


def _digest(values: list[str | int | None]) -> str:
    return hashlib.sha256(orjson.dumps(values)).hexdigest()
