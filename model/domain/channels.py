"""Channels: ways to reach people, described by attributes that rules can look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model.domain.questions import Text

Moment = Literal["online", "live"]
MOMENTS: tuple[Moment, ...] = ("online", "live")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known about a channel, with the sources that say so."""

    text: Text
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel.

    Scales: `new_login` 0-2, `friction_*`, `archive`, `guest_access`, `moderation`, `cost`, `lock_in` and the function
    scores 0-3; more means more of it. `max_members` is a number of people in one group, or None without a known limit.

    Attributes:
        in_sentence: the name as it stands within a sentence: "a WhatsApp group".
        functions: need → function score (0 no, 1 weak, 2 good, 3 core strength).
        friction_own: effort for a member of the hosting organisation.
        friction_out: effort for a member from elsewhere.
        habit_lowers_friction: whether daily use of the same family takes the effort away.
        evidence: attribute → sources; every attribute that is not named here is expert judgement.
    """

    id: str
    name: Text
    in_sentence: Text
    description: Text
    family: str
    kind: str
    devices: tuple[str, ...]
    computer_needed: bool
    phone_first: bool
    account: Text
    new_login: int
    single_sign_on: str
    app_install: str
    friction_own: int
    friction_out: int
    habit_lowers_friction: bool
    functions: Mapping[str, int]
    max_members: int | None
    archive: int
    data_place: Text
    encryption: str
    patient_data: str
    guest_access: int
    moderation: int
    cost: int
    lock_in: int
    status: str
    facts: tuple[Fact, ...]
    evidence: Mapping[str, tuple[str, ...]]
    synonyms: tuple[str, ...] = ()
    status_note: Text | None = None
    note: Text | None = None

    @property
    def moment(self) -> Moment:
        """Whether people use it together at one time ("live") or each at their own ("online")."""
        return "live" if self.kind == "live" else "online"

    @property
    def two_way(self) -> bool:
        """Whether members can answer each other there."""
        return self.kind != "broadcast"


@dataclass(frozen=True, slots=True)
class NotAssessedChannel:
    """A product that teams mention but that is not advised, with the reason."""

    id: str
    name: Text
    reason: Text
    sources: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    use_instead: str | None = None
