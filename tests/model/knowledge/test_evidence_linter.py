"""The linter of documented communities: each finding on communities made to have it."""

import pytest

from model.knowledge.evidence_linter import check_evidence, check_new_evidence
from model.knowledge.linter import CODES
from tests.factories import case, documented, minimal_content, minimal_knowledge, outcome, question


def communities(*entries):
    return minimal_knowledge(evidence=list(entries)).evidence


def found(*entries):
    return [(each.subject, each.code) for each in check_evidence(communities(*entries))]


def told(id_, url, kind="vendor", **more):
    source = {"title": id_, "url": url, "kind": kind, "read": "full"}
    return documented(id_, {"place": "desk"}, outcome("forum"), source=source, **more)


def test_the_packaged_communities_are_as_they_should_be(knowledge):
    assert check_evidence(knowledge.evidence) == []


def test_a_community_without_outcomes_is_named_unless_it_has_a_story():
    without, with_story = documented("one", {"place": "desk"}), case("two", {"place": "desk"})
    assert found(without, with_story) == [("one", "no_outcomes")]


def test_a_community_of_which_nothing_is_known_is_like_no_other():
    assert found(documented("one", {}, outcome("forum"))) == [("one", "little_known")]


@pytest.mark.parametrize(("active", "wrong"), [(9, False), (10, False), (11, True)])
def test_more_people_cannot_be_active_than_there_are(active, wrong):
    numbers = {"invited": 10, "active": active, "active_kind": "activity", "active_means": "wrote"}
    entry = documented("one", {"place": "desk"}, outcome("forum", **numbers))
    assert found(entry) == ([("one", "more_active_than_invited")] if wrong else [])


@pytest.mark.parametrize(
    ("one", "other", "kind", "wrong"),
    [
        ("https://vendor.example/a", "https://www.vendor.example/b", "vendor", True),
        ("https://vendor.example/a", "https://other.example/b", "vendor", False),
        ("https://paper.example/a", "https://paper.example/b", "paper", False),
        ("https://github.com/owner/a/issues/1", "https://github.com/Owner/b/issues/2", "issue", True),
        ("https://github.com/owner/a/issues/1", "https://github.com/another/a/issues/1", "issue", False),
    ],
)
def test_stories_of_one_teller_belong_in_one_fold(one, other, kind, wrong):
    assert found(told("one", one, kind), told("other", other, kind)) == (
        [("other", "not_in_one_fold")] if wrong else []
    )
    assert found(told("one", one, kind, fold="both"), told("other", other, kind, fold="both")) == []


# --- new ones -------------------------------------------------------------------------------------------------------


def new_beside(entry, *known, **sections):
    knowledge = minimal_knowledge(evidence=[entry, *known], **sections)
    new = tuple(each for each in knowledge.evidence if each.id == entry["id"])
    return [(each.subject, each.code) for each in check_new_evidence(new, knowledge.evidence[1:])]


@pytest.mark.parametrize(("support", "wrong"), [("inferred: few wrote", True), ("stated: four of them", False)])
def test_an_answer_that_may_come_from_the_outcome_is_named(support, wrong):
    questions = [*minimal_content()["questions"], question("core_group", ["active", "none"])]
    entry = documented("new", {"core_group": "active"}, outcome("forum"))
    entry["support"]["core_group"] = support
    assert new_beside(entry, questions=questions) == ([("new", "hindsight")] if wrong else [])


def test_a_new_community_is_held_against_those_that_are_known():
    known = told("known", "https://vendor.example/a")
    assert new_beside(told("new", "https://vendor.example/b"), known) == [("new", "not_in_one_fold")]


def test_what_is_wrong_with_known_communities_is_not_said_of_a_new_one():
    new = documented("new", {"place": "desk"}, outcome("forum"))
    assert new_beside(new, documented("known", {"place": "desk"})) == []


def test_another_community_with_the_same_name_is_noticed():
    new, known = (communities(told("one", f"https://example.org/{page}", "paper")) for page in "ab")
    assert [each.code for each in check_new_evidence(new, known)] == ["already_there"]
    assert check_new_evidence(known, known) == []


def test_every_code_is_listed():
    used = {"no_outcomes", "little_known", "more_active_than_invited", "not_in_one_fold", "hindsight", "already_there"}
    assert used <= set(CODES)
