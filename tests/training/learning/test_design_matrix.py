"""The columns of many pairs at once are the features that scoring gives each of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.profiles.profile import Profile
from model.scoring.advisor import Advisor
from model.scoring.artifact import INTERCEPT
from tests.factories import channel, minimal_knowledge, raw_profiles, read, rule
from tests.worlds import worlds
from training.learning.design_matrix import Featuriser, Pairs, ProfileTable


def assert_same_features(featuriser: Featuriser, advisor: Advisor, profiles: list[Profile]):
    table = ProfileTable.of(profiles, featuriser.knowledge)
    pairs = Pairs.everywhere(table, len(featuriser.knowledge.channels))
    columns, excluded = featuriser.matrix(pairs).toarray(), featuriser.excluded(table).ravel()
    assessments = [each for profile in profiles for each in advisor.scorer.assess(profile)]
    for row, is_excluded, assessment in zip(columns, excluded, assessments, strict=True):
        expected = {name: value for name, value in assessment.features.items() if name != INTERCEPT}
        found = {name: value for name, value in zip(featuriser.names, row.tolist(), strict=True) if value}
        names = found.keys() | expected.keys()
        assert {name: found.get(name, 0.0) for name in names} == pytest.approx(
            {name: expected.get(name, 0.0) for name in names}, abs=1e-8
        )
        assert is_excluded == assessment.excluded


def test_features_of_simulated_communities(featuriser, advisor, world):
    complete, seen = world.communities(40, unanswered=0.4)
    assert_same_features(featuriser, advisor, [*complete, *seen])


@given(data=st.data())
def test_features_under_the_packaged_rules(featuriser, advisor, knowledge, data):
    raw = data.draw(raw_profiles(knowledge.questionnaire))
    assert_same_features(featuriser, advisor, [read(knowledge.questionnaire, raw)])


@settings(max_examples=25)
@given(data=st.data())
def test_features_under_rules_nobody_thought_of(data):
    knowledge = data.draw(worlds(effects=("log_odds", "exclude")))
    profiles = [read(knowledge.questionnaire, data.draw(raw_profiles(knowledge.questionnaire))) for _ in range(3)]
    assert_same_features(Featuriser(knowledge), Advisor(knowledge), profiles)


def test_patterns_are_answer_times_attribute(featuriser, knowledge, world):
    profiles = ProfileTable.of(world.communities(20, unanswered=0.2)[0], knowledge)
    pairs = Pairs.everywhere(profiles, len(knowledge.channels))
    column = featuriser.patterns(pairs, [(3, 2)]).toarray()[:, 0]
    chosen = featuriser.chosen(profiles).toarray()[:, 3]
    assert column == pytest.approx((chosen[:, np.newaxis] * featuriser.attributes[:, 2]).ravel())
    assert featuriser.pattern_name((3, 2)).startswith("answer:")


def test_equal_profiles_become_one_row_in_an_order_of_their_own(knowledge, world):
    profiles = world.communities(30, unanswered=0.2)[1]
    table, places = ProfileTable.of([*profiles, *profiles[::-1]], knowledge).distinct()
    again, other_places = ProfileTable.of([*profiles[::-1], *profiles], knowledge).distinct()
    assert len(table) <= len(profiles)
    assert (table.masks == again.masks).all()
    assert (table.ranks == again.ranks).all()
    assert (places[:30] == other_places[30:]).all()
    assert (places[:30] == places[30:][::-1]).all()


def test_unknown_answers_blur_what_experts_say():
    chat = rule("hosts-chat", weight=-2.0, when={"hosts": "more"}, channel={"kind": "messenger"})
    knowledge = minimal_knowledge(rules=[chat])
    known = {"place": "desk", "wishes": ["talk"], "hosts": "one"}
    asked = [known, {**known, "hosts": "unknown"}, {"place": "desk", "hosts": "one"}]
    profiles = ProfileTable.of([read(knowledge.questionnaire, each) for each in asked], knowledge)
    blur = Featuriser(knowledge).blur(Pairs.everywhere(profiles, 3)).reshape(3, 3)
    # The rule fires with probability 1/2, which leaves (2/2)²; the two needs are served equally well here.
    assert blur == pytest.approx(np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))


def test_unknown_needs_blur_where_a_channel_serves_some_and_not_others():
    one_sided = channel("forum", functions={"talk": 3, "files": 0})
    knowledge = minimal_knowledge(channels=[one_sided, channel("chat")])
    profile = read(knowledge.questionnaire, {"place": "desk"})
    blur = Featuriser(knowledge).blur(Pairs.everywhere(ProfileTable.of([profile], knowledge), 2))
    assert blur == pytest.approx([((1.2 + 0.8) / 2) ** 2, 0])
