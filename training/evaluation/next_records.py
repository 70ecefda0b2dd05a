"""Next records: how many more records, and of what kind, would settle what the gate cannot tell yet."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from training.evaluation.differences import tried_together
from training.evaluation.gate import (
    FEWEST_COMMUNITIES,
    FEWEST_FAILURES,
    MARGIN,
    CheckResult,
    GateCheck,
    GateVerdict,
)
from training.evaluation.trial import Trial

Kind = Literal["communities", "fewest", "again", "failures", "two_channels", "sources"]
_MOST_TIMES = 9
"""Beyond so many times what there is, a number says no more than "many"."""


@dataclass(frozen=True)
class NextRecords:
    """What to collect.

    Attributes:
        kind: "fewest" (communities, before anything can be said), "communities" (that would probably make the order
            sure), "again" (as many as there are, because no better order was seen), "failures" (communities whose
            channel was not used), "two_channels" (communities that tried more than one), or "sources" (others who tell
            of the same).
    """

    kind: Kind
    count: int


def next_records(trial: Trial) -> tuple[NextRecords, ...]:
    """What would help most, the first first; nothing when the challenger may be promoted."""
    return () if trial.judgement.verdict is GateVerdict.PROMOTE else tuple(_wanted(trial))


def _wanted(trial: Trial) -> Iterator[NextRecords]:
    communities = trial.table.seen_communities
    failed = round(trial.failures * communities)
    if trial.failures < FEWEST_FAILURES:
        missing = (FEWEST_FAILURES * communities - failed) / (1 - FEWEST_FAILURES)
        yield NextRecords("failures", max(1, math.ceil(missing)))
    order = trial.judgement.check("better_order")
    if communities < FEWEST_COMMUNITIES:
        yield NextRecords("fewest", FEWEST_COMMUNITIES - communities)
    elif order is not None and order.outcome is CheckResult.OPEN:
        yield _for_the_order(order, communities)
    elif (known := trial.judgement.check("knows_order")) is not None and known.outcome is CheckResult.OPEN:
        yield NextRecords("again", communities)
    several = len(tried_together(trial.table))
    if several < FEWEST_COMMUNITIES:
        yield NextRecords("two_channels", FEWEST_COMMUNITIES - several)
    decides = trial.judgement.check("no_source_decides")
    if decides is not None and decides.outcome is not CheckResult.PASSED:
        yield NextRecords("sources", int(decides.numbers["contradicting"] + decides.numbers["decisive"]))


def _for_the_order(check: GateCheck, communities: int) -> NextRecords:
    """The width of an interval goes down with the root of the number of communities."""
    seen, bound = check.numbers["difference"], check.numbers["bound"]
    if seen >= 0:
        return NextRecords("again", communities)
    times = min(((bound - seen) / (MARGIN - seen)) ** 2 - 1, _MOST_TIMES)
    return NextRecords("communities", 5 * max(1, math.ceil(times * communities / 5)))
