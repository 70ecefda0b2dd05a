"""Sentences on the pages say what is true of the community, the step and the word that they stand with."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings

from model.domain.knowledge import LANGUAGES
from model.profiles.code import ProfileCodes
from tests.examples import examples
from tests.model.advice.advised import ADVICE, PROFILES, of_case, read
from tests.packaged import KNOWLEDGE
from tests.service.web.paths import DIABEAT, code_of
from tests.service.web.written import as_written

SIDES = {
    "en": {"There:": (True, False), "Here:": (False, True), "There and here:": (True, True)},
    "nl": {"Daar:": (True, False), "Hier:": (False, True), "Daar en hier:": (True, True)},
}
"""What stands before a sentence → whether it is true (there, here)."""
MAYBE = {
    "en": {"Maybe there:": (True, False), "Maybe here:": (False, True), "Maybe there and here:": (True, True)},
    "nl": {"Misschien daar:": (True, False), "Misschien hier:": (False, True), "Misschien daar en hier:": (True, True)},
}
"""The same while the answer that it hangs on is not known."""
HTML = {"Accept": "text/html"}


@pytest.fixture
def client(site_app: Flask) -> FlaskClient:
    return site_app.test_client()


def shown(client: FlaskClient, address: str, language: str) -> str:
    return as_written(unescape(client.get(f"{address}&lang={language}", headers=HTML).get_data(as_text=True)))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("here", "case", "channel", "sides"),
    [("2diabeat", "set-up", "embrace", (0, 1)), ("icuconnect", "icuconnect", "mailing_list", (5,))],
)
def test_each_sentence_of_a_transfer_check_names_the_side_that_it_is_true_of(
    here: str, case: str, channel: str, sides: tuple[int, ...], language: str, client: FlaskClient
) -> None:
    page = shown(client, f"/transfer?p={code_of(here)}&case={case}&channel={channel}", language)
    said = re.findall(r"<small[^>]*><b>([^<]+)</b> ([^<]+)</small>", page)
    check = ADVICE.transfers.check(case, channel, of_case(here))
    true_of = {**SIDES[language], **MAYBE[language]}
    there, here_too = (
        {rule.text[language] for factor in check.factors for rule in getattr(factor, side)}
        for side in ("rules_there", "rules_here")
    )
    told, untold = (
        {rule.text[language] for each in check.factors if bool(each.here) is known for rule in each.rules_here}
        for known in (True, False)
    )
    assert {side for side, _ in said} == {list(true_of)[place] for place in sides}
    for side, sentence in said:
        assert (sentence in there, sentence in here_too) == true_of[side]
        if sentence in here_too:
            assert sentence in (untold if side in MAYBE[language] else told)


def test_the_first_step_offers_we_do_not_know_to_who_leaves_a_question_out(client: FlaskClient) -> None:
    required = [question.id for question in KNOWLEDGE.questionnaire if question.required]
    page = shown(client, f"/ask?step={'.'.join(required)}&go=next", "nl")
    assert required == ["work_setting", "login_tolerance", "device_access"]
    for name in required:
        mistake = re.findall(rf'id="e-{name}">([^<]+)<', page)[0]
        assert "Dat weten wij niet" in mistake


def test_the_texts_in_dutch_have_one_plural_of_community() -> None:
    kept = re.compile(r"communities of practice|\{communities\}", re.IGNORECASE)
    said = [*KNOWLEDGE.messages["nl"].values(), *(question.why["nl"] for question in KNOWLEDGE.questionnaire)]
    said += [fact.text["nl"] for channel in KNOWLEDGE.channels for fact in channel.facts]
    assert [
        text for text in said if "communities" in kept.sub("", text).lower().replace("vilans communities", "")
    ] == []


@pytest.mark.parametrize(
    ("language", "named"),
    [("nl", "Er is geen kanaal “no<b>ne”."), ("en", "There is no channel “no<b>ne”.")],
)
def test_a_channel_that_does_not_exist_is_named_and_the_way_back_is_there(
    language: str, named: str, client: FlaskClient
) -> None:
    address = f"/compare?{DIABEAT}&first=embrace&second=no<b>ne&lang={language}"
    response = client.get(address, headers=HTML)
    page = response.get_data(as_text=True)
    assert response.status_code == 404
    assert "no<b>ne" not in page
    assert named in unescape(page)
    assert re.findall(r'class="nl-button nl-button--primary" href="(/answer[^"]+)"', page)


@pytest.mark.parametrize(
    ("language", "step", "choice"),
    [
        ("nl", "Geen stap die een team zelf kan zetten", "Niet elk antwoord kunt u kiezen"),
        ("en", "No step that a team can take", "Not every answer is yours to choose"),
    ],
)
def test_what_if_tells_steps_from_answers(language: str, step: str, choice: str, client: FlaskClient) -> None:
    page = shown(client, f"/what-if?p={code_of('2diabeat')}&channel=embrace", language)
    assert step in page
    assert choice in page


WORK = {
    "en": ("work account", "work floor", "employer", "colleague", "management"),
    "nl": ("werkaccount", "werkvloer", "werkgever", "collega", "directie"),
}
"""Words that mean nothing to neighbours, carers or patients."""


@pytest.mark.parametrize("language", LANGUAGES)
@settings(max_examples=examples(40))
@given(raw=PROFILES)
def test_who_takes_part_without_a_job_hears_nothing_of_one(site_app: Flask, language: str, raw) -> None:
    told = {name: answer for name, answer in raw.items() if name not in OF_WORK}
    told |= {"work_setting": ["not_working"], "crosses_organisations": "with_citizens", "sensitive_data": "none"}
    code = ProfileCodes(KNOWLEDGE).code(read({**told, "device_access": ["private_phone", "home_computer"]}))
    page = shown(site_app.test_client(), f"/answer?p={code}", language)
    decision = page.partition('id="main"')[2].partition('id="share"')[0]
    assert "</h1>" in decision
    # That they have no work account, and who runs an intranet, is said of them too.
    decision = re.sub("no work account|geen werkaccount|by an employer|door een werkgever", "", decision)
    for word in WORK[language]:
        assert word not in decision.lower()


OF_WORK = {
    "it_policy",
    "data_approval",
    "approved_channel",
    "works_in_care",
    "present_state",
    "present_channel",
    "daily_tools",
}
"""Questions with answers that speak of a job, and those that follow one that is replaced."""
