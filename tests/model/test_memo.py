"""The memo: right, bounded, and never wrong about which object is which."""

from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from model.memo import Memo


def test_a_value_is_made_once_and_again_when_it_was_dropped():
    memo, made = Memo[int](4), []

    def square(number: int) -> int:
        made.append(number)
        return number * number

    for number in (1, 2, 3, 4, 1, 5, 1, 4):
        assert memo.of(number, partial(square, number)) == number * number
    # The fifth value drops the older half, 1 and 2; 4 is still there.
    assert made == [1, 2, 3, 4, 5, 1]


@given(keys=st.lists(st.integers(0, 30)), at_most=st.integers(1, 8))
def test_it_never_holds_more_than_it_may_and_never_answers_wrongly(keys, at_most):
    memo = Memo[str](at_most)
    for key in keys:
        assert memo.of(key, partial("value of {}".format, key)) == f"value of {key}"
        assert len(memo) <= at_most


def test_equal_objects_are_told_apart_and_what_is_kept_of_one_too():
    memo = Memo[str]()
    one, other = [1], [1]
    assert memo.of_object(one, lambda: "one") == "one"
    assert memo.of_object(other, lambda: "other") == "other"
    assert memo.of_object(one, lambda: "one in Dutch", "nl") == "one in Dutch"
    assert memo.of_object(one, lambda: "never made") == "one"


def test_a_new_object_never_gets_what_was_made_for_one_that_is_gone():
    memo = Memo[int](1000)
    for number in range(500):  # each list is free to take the place of the one before in memory
        assert memo.of_object([number], partial(int, number)) == number
