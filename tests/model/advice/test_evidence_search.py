"""The search among documented communities: each filter, together and apart."""

import pytest

from model.advice.evidence_search import EvidenceSearch, search_choices
from tests.factories import documented, minimal_knowledge, outcome

SCHOOL = documented(
    "school", {}, outcome("forum", note="A quiet Place."), outcome("chat", "not_used"), title="A school in the north"
)
CLUB = documented("club", {}, outcome("chat"), sector="hobby, sport and customers", country="DE")
KNOWLEDGE = minimal_knowledge(evidence=[SCHOOL, CLUB])


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ({}, ["club", "school"]),
        ({"channel": "chat"}, ["club", "school"]),
        ({"channel": "meeting"}, []),
        ({"result": "not_used"}, ["school"]),
        ({"channel": "chat", "result": "used"}, ["club"]),
        ({"channel": "forum", "result": "not_used"}, []),
        ({"sector": "education"}, ["school"]),
        ({"sector": "hobby_sport_and_customers", "country": "DE"}, ["club"]),
        ({"country": "NL"}, ["school"]),
        ({"q": "NORTH quiet"}, ["school"]),
        ({"q": "north noisy"}, []),
        ({"q": "one view"}, ["club", "school"]),
    ],
)
def test_what_fits_is_found_in_the_order_of_ids(search, found):
    assert [each.id for each in EvidenceSearch(**search).communities(KNOWLEDGE)] == found


def test_a_work_setting_is_one_of_those_given(knowledge):
    found = EvidenceSearch(work_setting="ward_shift").communities(knowledge)
    assert found
    assert all("ward_shift" in each.profile["work_setting"] for each in found)
    assert {each.id for each in found} == {
        each.id for each in knowledge.evidence if "ward_shift" in each.profile.get("work_setting", [])
    }


def test_what_is_documented_is_of_every_result():
    found = EvidenceSearch(channel="chat", result="used").documented(KNOWLEDGE)
    assert (found.communities, found.used, found.not_used) == (2, 1, 1)


def test_the_choices_are_those_that_exist():
    choices = search_choices(KNOWLEDGE)
    assert choices["country"] == ("DE", "NL")
    assert choices["channel"] == ("forum", "chat", "meeting")
    assert choices["work_setting"] == ()
