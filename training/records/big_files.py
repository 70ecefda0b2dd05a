"""Big files: outcome records in more rows than Python reads one by one, checked and put together by an engine.

What learning looks at is judged as the gate judges it: answers by the gate itself, once for each different one;
community, channel, dates and counts by an expression that says the same. What decides nothing (who recorded a row, its
note and source) is not judged.
"""

from __future__ import annotations

import functools
import inspect
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.datatypes as dt
import pyarrow as pa
import pyarrow.compute as pc
from ibis.expr.types import BooleanColumn, Column, IntegerColumn, StringColumn, Table

from model.domain.knowledge import Knowledge
from model.outcomes.day_order import DATE, YearPlace, turned_round
from model.outcomes.fields import LENGTHS, MOST_INVITED
from model.outcomes.reading import DASHES, DAY_FIRST, NO, TURNED, WHOLE, YEAR_FIRST, YES
from model.outcomes.record import NOT_USED_REASONS, WEEKS
from model.outcomes.validation import EARLIEST, example_communities
from training.learning.exact_sums import IntArray
from training.records.aggregation import OutcomeTable, fetch
from training.records.answer_columns import AnswerColumn
from training.records.big_names import read_names
from training.records.record_columns import RecordColumns


@dataclass(frozen=True)
class Engine:
    """What differs between engines that read files.

    Attributes:
        hash_name, hash_type: its function that makes 64 bits of any number of values, and the type that it gives.
        sees_nothing: whether a value that is not there counts for that function, and is not passed over.
    """

    hash_name: str
    hash_type: dt.DataType
    sees_nothing: bool = True


@dataclass(frozen=True)
class BigFile:
    """A file in an engine.

    Attributes:
        outcomes: of the rows that are right, answers not yet looked at. Rows with the same id, or else the same
            community, channel and start, have the same `identity`.
        rows: number of all rows.
    """

    outcomes: OutcomeTable
    rows: int


def big_file(table: Table, engine: Engine, knowledge: Knowledge, today: date, release: Callable[[], None]) -> BigFile:
    """Look at a table with the columns of a file of records as the records that it holds.

    Args:
        table: whose columns the engine can read one without the other, because it is asked several times.
        release: lets go of the engine.
    """
    questions = [question.id for question in knowledge.questionnaire]
    answers = {question: _answer(table, question) for question in questions}
    # One number stands for eighteen answers: an engine groups by it five times as fast.
    profile = _hash(engine, list(answers.values()))
    asked = table.select(profile=profile, answers=ibis.struct(answers))
    profiles = asked.group_by("profile").agg(answers=asked.answers.arbitrary())
    records, rows = _right(table.mutate(profile_number=profile), engine, knowledge, today)
    return BigFile(OutcomeTable(records, profiles, _AnswerReader(knowledge), release), rows)


