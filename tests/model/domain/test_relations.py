"""Relations: what depends on a channel and on the answers together."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain.conditions import Among, Attribute, Between, Fit, Relation, compile_condition
from model.domain.relations import for_channel
from tests import oracle
from tests.examples import examples
from tests.factories import channel, minimal_knowledge, raw_profiles, read
from tests.worlds import worlds

EXPECTED = st.one_of(
    st.builds(Between, st.integers(0, 3), st.none()),
    st.builds(Between, st.none(), st.integers(0, 3)),
    st.builds(Among, st.frozensets(st.integers(0, 3), min_size=1)),
)
YES_NO = st.builds(Among, st.sampled_from([frozenset({True}), frozenset({False})]))
LEAVES = st.one_of(
    st.builds(Relation, st.just("friction"), EXPECTED),
    st.builds(
        Relation,
        st.sampled_from(["in_daily_tools", "opened_daily", "exceeds_max_members", "copied", "current"]),
        YES_NO,
    ),
    st.builds(Attribute, st.sampled_from(["new_login", "friction_own", "max_members"]), EXPECTED),
    st.builds(Fit, st.sampled_from(["talk", "files"]), EXPECTED),
)


@given(st.data())
@settings(max_examples=examples(40))
def test_a_relation_applied_to_a_channel_says_what_it_means(data):
    world = data.draw(worlds())
    raw = data.draw(raw_profiles(world.questionnaire))
    leaf = data.draw(LEAVES)
    profile = read(world.questionnaire, raw)
    for each in world.channels:
        applied = for_channel(leaf, each, world.relation_context)
        decision = compile_condition(applied, world.questionnaire.layout)(profile.masks)
        assert decision is oracle.holds(leaf, oracle.known(raw), world, each)


@pytest.mark.parametrize(
    ("answers", "effort"),
    [
        ({"hosts": "one", "tools": ["mail"]}, 2),
        ({"hosts": "more", "tools": ["mail"]}, 3),
        ({"hosts": "one", "tools": ["chat"]}, 1),
        ({"hosts": "more", "tools": ["chat"]}, 1),
    ],
)
@pytest.mark.parametrize("lowers", [True, False])
def test_effort_is_higher_from_elsewhere_and_at_most_1_for_a_daily_tool(answers, effort, lowers):
    world = minimal_knowledge(
        channels=[channel("chat", friction_own=2, friction_out=3, habit_lowers_friction=lowers)], rules=[]
    )
    expected = effort if lowers else {"one": 2, "more": 3}[answers["hosts"]]
    profile = read(world.questionnaire, {"place": "desk", **answers})
    found = [
        level
        for level in range(4)
        if compile_condition(
            for_channel(Relation("friction", Among(frozenset([level]))), world.channels[0], world.relation_context),
            world.questionnaire.layout,
        )(profile.masks)
    ]
    assert found == [expected]


def test_a_channel_without_a_limit_is_never_too_small(knowledge, reader):
    raw = {"work_setting": ["desk"], "login_tolerance": "low", "device_access": ["tablet"]}
    leaf = Relation("exceeds_max_members", Among(frozenset([True])))

    def too_small(channel_id, size):
        applied = for_channel(leaf, knowledge.channel(channel_id), knowledge.relation_context)
        test = compile_condition(applied, knowledge.questionnaire.layout)
        return test(reader.read({**raw, **({"community_size": size} if size else {})}).masks)

    assert too_small("embrace", None) is False
    assert too_small("whatsapp_group", None) is None
    assert too_small("whatsapp_group", "s_1000") is False
    assert too_small("whatsapp_group", "s_5000") is True  # 1,024 of 1,001 to 5,000
    assert too_small("whatsapp_community", "s_5000") is False
    assert too_small("whatsapp_group", "s_more") is True
