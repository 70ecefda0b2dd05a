"""Few records: those of the store as a table, read as they are.

Most installations hold hundreds of records. What puts together millions of them (`from_store`) takes longer to load
than these take to read.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa

from model.domain.knowledge import Knowledge
from model.storage import outcomes
from model.storage.engine import Store
from model.storage.tables import current_outcomes
from training.learning.cells import RecordTable
from training.learning.design_matrix import IntArray
from training.learning.record_groups import Labels
from training.records.answer_columns import answers_of_texts, read_profiles

SAMPLE = 50_000
"""With more records than this, those of some communities are held in memory."""


@dataclass(frozen=True)
class FewRecords:
    """What is in the store, in one state of it.

    Attributes:
        table: the records about channels of today whose answers pass the gate.
        total: number of current records, about other channels too.
        without: number of those that are left out; they are in neither of the above.
    """

    table: RecordTable
    total: int
    without: int


def few_records(store: Store, knowledge: Knowledge, without: Collection[str] = ()) -> FewRecords | None:
    """The records in the store, but for those from some sources, and those that data staff did not approve of.

    None when there are more than `SAMPLE`.

    Raises:
        StoreBusyError: the store is out of reach.
    """
    columns = current_outcomes.c
    with store.reading() as connection:
        if outcomes.count(connection) > SAMPLE:
            return None
        rows = connection.execute(
            sa.select(
                columns.profile, columns.channel, columns.invited, columns.active, columns.community, columns.start,
                columns.source, columns.recorded_by, columns.approved,
            )
        ).all()  # fmt: skip
    # What nobody looked at yet waits.
    used = [row for row in rows if row.source not in without and row.approved]
    return FewRecords(_table(used, knowledge), len(used), len(rows) - len(used))


def _table(rows: Sequence[Any], knowledge: Knowledge) -> RecordTable:
    channels = knowledge.channel_place
    known = [row for row in rows if row.channel in channels]
    texts = sorted({row.profile for row in known})
    read, right = read_profiles(answers_of_texts(texts, knowledge.questionnaire.changes), len(texts), knowledge)
    profiles, place = read.distinct()
    of_text = dict(zip((text for text, fine in zip(texts, right, strict=True) if fine), place.tolist(), strict=True))
    kept = [row for row in known if row.profile in of_text]
    communities = tuple(sorted({row.community for row in kept}))
    number = {community: place for place, community in enumerate(communities)}

    def whole(values: list[int]) -> IntArray:
        return np.array(values, dtype=np.int64)

    return RecordTable.ordered(
        profiles,
        whole([of_text[row.profile] for row in kept]),
        whole([channels[row.channel] for row in kept]),
        whole([row.invited for row in kept]),
        whole([row.active for row in kept]),
        whole([number[row.community] for row in kept]),
        np.array([row.start for row in kept], dtype="datetime64[D]").astype(np.int64),
        communities,
        Labels.of([row.source for row in kept]),
        Labels.of([row.recorded_by for row in kept]),
    )