class _AnswerReader:
    """Reads the answers of distinct profiles out of the columns of a file."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._columns = RecordColumns(knowledge)
        self._questions = [question.id for question in knowledge.questionnaire]

    def __call__(self, found: pa.Table) -> Mapping[str, AnswerColumn]:
        answers = found["answers"].combine_chunks()
        return {question: self._read(question, answers.field(question)) for question in self._questions}

    def _read(self, question: str, column: pa.Array) -> AnswerColumn:
        coded = pc.fill_null(column, "").dictionary_encode()
        place: IntArray = coded.indices.to_numpy().astype("int64")
        return AnswerColumn(place, [self._answer(question, text) for text in coded.dictionary.to_pylist()])

    def _answer(self, question: str, text: str | None) -> Any:
        return None if text is None else self._columns.read_answer(question, text)


def _right(table: Table, engine: Engine, knowledge: Knowledge, today: date) -> tuple[Table, int]:
    """(the rows that are right as records, number of all rows).

    When all rows are right none are taken out: to ask once whether it is so is quicker than to look each time that the
    table is asked.
    """
    table = read_names(table, knowledge)
    right = _is_right(table, knowledge, today)
    start = table["start"]
    (told,) = fetch(table.agg(rows=table.count(), right=right.sum())).to_pylist()
    all_right = told["right"] == told["rows"]
    # A date that the file keeps as one has no order to be in doubt about.
    if start.type().is_string() and not all_right:
        for place in _turned_round(table):
            right &= ~_may_be_turned_round(start, place)
    return _as_records(table if all_right else table.filter(right), engine), told["rows"]


def _turned_round(table: Table) -> set[YearPlace]:
    """See `model.outcomes.day_order.turned_round`: of the dates that cannot be read as they stand, each once."""
    start = table["start"]
    dates = table.filter(_day(start).isnull()).select(typed=_plain_day(start).re_extract(DATE, 0)).distinct()
    return {place for typed in fetch(dates)["typed"].to_pylist() for place in turned_round(typed)}


def _may_be_turned_round(column: Column, place: YearPlace) -> BooleanColumn:
    """See `model.outcomes.day_order.may_be_turned_round`; what has no year of four digits is refused anyway."""
    pattern, groups = (YEAR_FIRST, (2, 3)) if place == "year_first" else (DAY_FIRST, (1, 2))
    text = _plain_day(column)
    first, second = (text.re_extract(pattern, group).try_cast("int64") for group in groups)
    return ((first <= 12) & (second <= 12) & (first != second)).fill_null(False)


def _as_records(table: Table, engine: Engine) -> Table:
    """Rows as records, with 64 bits for who and what each is about."""
    invited, active = _counts(table)
    community, channel, start = table.community, table.channel, _day(table["start"])
    identity = _hash(engine, [community, channel, start])
    if "id" in table.columns:
        identity = (table.id == "").ifelse(identity, _hash(engine, [table.id]))
    return table.select(
        profile=table.profile_number, identity=identity, community=community, community_key=_hash(engine, [community]),
        channel=channel, start=start, invited=invited.cast("int32"), active=active.cast("int32"),
        source=_told(table, "source"), recorded_by=_told(table, "recorded_by"),
    )  # fmt: skip


def _is_right(table: Table, knowledge: Knowledge, today: date) -> BooleanColumn:
    """Whether the gate would take a row, answers not yet looked at."""
    invited, active = _counts(table)
    start = _day(table["start"])
    counts = [_given(table, "invited"), _given(table, "active")]
    fair = counts
    if "used" in table.columns:
        used, told = _yes_no(table["used"]).fill_null(False), _given(table, "used")
        fair = [told ^ (counts[0] & counts[1]), ~told | ~(counts[0] | counts[1])]
        if "reason" in table.columns:
            fair.append(~(used & _given(table, "reason")))
    if "reason" in table.columns:
        fair.append(~_given(table, "reason") | table.reason.isin(NOT_USED_REASONS))
    fair += [
        table.community.length().between(1, LENGTHS["community"]),
        table.community.notin(example_communities(knowledge)),
        table.channel.isin([channel.id for channel in knowledge.channels]),
        start.between(EARLIEST, today + timedelta(days=1)),
        invited.between(1, MOST_INVITED),
        active.between(0, invited),
        (active == 0) | (start <= today - timedelta(weeks=WEEKS)),
    ]
    return functools.reduce(operator.and_, fair).fill_null(False)


def _counts(table: Table) -> tuple[IntegerColumn, IntegerColumn]:
    """(members invited, members active); what is only known to be used or not counts as one member."""
    invited, active = _count(table, "invited"), _count(table, "active")
    if "used" not in table.columns:
        return invited, active
    told = _given(table, "used")
    return told.ifelse(1, invited), told.ifelse(_yes_no(table["used"]).cast("int64"), active)


def _given(table: Table, name: str) -> BooleanColumn:
    """Whether there is anything in a cell."""
    if name not in table.columns:
        return ibis.literal(False)
    return (_text(table[name]) != "") if table[name].type().is_string() else table[name].notnull()


def _told(table: Table, name: str) -> StringColumn:
    """What stands in a column that need not be there."""
    return _text(table[name]) if name in table.columns else ibis.literal("")


def _text(column: Column) -> StringColumn:
    """Without surrounding spaces; nothing is an empty text."""
    return column.cast("string").strip().fill_null("")


def _answer(table: Table, question: str) -> StringColumn:
    """An answer as text; codes in a list as they would stand in a flat file."""
    if question not in table.columns:
        return ibis.null("string")
    column = table[question]
    return column.join("|") if column.type().is_array() else column.cast("string")


def _count(table: Table, name: str) -> IntegerColumn:
    if name not in table.columns:
        return ibis.null("int64")
    column = table[name]
    if column.type().is_integer():
        return column.cast("int64")
    if column.type().is_floating():
        return (column == column.floor()).ifelse(column, ibis.null("float64")).try_cast("int64")
    return _seen(column).re_extract(WHOLE, 1).try_cast("int64")


def _day(column: Column) -> Column:
    if column.type().is_date():
        return column
    if column.type().is_timestamp():
        return (column == column.truncate("D")).ifelse(column.cast("date"), ibis.null("date"))
    text = _plain_day(column)
    year_first = _iso(*(text.re_extract(YEAR_FIRST, group) for group in (1, 2, 3)))
    day_first = _iso(*(text.re_extract(DAY_FIRST, group) for group in (3, 2, 1)))
    return ibis.coalesce(year_first, day_first)


def _plain_day(column: Column) -> StringColumn:
    """See `model.outcomes.reading.plain_day`."""
    return _seen(column).re_replace(DASHES, "-").re_replace("^'", "")


def _seen(column: Column) -> StringColumn:
    """As text, without spaces around it and without what nobody sees, unless that turns the text round."""
    text = column.cast("string")
    return text.contains(TURNED).ifelse(text, text.re_replace(r"\p{Cf}", "").strip())


def _iso(year: StringColumn, month: StringColumn, day: StringColumn) -> Column:
    return (year + "-" + month.lpad(2, "0") + "-" + day.lpad(2, "0")).try_cast("date")


def _yes_no(column: Column) -> BooleanColumn:
    if column.type().is_boolean():
        return column
    text = column.cast("string").strip().lower()
    return ibis.cases((text.isin(YES), True), (text.isin(NO), False))


def _hash(engine: Engine, values: Sequence[Column]) -> IntegerColumn:
    """64 bits that differ when the values do, but for one in 10¹⁹ pairs of different ones."""

    def bits(*values: object) -> int:
        """Carried out by the engine."""
        raise NotImplementedError

    names = [f"value_{number}" for number in range(len(values))]
    bits.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # this is how ibis learns of arguments
        [inspect.Parameter(each, inspect.Parameter.POSITIONAL_OR_KEYWORD) for each in names]
    )
    types = tuple(value.type() for value in values)
    made = ibis.udf.scalar.builtin(bits, name=engine.hash_name, signature=(types, engine.hash_type))
    return made(*(values if engine.sees_nothing else [_something(value) for value in values]))


def _something(value: Column) -> Column:
    return value.fill_null("") if value.type().is_string() else value
