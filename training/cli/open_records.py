"""Open records: those to learn from, whether they are in the store, in a file or in a very large one.

What puts very many records together takes a second to load, so it is imported when there are very many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from model.cli.options import CommandError
from model.cli.translations import translation
from model.domain.knowledge import Knowledge
from model.errors import Phrase
from model.storage.engine import Store
from training.cli.tables import user
from training.learning.cells import Evidence
from training.progress import Step
from training.records.few_records import few_records
from training.records.import_file import import_file
from training.report.records import LeftOutRecords

if TYPE_CHECKING:
    from training.records.big_files import BigFile


@contextmanager
def open_records(
    file: Path | None,
    store: Store,
    knowledge: Knowledge,
    spark: str | None = None,
    step: Step = lambda name, share: None,
    without: Collection[str] = (),
    language: str = "en",
) -> Iterator[tuple[Evidence, LeftOutRecords]]:
    """The records, and how many of them are left out.

    Args:
        file: to use instead of the store. A big one is put together where it is; a smaller one goes through the same
            gate as an import.
        spark: address of a Spark master that is to put together the file.
        step: told what is being done.
        without: sources of records in the store that are left out.
        language: of what is said about records that are left out.

    Raises:
        CommandError: there are no records, or some are in the file twice.
        FileError: the file cannot be read as records at all.
    """
    if file is None:
        step("alike", 0)
        with _in_store(store, knowledge, Phrase("the store"), language, without=without) as found:
            yield found
        return
    from training.records.engines import in_duckdb, in_spark

    step("rows", 0)
    messages, today = knowledge.messages[language], date.today()
    engine = in_spark(file, spark, knowledge, messages, today) if spark else in_duckdb(file, knowledge, messages, today)
    with engine as big:
        if big is not None:
            step("alike", 0)
            yield _in_big_file(big, file, knowledge, language)
            return
    with TemporaryDirectory() as folder:
        apart = Store.open(f"sqlite:///{Path(folder) / 'records.db'}")
        try:
            rejects = Path(folder) / f"rejects{file.suffix}"
            result = import_file(file, apart, knowledge, recorded_by=user(), language=language, rejects=rejects)
            _warn(result.refused, result.read, file, language)
            with _in_store(apart, knowledge, str(file), language, refused=result.refused) as found:
                yield found
        finally:
            apart.close()


@contextmanager
def _in_store(
    store: Store,
    knowledge: Knowledge,
    place: str,
    language: str,
    *,
    refused: int = 0,
    without: Collection[str] = (),
) -> Iterator[tuple[Evidence, LeftOutRecords]]:
    with ExitStack() as opened:
        evidence: Evidence
        if few := few_records(store, knowledge, without):
            evidence, total, left = few.table, few.total, few.without
        else:
            from training.records.aggregation import AggregatedEvidence
            from training.records.from_store import stored_outcomes

            stored = opened.enter_context(stored_outcomes(store, knowledge, without))
            evidence = AggregatedEvidence(stored.outcomes, knowledge)
            total, left = stored.total, stored.without
        if without:
            _tell(Phrase("{0} records from {1} are left out.", left, ", ".join(without)), language)
        stale = total - evidence.records
        if stale:
            _tell(Phrase("{0} records do not fit the knowledge of today and are left out.", stale), language)
        yield _not_empty(evidence, place), LeftOutRecords(stale, refused, left, tuple(without))


def _in_big_file(big: BigFile, file: Path, knowledge: Knowledge, language: str) -> tuple[Evidence, LeftOutRecords]:
    from training.records.aggregation import AggregatedEvidence

    evidence = AggregatedEvidence(big.outcomes, knowledge)
    if evidence.repeated:
        raise CommandError(
            Phrase(
                "{0} rows of {1} have the id, or else the community, channel and start, of another row. Take them "
                "out, or let the store sort it out: platform-fit outcomes import {1}",
                evidence.repeated,
                file.name,
            )
        )
    refused = big.rows - evidence.records
    _warn(refused, big.rows, file, language)
    return _not_empty(evidence, str(file)), LeftOutRecords(0, refused)


def _not_empty(evidence: Evidence, place: str) -> Evidence:
    if not evidence.records:
        raise CommandError(
            Phrase(
                "There are no records to learn from in {0}. To get them there: platform-fit outcomes import FILE", place
            )
        )
    return evidence


def _warn(refused: int, rows: int, file: Path, language: str) -> None:
    if refused:
        words = Phrase(
            "{0} of {1} rows of {2} are refused and left out. Which and why: "
            "platform-fit outcomes import {2} --dry-run",
            refused,
            rows,
            file.name,
        )
        _tell(words, language)


def _tell(words: Phrase, language: str) -> None:
    click.echo(translation(words, language), err=True)
