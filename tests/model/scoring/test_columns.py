"""Columns: many numbers added at once are the sums of each by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.scoring.columns import Columns
from model.scoring.reasons import UNIT

CHANNELS, COUNT = 5, 3
COLUMNS = Columns(CHANNELS, COUNT)
NUMBERS = st.integers(-9_000, 9_000).map(lambda thousandths: thousandths / 1000)
PART = st.tuples(st.sets(st.integers(0, CHANNELS - 1)), st.tuples(*[NUMBERS] * COUNT))


@given(st.lists(PART, max_size=40))
def test_every_number_is_added_by_itself(parts):
    found = COLUMNS.unpacked(sum(COLUMNS.packed(places, values) for places, values in parts))
    for column in range(COUNT):
        for place in range(CHANNELS):
            expected = sum(round(values[column] * UNIT) for places, values in parts if place in places)
            assert found[column][place] == expected


def test_nothing_is_0_everywhere():
    assert [list(column) for column in COLUMNS.unpacked(0)] == [[0] * CHANNELS] * COUNT


@pytest.mark.parametrize("value", [9_000_000_000.0, -9_000_000_000.0])
def test_a_number_near_the_end_does_not_spill_into_its_neighbour(value):
    low, middle, high = COLUMNS.unpacked(COLUMNS.packed([2], (0.0, value, 0.0)))
    assert list(middle) == [0, 0, round(value * UNIT), 0, 0]
    assert not any(low)
    assert not any(high)
