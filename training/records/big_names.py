"""Names in big files: communities, channels and reasons as an import reads them.

Most names are as they should be, and an engine can see which. Only the others, each once, are read in Python, and what
they become is joined to the table.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import ibis
import pyarrow as pa
from ibis.expr.types import Column, StringColumn, Table

from model.domain.knowledge import Knowledge
from model.outcomes.names import NO_NAMES, broken_name, tidy_name
from model.outcomes.reading import OutcomeReading, is_total, total_words
from model.outcomes.record import NOT_USED_REASONS
from training.records.aggregation import fetch

_TIDY = r"^[!-&(-~][!-~]*( [!-~]+)*$"
"""Plain letters and signs with single spaces, and no apostrophe in front: what reading leaves alone."""
_MAY_BE_BROKEN = r"^[#{$@<\[=]|^Err:|E\+"
"""What a name in plain signs holds that a program broke; others are looked at because of their letters."""
_NAMES = ("id", "community")
_AS_READ = "as_read"
_MAY_BE_EMPTY = ("invited", "active", "used", "reason")


def read_names(table: Table, knowledge: Knowledge) -> Table:
    """The table with its names as they are read; other columns are left alone."""
    reading, totals = OutcomeReading(knowledge), total_words(knowledge)
    codes = {"channel": [channel.id for channel in knowledge.channels], "reason": NOT_USED_REASONS}
    for name in ("id", "community", "channel", "reason"):
        if name in table.columns:
            table = table.mutate(**{name: _text(table[name])})
            odd = _odd(table, name, codes.get(name), reading.not_told, totals)
            if name in _NAMES:
                table = _without_broken(table, name, [each for each in odd if _is_broken(each, reading, totals)])
            table = _replaced(table, name, odd, reading)
    return _without_words_for_nothing(table, reading)


def _without_words_for_nothing(table: Table, reading: OutcomeReading) -> Table:
    """Cells that say that nothing is told become empty ones."""
    texts = [name for name in _MAY_BE_EMPTY if name in table.columns and table[name].type().is_string()]
    words = [word for word in reading.not_told if word]
    nothing = {name: table[name].strip().lower().isin(words) for name in texts}
    if not texts:
        return table
    (there,) = fetch(table.agg(**{name: each.any() for name, each in nothing.items()})).to_pylist()
    return table.mutate(**{name: each.ifelse("", table[name]) for name, each in nothing.items() if there[name]})


def _odd(
    table: Table, name: str, codes: Collection[str] | None, words: Collection[str], totals: Collection[str]
) -> list[str]:
    """The names that reading may not leave alone, each once."""
    column = table[name]
    if codes is None:
        plain_words = column.lower().isin([word for word in (*words, *NO_NAMES) if word])
        may_be_total = column.lower().re_search(f"^({'|'.join(map(re.escape, totals))})")
        fine = column.re_search(_TIDY) & ~column.re_search(_MAY_BE_BROKEN) & ~plain_words & ~may_be_total
    else:
        fine = column.isin(codes)
    found: list[str] = fetch(table.filter(~fine, column != "").select(name).distinct())[name].to_pylist()
    return found


def _is_broken(text: str, reading: OutcomeReading, totals: Collection[str]) -> bool:
    name = tidy_name(str(reading.field("community", text) or ""))
    return broken_name(name) is not None or is_total(name, totals)


def _without_broken(table: Table, name: str, broken: Collection[str]) -> Table:
    """The table in which a row with a broken name has no community, so that it is refused as an import refuses it."""
    if not broken:
        return table
    return table.mutate(community=table[name].isin(broken).ifelse("", _text(table.community)))


def _replaced(table: Table, name: str, odd: Collection[str], reading: OutcomeReading) -> Table:
    read = {text: tidy_name(str(reading.field(name, text) or "")) for text in odd}
    changed = {text: value for text, value in read.items() if value != text}
    if not changed:
        return table
    values = ibis.memtable(pa.table({name: list(changed), _AS_READ: list(changed.values())}))
    joined = table.left_join(values, name)
    return joined.mutate(**{name: ibis.coalesce(joined[_AS_READ], joined[name])}).select(*table.columns)


def _text(column: Column) -> StringColumn:
    """As text; a whole number that is kept as a fraction is written without one."""
    if column.type().is_floating():
        column = (column == column.floor()).ifelse(column.cast("int64").cast("string"), column.cast("string"))
    return column.cast("string").fill_null("")
