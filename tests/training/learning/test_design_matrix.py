"""The columns of many pairs at once are the features that scoring gives each of them."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.knowledge import Knowledge
from model.knowledge.loader import knowledge_from
from model.profiles.profile import Profile
from model.scoring.artifact import Artifact, Uncertainty
from model.scoring.scorer import Scorer
from tests.examples import examples
from tests.factories import channel, minimal_content, minimal_knowledge, raw_profiles, read, rule, text
from tests.worlds import worlds
from training.learning.design_matrix import Featuriser, Pairs, ProfileTable
from training.learning.served_numbers import ServedNumbers


def random_artifact(featuriser: Featuriser, seed: int = 0) -> Artifact:
    """Deviations and variances drawn by lot, for every feature there is."""
    chance, knowledge = random.Random(seed), featuriser.knowledge
    first = 1 + len(knowledge.channels)
    shared = {
        each.id: {name: chance.uniform(-0.01, 0.01) for name in featuriser.names[first:]} for each in knowledge.channels
    }
    own = {name: chance.uniform(0.01, 0.2) for name in featuriser.names[first:]}
    return Artifact(
        "by lot",
        knowledge.score_fingerprint,
        deviations={name: round(chance.gauss(0, 0.5), 6) for name in featuriser.names},
        uncertainty=Uncertainty({each.id: chance.uniform(0.5, 1) for each in knowledge.channels}, own, shared),
    )


def assert_served_alike(featuriser: Featuriser, scorer: Scorer, profiles: list[Profile]):
    knowledge, artifact = featuriser.knowledge, scorer.artifact
    table = ProfileTable.of(profiles, knowledge)
    pairs = Pairs.everywhere(table, len(knowledge.channels))
    rows = featuriser.rows(pairs)
    coefficients = np.array([artifact.deviation(name) for name in featuriser.names])
    assessments = [each for profile in profiles for each in scorer.assess(profile)]
    # A scorer rounds each share to nine decimals, so that sums do not depend on their order.
    log_odds = [each.log_odds for each in assessments]
    assert rows.X @ coefficients + rows.offset == pytest.approx(log_odds, abs=2e-8)
    found, variance = ServedNumbers.of(artifact, featuriser).predict(pairs)
    assert found == pytest.approx(log_odds, abs=2e-8)
    assert variance == pytest.approx([each.variance for each in assessments], abs=1e-7)
    assert featuriser.excluded(table).ravel().tolist() == [bool(each.excluded_by) for each in assessments]


@pytest.fixture(scope="module")
def scorer(knowledge, featuriser):
    """Scores with an artifact made by lot."""
    return Scorer(knowledge, random_artifact(featuriser))


def test_simulated_communities_are_scored_as_in_service(featuriser, scorer, world):
    complete, seen = world.communities(40, unanswered=0.4)
    assert_served_alike(featuriser, scorer, [*complete, *seen])


@given(data=st.data())
def test_any_community_is_scored_as_in_service(knowledge, featuriser, scorer, data):
    raw = data.draw(raw_profiles(knowledge.questionnaire))
    assert_served_alike(featuriser, scorer, [read(knowledge.questionnaire, raw)])


@settings(max_examples=examples(25))
@given(data=st.data(), seed=st.integers(0, 1000))
def test_rules_nobody_thought_of_are_scored_as_in_service(data, seed):
    knowledge = data.draw(worlds(effects=("log_odds", "exclude")))
    profiles = [read(knowledge.questionnaire, data.draw(raw_profiles(knowledge.questionnaire))) for _ in range(3)]
    featuriser = Featuriser(knowledge)
    assert_served_alike(featuriser, Scorer(knowledge, random_artifact(featuriser, seed)), profiles)


def test_columns_do_not_depend_on_who_was_asked_about_before(knowledge, world):
    """What holds for some tables is kept; more tables than that, in turn, have the columns that each has alone."""
    featuriser, channels = Featuriser(knowledge), len(knowledge.channels)
    tables = [ProfileTable.of(world.communities(3, unanswered=0.3)[1], knowledge) for _ in range(5)]
    alone = [Featuriser(knowledge).rows(Pairs.everywhere(table, channels)).X.toarray().tolist() for table in tables]
    assert alone[0] != alone[1]
    for _ in range(2):
        for table, expected in zip(tables, alone, strict=True):
            assert featuriser.rows(Pairs.everywhere(table, channels)).X.toarray().tolist() == expected


def test_nobody_has_no_rows_and_all_columns(knowledge, featuriser):
    rows = featuriser.rows(Pairs.everywhere(ProfileTable.of([], knowledge), len(knowledge.channels)))
    assert rows.X.shape == (0, len(featuriser.names))
    assert rows.offset.shape == (0,)


def rows_of(knowledge: Knowledge, *raw: dict) -> tuple[list[dict[str, float]], list[float]]:
    """(columns that are not 0, offset) of these answers with every channel."""
    featuriser = Featuriser(knowledge)
    table = ProfileTable.of([read(knowledge.questionnaire, each) for each in raw], knowledge)
    rows = featuriser.rows(Pairs.everywhere(table, len(knowledge.channels)))
    named = [
        {name: value for name, value in zip(featuriser.names, row, strict=True) if value}
        for row in rows.X.toarray().tolist()
    ]
    return named, rows.offset.tolist()


def test_columns_worked_out_by_hand():
    """Trust 0.3, fit 2 of use, wishes counting 1 and 0.5: as far as the numbers go that are given here."""
    knowledge = minimal_knowledge(
        trust=0.3,
        rank_weights=[1.0, 0.5],
        fit_weights={"use": 2.0, "order": 1.0},
        channels=[channel("forum", functions={"talk": 1, "files": 3}), channel("chat", kind="messenger")],
        rules=[
            rule("road-chat", weight=-2.0, when={"place": "road"}, channel={"kind": "messenger"}),
            rule("never-chat", weight=-1.5, fixed=True, when={"hosts": "more"}, channel={"kind": "messenger"}),
        ],
        terms=[
            {"id": "cross_organisation", "text": text("More than one host."), "when": {"hosts": "more"}},
            {"id": "away", "text": text("On the road."), "when": {"place": "road"}, "group": True},
        ],
    )
    known = {"place": "road", "wishes": ["talk", "files"], "hosts": "more"}
    columns, offsets = rows_of(knowledge, known)
    # Talk: 1 × 1/3; files: 0.5 × 3/3. The better of both, from the middle: 0.5 - 0.5.
    assert columns[0] == {"intercept": 1, "channel:forum": 1, "group:away*platform": 1}
    assert offsets[0] == 0
    # Both wishes are served by 2: 1 × 2/3 - 0.5.
    assert columns[1] == pytest.approx(
        {"intercept": 1, "channel:chat": 1, "trust": -2, "rule:road-chat": 2, "fit": 1 / 6, "group:away*messenger": 1}
    )
    assert offsets[1] == pytest.approx(0.3 * -2 - 1.5 + 2 / 6)


def test_what_nobody_said_is_no_column():
    knowledge = minimal_knowledge(
        rules=[
            rule("hosts-chat", when={"hosts": "more"}, channel={"kind": "messenger"}),
            rule("not-one", when={"not": {"hosts": "one"}}, channel={"kind": "messenger"}),
        ]
    )
    columns, offsets = rows_of(knowledge, {"place": "desk"}, {"place": "desk", "hosts": "more"})
    assert columns[1] == {"intercept": 1, "channel:chat": 1}
    assert offsets[1] == 0
    assert columns[4] == {"intercept": 1, "channel:chat": 1, "trust": 2, "rule:hosts-chat": 1, "rule:not-one": 1}


def test_what_is_assumed_counts_as_said():
    content = {"rules": [rule("hosts-chat", when={"hosts": "more"}, channel={"kind": "messenger"})]}
    assumed = _with_assumption(content)
    columns, _ = rows_of(assumed, {"place": "road"}, {"place": "desk"}, {"place": "road", "hosts": "one"})
    assert ["rule:hosts-chat" in columns[place] for place in (1, 4, 7)] == [True, False, False]


def _with_assumption(sections: dict) -> Knowledge:
    content = minimal_content(**sections)
    hosts = next(each for each in content["questions"] if each["id"] == "hosts")
    hosts["assume"] = [{"when": {"place": "road"}, "answer": "more", "text": text("We assume more.")}]
    return knowledge_from(content)


def test_a_fixed_rule_has_no_column(knowledge, featuriser):
    fixed = {rule.id for rule in knowledge.rules if rule.fixed}
    assert "phone-app-without-a-phone" in fixed
    assert not {f"rule:{name}" for name in fixed} & set(featuriser.names)


def test_equal_profiles_become_one_row_in_an_order_of_their_own(knowledge, world):
    profiles = world.communities(30, unanswered=0.2)[1]
    table, places = ProfileTable.of([*profiles, *profiles[::-1]], knowledge).distinct()
    again, other_places = ProfileTable.of([*profiles[::-1], *profiles], knowledge).distinct()
    assert len(table) <= len(profiles)
    assert (table.masks == again.masks).all()
    assert (table.ranks == again.ranks).all()
    assert (places[:30] == other_places[30:]).all()
    assert (places[:30] == places[30:][::-1]).all()
