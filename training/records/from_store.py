"""Stored outcomes: the records in the store, where its own database puts them together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

import ibis
import pyarrow as pa
import sqlalchemy as sa

from model.domain.code_changes import CodeChanges
from model.domain.knowledge import Knowledge
from model.storage.engine import Store
from model.storage.tables import current_outcomes
from training.records.aggregation import OutcomeTable, fetch, quiet
from training.records.answer_columns import AnswerColumn, answers_of_texts

_BACKENDS = {"sqlite": "sqlite", "postgresql": "postgres"}


@dataclass(frozen=True)
class StoredRecords:
    """What is in the store, in one state of it.

    Attributes:
        outcomes: the current records about channels of today.
        total: number of current records, about other channels too.
        without: number of those that are left out; they are in neither of the above.
    """

    outcomes: OutcomeTable
    total: int
    without: int


@contextmanager
def stored_outcomes(store: Store, knowledge: Knowledge, without: Collection[str] = ()) -> Iterator[StoredRecords]:
    """The records in the store, but for those from some sources, and those that data staff did not approve of.

    An open transaction keeps SQLite from shortening its log and PostgreSQL from clearing away what was deleted, so it
    ends as soon as the outcomes are released.

    Raises:
        StoreBusyError: the store is out of reach.
    """
    with ExitStack() as opened:
        connection = opened.enter_context(store.reading_by_driver())
        if connection.dialect.name == "postgresql":
            # Several questions are asked, and all are to be answered about the same records.
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        backend = getattr(ibis, _BACKENDS[connection.dialect.name])
        with quiet():
            view = backend.from_connection(connection.connection.driver_connection).table(current_outcomes.name)
        left = view.source.isin(tuple(without)) | ~view.approved.fill_null(False)
        used = view.filter(~left)
        known = used.filter(used.channel.isin([channel.id for channel in knowledge.channels]))
        records = known.select(
            "profile", "channel", "invited", "active", "community", "start", "source", "recorded_by",
            community_key=known.community,
        )  # fmt: skip
        (told,) = fetch(view.agg(all=view.count(), left=view.count(where=left))).to_pylist()
        outcomes = OutcomeTable(
            records,
            records.select("profile").distinct(),
            partial(_read_texts, knowledge.questionnaire.changes),
            opened.close,
        )
        yield StoredRecords(outcomes, told["all"] - told["left"], told["left"])


def _read_texts(changes: CodeChanges, found: pa.Table) -> Mapping[str, AnswerColumn]:
    return answers_of_texts(found["profile"].to_pylist(), changes)
