"""Similar communities: most like yours by what matters for people, and never for what is not known."""

import pytest
from hypothesis import given

from model.advice.similar_communities import SimilarCommunitySearch
from model.profiles.profile import ProfileReader
from tests.factories import documented, minimal_knowledge, outcome, question, raw_profiles
from tests.model.advice.advised import ADVICE, PROFILES, QUESTIONS, is_said, of_case, read
from tests.packaged import KNOWLEDGE

COMMUNITIES = ADVICE.communities
E_HEALTH = {
    "work_setting": ["desk"],
    "needs": ["file_sharing", "archived_discussion", "events_meetings", "find_experts"],
    "sensitive_data": "none",
    "login_tolerance": "medium",
    "device_access": ["work_phone", "own_work_computer"],
    "daily_tools": ["email", "teams", "linkedin", "many_networks"],
    "crosses_organisations": "many",
    "community_size": "s_250",
    "digital_skills": "confident",
    "rhythm": "weekly",
    "facilitation_capacity": "over_8h",
    "shared_interest": "strong",
    "needs_evidence": "asked_members",
    "core_group": "active",
    "it_policy": ["m365_some"],
    "budget": "mid",
    "language_needs": ["dutch_ok"],
}
"""Leaders of e-health projects at a desk: the kind of community that SET-up was."""


@given(PROFILES, PROFILES)
def test_likeness_is_the_same_both_ways_and_between_0_and_1(raw, other):
    one, two = read(raw), read(other)
    found = COMMUNITIES.likeness(one, two)
    assert found == pytest.approx(COMMUNITIES.likeness(two, one), abs=1e-6)
    assert 0 <= found <= 1


@given(raw_profiles(QUESTIONS), PROFILES)
def test_nothing_is_more_like_a_community_than_itself(raw, other):
    profile = read(raw)
    assert COMMUNITIES.likeness(profile, profile) >= COMMUNITIES.likeness(read(other), profile)


@given(PROFILES)
def test_the_nearest_come_first_with_what_is_equal_and_what_differs(raw):
    profile = read(raw)
    found = COMMUNITIES.nearest(profile, shown=10)
    assert [each.likeness for each in found] == sorted((each.likeness for each in found), reverse=True)
    assert [each.community.id for each in COMMUNITIES.nearest(profile)] == [each.community.id for each in found[:3]]
    for each in found:
        for answer in (*each.same, *each.different):
            assert is_said(answer.text)
            assert answer.question.id in each.community.support
            assert answer.here == profile.codes(answer.question.id)
        assert all(set(answer.there) == set(answer.here) for answer in each.same)
        assert all(set(answer.there) != set(answer.here) for answer in each.different)
        assert len(each.same) <= 5
        assert len(each.different) <= 5


@pytest.mark.parametrize("case", ["set-up", "2diabeat", "present"])
def test_the_nearest_to_a_community_is_itself(case):
    assert COMMUNITIES.nearest(of_case(case))[0].community.id == case


def test_a_community_like_set_up_finds_set_up_first():
    nearest = COMMUNITIES.nearest(read(E_HEALTH))[0]
    assert nearest.community.id == "set-up"
    assert {"work_setting", "login_tolerance", "crosses_organisations"} <= {each.question.id for each in nearest.same}
    assert "needs" in {each.question.id for each in nearest.different}
    assert "language_needs" not in {each.question.id for each in nearest.same}, "the source does not say it"


def test_every_entry_can_be_found():
    found = {each.community.id for each in COMMUNITIES.nearest(read(E_HEALTH), shown=10_000)}
    assert found == {each.id for each in KNOWLEDGE.evidence}


# --- what makes it so -----------------------------------------------------------------------------------------------


FEW = [
    question("place", ["desk", "road"], required=True, unknown_allowed=False),
    question("wishes", ["talk", "files"], kind="multi", max=2, ordered=True, theme="wishes"),
    question("hosts", ["one", "more"]),
    question("tools", ["chat", "mail"]),
]


def first(here, *entries, **sections):
    """Who is nearest, among communities with these answers."""
    evidence = [documented(name, profile, outcome("forum")) for name, profile in entries]
    knowledge = minimal_knowledge(evidence=evidence, rules=[], **sections)
    profile = ProfileReader(knowledge.questionnaire).read(here)
    assert profile is not None
    return [each.community.id for each in SimilarCommunitySearch(knowledge).nearest(profile)]


def test_of_whom_little_is_known_is_not_most_like_yours():
    """It is equal in all that is known, which is one answer; the other differs in one of three."""
    here = {"place": "road", "hosts": "more", "tools": ["chat"]}
    little = {"place": "road"}
    much = {"place": "road", "hosts": "one", "tools": ["chat"]}
    assert first(here, ("a-little", little), ("much", {**much, "hosts": "more"})) == ["much", "a-little"]
    assert first(here, ("a-little", little), ("much", much), ("other", {"place": "desk", "hosts": "one"}))[0] == "much"


@pytest.mark.parametrize("important", ["work_setting", "login_tolerance", "community_size", "crosses_organisations"])
def test_what_matters_for_people_comes_before_the_rest(important):
    """One answer that matters weighs more than two others."""
    questions = [*FEW, question(important, ["one", "two"])]
    here = {"place": "road", "tools": "chat", important: "one"}
    rest = {"place": "road", "tools": "chat", important: "two"}
    matter = {"place": "desk", "tools": "mail", important: "one"}
    assert first(here, ("a-rest", rest), ("matter", matter), questions=questions)[0] == "matter"


def test_on_a_scale_nearer_answers_are_more_alike():
    sizes = ["few", "some", "many"]
    questions = [*FEW, question("community_size", sizes)]
    here = {"place": "road", "community_size": "few"}
    entries = [(f"{size}-people", {"place": "road", "community_size": size}) for size in reversed(sizes)]
    assert first(here, *entries, questions=questions) == ["few-people", "some-people", "many-people"]


def test_what_is_said_of_copying_makes_nobody_alike():
    copied, not_copied = ({**E_HEALTH, "copied_from": answer} for answer in ("other_kind", "no"))
    assert COMMUNITIES.likeness(read(copied), read(not_copied)) == COMMUNITIES.likeness(read(copied), read(copied))


def test_nothing_is_found_where_nothing_is_documented():
    assert first({"place": "road"}) == []
