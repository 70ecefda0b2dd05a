"""Reporting: what reaches the data team of what happened in a simulated world, with the faults of real files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench.world import SimulatedRecord, World

SUCCESS = 0.5
"""Share of active members from which a use is a success to those who report it."""


@dataclass(frozen=True)
class Reporting:
    """How outcomes are handed in.

    Attributes:
        silent: share of the failures that nobody hands in.
        noise: share of the records whose counts are turned round by mistake.
        heavy: records of one odd community, beside those of all others.
        lies: share of the communities whose outcomes are all turned round, by one reporter.
    """

    silent: float = 0.0
    noise: float = 0.0
    heavy: int = 0
    lies: float = 0.0


HONEST = Reporting()
"""Everything is handed in, as it was."""


def reported(world: World, number: int, settings: Reporting, seed: int) -> list[SimulatedRecord]:
    """The first so many records that are handed in, and before them those of the heavy community."""
    random = np.random.default_rng(seed)
    # As many failures as there can be may be left out.
    happened = world.records(number if not settings.silent else 4 * number)
    told = list(_told(happened, settings, random))[:number]
    return [*(world.records_of_one(settings.heavy) if settings.heavy else ()), *told]


def only_successes(records: Sequence[SimulatedRecord]) -> list[SimulatedRecord]:
    """Those that a team would be proud of."""
    return [record for record in records if _succeeded(record)]


def shuffled(records: Sequence[SimulatedRecord], seed: int) -> list[SimulatedRecord]:
    """The same communities and channels, with outcomes that belong to others."""
    order = np.random.default_rng(seed).permutation(len(records))
    return [
        replace(record, invited=records[other].invited, active=records[other].active)
        for record, other in zip(records, order.tolist(), strict=True)
    ]


def all_used(records: Sequence[SimulatedRecord]) -> list[SimulatedRecord]:
    """The same, with every member active."""
    return [replace(record, active=record.invited) for record in records]


def _told(
    happened: Sequence[SimulatedRecord], settings: Reporting, random: np.random.Generator
) -> Iterator[SimulatedRecord]:
    names = sorted({record.community for record in happened})
    lied = {name for name, lot in zip(names, random.random(len(names)), strict=True) if lot < settings.lies}
    for record in happened:
        silent, mistaken = random.random(2) < (settings.silent, settings.noise)
        if silent and not _succeeded(record):
            continue
        if record.community in lied:
            yield replace(_turned(record), recorded_by="one reporter")
        else:
            yield _turned(record) if mistaken else record


def _turned(record: SimulatedRecord) -> SimulatedRecord:
    return replace(record, active=record.invited - record.active)


def _succeeded(record: SimulatedRecord) -> bool:
    return record.active >= SUCCESS * record.invited
