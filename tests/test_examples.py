"""In the quick tests no property takes long, whatever number of examples it states."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import MOST, bound


@pytest.mark.parametrize("stated", [400, 2])
def test_a_property_is_tried_on_no_more_examples_than_the_quick_tests_allow(stated):
    tried = []

    @settings(max_examples=stated)
    @given(st.integers())
    def check(number):
        tried.append(number)

    bound(check)
    check()
    assert len(tried) == min(stated, MOST)


def test_what_is_no_property_stays_as_it_is():
    for test in (len, None):
        bound(test)
