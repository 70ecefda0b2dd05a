"""Nothing is judged by what was learned from its own source."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.folds import part_of, splits


@pytest.fixture(scope="module")
def communities(knowledge):
    return communities_of(knowledge)


@pytest.mark.parametrize("seed", range(3))
def test_no_source_article_or_community_is_on_both_sides(communities, seed):
    for learned, judged in splits(communities, 10, seed):
        for trait in (
            lambda each: each.id, lambda each: each.fold, lambda each: each.source.url or each.id,
        ):  # fmt: skip
            sides = ({trait(communities[place].documented) for place in side} for side in (learned, judged))
            assert not set.intersection(*sides)


def test_each_community_is_judged_once(communities):
    judged = np.concatenate([split.judged for split in splits(communities, 10, 0)])
    assert sorted(judged) == list(range(len(communities)))


def test_lots_decide_and_the_seed_decides_the_lots(communities):
    first, again, other = (splits(communities, 10, seed)[0].judged.tolist() for seed in (4, 4, 5))
    assert first == again
    assert first != other


@given(st.floats(0.05, 1), st.floats(0.05, 1), st.integers(0, 9))
def test_a_larger_part_holds_the_smaller_one_by_whole_sources(communities, one, other, seed):
    learned = splits(communities, 10, 0)[0].learned
    small, large = (set(part_of(communities, learned, share, seed)) for share in sorted((one, other)))
    assert small <= large <= set(learned)
    rest = set(learned) - small
    assert not {communities[place].documented.fold for place in small} & {
        communities[place].documented.fold for place in rest
    }


def test_all_is_all(communities):
    learned = splits(communities, 10, 0)[0].learned
    assert part_of(communities, learned, 1.0, 3).tolist() == learned.tolist()
