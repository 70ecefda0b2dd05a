"""Channel choice: what is left out so is out everywhere, is named so, and changes nothing of the others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import UnknownNameError
from model.profiles.channel_choice import ChannelChoice, channel_names_in
from tests.examples import examples
from tests.model.advice.advised import ADVICE, ADVISOR, PROFILES, of_case, read
from tests.packaged import KNOWLEDGE

NAMES = st.lists(st.sampled_from([channel.id for channel in KNOWLEDGE.channels]), max_size=12, unique=True)


@settings(max_examples=examples(25))
@given(PROFILES, NAMES, NAMES)
def test_channels_that_are_not_allowed_are_nowhere_in_the_advice(raw, only, without):
    profile = read(raw)
    choice = ChannelChoice(tuple(only), tuple(without))
    left_out = {each.id for each in KNOWLEDGE.channels if (only and each.id not in only) or each.id in without}
    all_channels = ADVISOR.recommend(profile)
    chosen = ADVISOR.recommend(choice.applied(profile, KNOWLEDGE))
    ranked = [each.assessment for each in chosen.channels]
    assert not left_out & {each.channel.id for each in ranked}
    named = {
        each.channel.id for each in chosen.excluded if "left-out-by-choice" in [rule.id for rule in each.excluded_by]
    }
    assert named == left_out
    kept = [each.assessment for each in all_channels.channels if each.assessment.channel.id not in left_out]
    assert [(each.channel.id, each.score) for each in ranked] == [(each.channel.id, each.score) for each in kept]
    bundle = ADVICE.bundles.choose(chosen)
    assert (bundle is None) == (not ranked)
    roads = ADVICE.roads(chosen)
    sets = [*([bundle.channels] if bundle else []), *(road.chosen.channels for road in roads)]
    for channels in sets:
        assert not left_out & {channel.id for channel in channels}


def test_the_names_of_a_parameter_are_one_each_or_parted_by_commas():
    assert channel_names_in(["teams, siilo", "teams"]) == ("teams", "siilo")
    assert channel_names_in([]) == ()
    assert ChannelChoice(("teams",), ("siilo", "slack")).parameters == {"only": "teams", "without": "siilo,slack"}
    assert ChannelChoice().parameters == {}


@given(NAMES, NAMES)
def test_a_choice_that_is_read_from_a_profile_leaves_out_the_same_channels(only, without):
    left_out = ChannelChoice(tuple(only), tuple(without)).applied(of_case("set-up"), KNOWLEDGE)
    found = ChannelChoice.of(left_out, KNOWLEDGE)
    assert found.applied(of_case("set-up"), KNOWLEDGE).without == left_out.without
    assert len(found.parameters) == (1 if left_out.without else 0)


def test_a_name_that_is_no_channel_is_refused():
    with pytest.raises(UnknownNameError, match="no channel called 'pigeon'"):
        ChannelChoice(without=("pigeon",)).check(KNOWLEDGE)


def test_without_a_choice_the_profile_is_the_same_one():
    profile = of_case("set-up")
    assert ChannelChoice().applied(profile, KNOWLEDGE) is profile
