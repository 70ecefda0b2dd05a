"""Aggregation: distinct cells out of any number of records, by one expression for every engine.

The expression is written in ibis, and DuckDB (files), SQLite, PostgreSQL (the store) or Spark carries it out. Only
whole numbers are added up (`training.learning.exact_sums`), so every engine gives the same cells to the last bit, and
the same coefficients. Nothing that grows with the number of records comes into memory: answers come as distinct
profiles, outcomes as cells, and single records only of a sample of communities, which is drawn by lot from their names.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import IntegerColumn, StringColumn, Table

from model.domain.knowledge import Knowledge
from training.learning.cells import RecordCells, RecordTable
from training.learning.design_matrix import BoolArray, IntArray, Pairs
from training.learning.exact_sums import STEPS, TALLIES, UNIT, in_steps
from training.learning.record_groups import Labels
from training.records.answer_columns import AnswerColumn, read_profiles
from training.records.few_records import SAMPLE

_ENDING = 4
"""Communities whose names have the same last characters are drawn together; every engine can tell those."""


@dataclass(frozen=True)
class OutcomeTable:
    """Outcome records in an engine.

    Attributes:
        records: one row each: profile, channel, invited, active, community, start, source, recorded_by, and
            `community_key`. Channel and counts are right; `profile` is whatever is equal for equal answers,
            `community_key` for equal names. Where a record may be there twice there is also `identity`, which is then
            equal.
        profiles: each distinct `profile`, once, beside what it stands for.
        read: question → answers, from `profiles`.
        release: lets go of the engine.
    """

    records: Table
    profiles: Table
    read: Callable[[pa.Table], Mapping[str, AnswerColumn]]
    release: Callable[[], None]


class AggregatedEvidence:
    """Evidence for learning (`training.learning.cells.Evidence`) from outcomes in an engine.

    Records whose answers do not pass the gate are left out.

    Args:
        most: records to hold in memory, more or less.
    """

    def __init__(self, outcomes: OutcomeTable, knowledge: Knowledge, most: int = SAMPLE) -> None:
        self._channels = pa.array([channel.id for channel in knowledge.channels])
        found = fetch(outcomes.profiles)
        read, right = read_profiles(outcomes.read(found), len(found), knowledge)
        self._profiles, self._place = read.distinct()
        self._keys = found["profile"].combine_chunks().filter(pa.array(right))
        self._records = _without(outcomes.records, found, right)
        self._most = most
        self.release = outcomes.release

    @property
    def records(self) -> int:
        return int(self._totals["records"])

    @property
    def seen_communities(self) -> int:
        return int(self._totals["communities"])

    @property
    def newest(self) -> date:
        newest: date = self._totals["newest"]
        return newest

    @property
    def repeated(self) -> int:
        """How many records are there once more."""
        return self.records - int(self._totals.get("different", self.records))

    @cached_property
    def _totals(self) -> Mapping[str, Any]:
        table = self._records
        sums = {
            "records": table.count(),
            "communities": table.community_key.nunique(),
            "newest": table.start.max().cast("date"),
        }
        if "identity" in table.columns:
            sums["different"] = table.identity.nunique()
        row: Mapping[str, Any] = fetch(table.agg(**sums)).to_pylist()[0]
        return row

    @cached_property
    def sample(self) -> RecordTable:
        """All records, or those of some communities: the same ones from every engine, in any order."""
        table = self._records
        if self.records > self._most:
            table = table.filter(ending(table).isin(self._drawn()))
        found = fetch(
            table.select("profile", "channel", "invited", "active", "community", "start", "source", "recorded_by")
        )
        communities = pa.array(sorted(pc.unique(found["community"]).to_pylist()), pa.string())
        return RecordTable.ordered(
            self._profiles,
            self._profile(found),
            _places(found["channel"], self._channels),
            _whole(found["invited"]),
            _whole(found["active"]),
            _places(found["community"], communities),
            _whole(found["start"].cast(pa.date32()).cast(pa.int32())),
            tuple(communities.to_pylist()),
            Labels.of(found["source"].to_pylist()),
            Labels.of(found["recorded_by"].to_pylist()),
        )

    def _drawn(self) -> list[str]:
        """Endings of names, in the order of their hash, until those communities have as many records as wanted."""
        table = self._records.select(ending=ending(self._records))
        counts = fetch(table.group_by("ending").agg(records=table.count())).to_pydict()
        found = sorted(
            zip(counts["ending"], counts["records"], strict=True),
            key=lambda each: hashlib.sha256(each[0].encode()).digest(),
        )
        upto = np.cumsum([records for _, records in found])
        return [name for name, _ in found[: max(1, int(np.searchsorted(upto, self._most, "right")))]]

    def cells(self, alikeness: float) -> RecordCells:
        """All records put together by the engine, which is let go of; ρ is rounded to steps of 1/`STEPS`."""
        found = fetch(cell_tallies(self._records, alikeness))
        # Nothing more is asked of it, and what follows needs the memory.
        self.release()
        pairs = Pairs(self._profiles, self._profile(found), _places(found["channel"], self._channels))
        return RecordCells.of(pairs, np.column_stack([_whole(found[name]) for name in TALLIES]))

    def _profile(self, found: pa.Table) -> IntArray:
        return self._place[_places(found["profile"], self._keys)]


def cell_tallies(records: Table, alikeness: float) -> Table:
    """The expression: `TALLIES` of each distinct profile and channel, as `training.learning.exact_sums.tallied` has
    them."""
    steps = in_steps(alikeness)
    invited, active, start = records.invited.cast("int64"), records.active.cast("int64"), records.start
    days = start.year().cast("int64") * 372 + start.month() * 31 + start.day()
    alike = records.count().over(group_by=records.community_key).cast("int64")

    def in_units(members: IntegerColumn) -> IntegerColumn:
        # A division of doubles, everywhere: whole numbers divided by each other mean something else in each engine.
        worth = ((invited - 1) * steps + STEPS) * (alike + 1)
        part = (members * (2 * UNIT * STEPS)).cast("float64") / worth.cast("float64")
        return part.floor().cast("int64")

    values = (in_units(active), in_units(invited - active), ibis.literal(1), invited, active, days)
    # What looks at other records of the community has to be there before anything is added up.
    each = records.select("profile", "channel", **dict(zip(TALLIES, values, strict=True)))
    return each.group_by("profile", "channel").agg(**{name: each[name].sum().cast("int64") for name in TALLIES})


def ending(records: Table) -> StringColumn:
    """The last characters of the names of communities."""
    return records.community.right(_ENDING)


def fetch(table: Table) -> pa.Table:
    """The rows of an expression."""
    with quiet():
        return table.to_pyarrow()


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings about what ibis asks of newer versions of its engines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", FutureWarning)
        yield


def _without(records: Table, found: pa.Table, right: BoolArray) -> Table:
    """Records with the profiles that are right."""
    wrong = found["profile"].filter(pa.array(~right)).to_pylist()
    values = [ibis.literal(value, records.profile.type()) for value in wrong]
    return records.filter(records.profile.notin(values)) if wrong else records


def _places(column: pa.ChunkedArray, values: pa.Array) -> IntArray:
    return _whole(pc.index_in(column, value_set=values.cast(column.type)))


def _whole(column: pa.ChunkedArray) -> IntArray:
    return np.asarray(column.to_numpy(), dtype=np.int64)
