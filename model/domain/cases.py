"""Cases: documented communities whose story is told in each language, with what worked and what failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from model.domain.questions import Text


@dataclass(frozen=True, slots=True)
class ChannelExperience:
    """One channel in a case, and what happened with it."""

    channel: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The story of one documented community.

    Attributes:
        year: of the source, in words.
        profile: answers as far as known, in the shape of a profile sent by a client.
        basis: for each answer whether the source states it or the editors inferred it.
    """

    id: str
    name: Text
    summary: Text
    country: str
    year: Text
    sources: tuple[str, ...]
    profile: Mapping[str, str | list[str]]
    basis: Mapping[str, Literal["stated", "inferred"]]
    worked: tuple[ChannelExperience, ...]
    failed: tuple[ChannelExperience, ...]
    lesson: Text
    reliability: Text | None = None
