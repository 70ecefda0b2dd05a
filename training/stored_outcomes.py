"""Stored outcomes: the records in the store, where its own database puts them together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import ibis
import numpy as np
import orjson
import pyarrow as pa
import sqlalchemy as sa

from model.knowledge.base import Knowledge
from model.storage.engine import Store
from model.storage.tables import current_outcomes
from training.aggregation import Outcomes, fetch, quiet
from training.answer_columns import AnswerColumn

_BACKENDS = {"sqlite": "sqlite", "postgresql": "postgres"}


@contextmanager
def stored_outcomes(store: Store, knowledge: Knowledge) -> Iterator[tuple[Outcomes, int]]:
    """(what is in the store and about channels of today, number of all current records), in one state of the store.

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
        known = view.filter(view.channel.isin([channel.id for channel in knowledge.channels]))
        records = known.select(
            "profile", "channel", "invited", "active", "community", "start", community_key=known.community
        )
        (total,) = fetch(view.agg(records=view.count()))["records"].to_pylist()
        yield Outcomes(records, records.select("profile").distinct(), _read_texts, opened.close), total


def _read_texts(found: pa.Table) -> Mapping[str, AnswerColumn]:
    """The answers in texts of `model.outcomes.answers_text`."""
    texts = found["profile"].to_pylist()
    columns: dict[str, tuple[np.ndarray[Any, np.dtype[np.int64]], dict[Any, int]]] = {}
    for row, text in enumerate(texts):
        for question, answer in orjson.loads(text).items():
            if question not in columns:
                columns[question] = (np.zeros(len(texts), dtype=np.int64), {None: 0})
            place, known = columns[question]
            place[row] = known.setdefault(tuple(answer) if isinstance(answer, list) else answer, len(known))
    return {question: AnswerColumn(place, _as_sent(known)) for question, (place, known) in columns.items()}


def _as_sent(answers: Mapping[Any, int]) -> list[Any]:
    return [list(answer) if isinstance(answer, tuple) else answer for answer in answers]
