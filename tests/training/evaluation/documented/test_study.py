"""The whole study: what it finds where there is something to find, and where there is nothing."""

from dataclasses import replace

import numpy as np
import pytest

from model.domain.evidence import HINDSIGHT
from tests.factories import documented, minimal_knowledge, outcome
from training.evaluation.documented.approaches import approaches
from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.cross_judging import cross_judged
from training.evaluation.documented.folds import splits
from training.evaluation.documented.judges import ChannelScores
from training.evaluation.documented.measures import measures
from training.evaluation.documented.outcomes import DocumentedOutcomes
from training.evaluation.documented.study import STEPS, TooLittleEvidenceError, run_study


def pairs_right(judged, communities, knowledge):
    found = measures(judged, DocumentedOutcomes(communities, knowledge.channels))
    return float(found["pairs"].measure(np.ones((1, len(communities))))[0])


def shuffled(communities, seed):
    """The same communities and channels; results are dealt out anew over all of them."""
    chance = np.random.default_rng(seed)
    results = [each.result for community in communities for each in community.documented.outcomes]
    dealt = iter(chance.permutation(results).tolist())
    return [
        replace(
            community,
            documented=replace(
                community.documented,
                outcomes=tuple(
                    replace(each, result=next(dealt), ended_by=None) for each in community.documented.outcomes
                ),
            ),
        )
        for community in communities
    ]


@pytest.mark.slow
@pytest.mark.no_cover
def test_where_outcomes_are_dealt_by_lot_nobody_is_better_than_a_coin(knowledge):
    communities = communities_of(knowledge, HINDSIGHT)
    dealt = [shuffled(communities, seed) for seed in range(2)]
    for approach in approaches(knowledge):
        # Who learns nothing says the same whatever the results are.
        judged = [
            cross_judged(approach, each, [splits(each, 10, 0)]) for each in (dealt if approach.learns else dealt[:1])
        ]
        found = [
            pairs_right(said, each, knowledge)
            for said, each in zip(judged * (1 if approach.learns else len(dealt)), dealt, strict=True)
        ]
        assert np.mean(found) == pytest.approx(0.5, abs=0.09), approach.name


def test_who_learns_does_not_see_whom_it_judges(knowledge):
    communities = communities_of(knowledge)
    seen: list[set[str]] = []
    silent = ChannelScores(np.zeros(3), np.zeros(3))

    class Spy:
        name, learns = "spy", True

        def fit(self, learned):
            seen.append({each.documented.fold for each in learned})
            return self

        def scores(self, community):
            assert community.documented.fold not in seen[-1]
            return silent

    cross_judged(Spy(), communities, [splits(communities, 10, 0), splits(communities, 10, 1)])
    assert len(seen) == 20


def worlds(count):
    """Communities of which those on the road use the chat and those at a desk the forum, always."""
    for number in range(count):
        place, used, failed = ("road", "chat", "forum") if number % 2 else ("desk", "forum", "chat")
        tried = outcome(used), outcome(failed, "not_used")
        yield documented(f"c{number:03}", {"place": place, "wishes": ["talk"]}, *tried)


@pytest.mark.slow
def test_the_rules_are_found_to_be_right_where_they_are():
    knowledge = minimal_knowledge(evidence=list(worlds(120)))
    told = []
    study = run_study(knowledge, repeats=1, step=lambda name, share: told.append((name, share)))
    pairs = {name: found["pairs"] for name, found in study.views["honest"].figures.items()}
    # The one rule speaks for the chat on the road; at a desk forum and chat are equal.
    assert (pairs["rules"].value, pairs["wishes"].value, pairs["rules"].count) == (0.75, 0.5, 120)
    # The starter learns the desk from the others, so it is right everywhere; that is what is held against the wishes.
    assert pairs["rules_before"].value is None
    assert study.unknown["rules_before"] == 120
    assert study.views["honest"].against["wishes"]["pairs"].value == 0.5
    (rule,) = study.views["honest"].rules
    assert (rule.right, rule.pairs, rule.reading) == (60, 60, "supports")
    assert [point.communities for point in study.curve] == [27, 54, 81, 108]
    assert [name for number, (name, _) in enumerate(told) if name != (told[number - 1][0] if number else "")] == list(
        STEPS
    )
    assert all(0 <= share <= 1 for _, share in told)


def test_too_little_evidence_is_said():
    with pytest.raises(TooLittleEvidenceError, match="from 60 sources; at least 100 are needed"):
        run_study(minimal_knowledge(evidence=list(worlds(60))))
