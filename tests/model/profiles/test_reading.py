"""Answers as people and forms write them are read right, echoed, or refused; never guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import ProfileError
from model.profiles.profile import ProfileReader
from model.profiles.validation import ProfileGate
from tests.examples import examples
from tests.factories import minimal_content, minimal_knowledge, question, raw_profiles, text
from tests.packaged import KNOWLEDGE

QUESTIONS = KNOWLEDGE.questionnaire
GATE = ProfileGate(KNOWLEDGE)
MINIMAL = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["tablet"]}

NO_ANSWER = [
    None, "", "  ", [], [""], [None, ""], "[]", '[""]', "unknown", "Unknown", ["unknown"], "weet niet", "Weet ik niet",
    "n.v.t.", "N.V.T.", "nvt", "-", "–", "?", "onbekend", "ONBEKEND", "I don't know", "I don’t know", "We do not know",
    "Dat weten wij niet", "not applicable", "n/a", "NULL", ["weet niet"], "\u200b", "geen idee",
]  # fmt: skip


@pytest.mark.parametrize("name", ["needs", "rhythm"])
@pytest.mark.parametrize("sent", NO_ANSWER)
def test_no_answer_is_no_answer_however_it_is_written(name: str, sent: object):
    read = GATE.read({**MINIMAL, name: sent})
    assert read.profile == GATE.load(MINIMAL)
    if sent not in ("unknown", ["unknown"]):
        assert [(each.pointer, each.answer) for each in read.understood] == [(f"/{name}", "unknown")]


TWO = ["quick_contact", "file_sharing"]
READ: list[tuple[str, object, str | list[str]]] = [
    ("needs", "quick_contact", ["quick_contact"]),
    ("needs", "quick_contact,file_sharing", TWO),
    ("needs", "quick_contact, file_sharing", TWO),
    ("needs", " quick_contact ;file_sharing; ", TWO),
    ("needs", "quick_contact|file_sharing", TWO),
    ("needs", "quick_contact file_sharing", TWO),
    ("needs", "quick_contact\r\nfile_sharing", TWO),
    ("needs", '["quick_contact","file_sharing"]', TWO),
    ("needs", ["quick_contact, file_sharing"], TWO),
    ("needs", ["Quick_Contact ", "", None, "FILE_SHARING"], TWO),
    ("needs", "Bestanden delen en op één plek bewaren", ["file_sharing"]),
    ("needs", "Elkaar ontmoeten, online of op een locatie", ["events_meetings"]),
    (
        "needs",
        "Weten wie waar verstand van heeft, Elkaar ontmoeten, online of op een locatie, Quick_contact",
        ["find_experts", "events_meetings", "quick_contact"],
    ),
    ("needs", "Learn: videos, courses, e-learning,Find out who knows what", ["learning_content", "find_experts"]),
    ("needs", "Leren: video’s, cursussen, e-learning", ["learning_content"]),
    ("rhythm", ["daily"], "daily"),
    ("rhythm", ["", "daily"], "daily"),
    ("rhythm", '["Ongeveer één keer per week"]', "weekly"),
    ("rhythm", " DAILY ", "daily"),
    ("rhythm", "about ONCE a\u00a0week", "weekly"),
    ("community_size", "251 to 1,000", "s_1000"),
    ("community_size", "1.001 tot en met 5.000", "s_5000"),
    ("sensitive_data", "No", "none"),
    ("core_group", "Nee", "none"),
    ("copied_from", "No", "no"),
    ("facilitation_capacity", "Geen", "none"),
    ("budget", "Niets", "none"),
    ("language_needs", "No, Dutch is fine", ["dutch_ok"]),
]


@pytest.mark.parametrize(("name", "sent", "answer"), READ)
def test_an_answer_is_read_and_echoed(name: str, sent: object, answer: str | list[str]):
    read = GATE.read({**MINIMAL, name: sent}, pointer="/profile")
    assert read.profile.as_dict()[name] == answer
    assert [(each.pointer, each.question, each.answer) for each in read.understood] == [
        (f"/profile/{name}", name, answer)
    ]


REFUSED = [
    ("rhythm", ["daily", "weekly"], "/rhythm", "wrong_type"),
    ("rhythm", ["daily", "daily"], "/rhythm", "wrong_type"),
    ("rhythm", "daily, weekly", "/rhythm", "not_allowed"),
    ("rhythm", True, "/rhythm", "wrong_type"),
    ("needs", {"quick_contact": True}, "/needs", "wrong_type"),
    ("needs", ["quick_contact", 1], "/needs/1", "wrong_type"),
    ("needs", "quick_contact, singing", "/needs", "not_allowed"),
    ("needs", "singing, dancing", "/needs", "not_allowed"),
    ("needs", "quick_contact, quick_contact", "/needs", "chosen_twice"),
    ("needs", ["weet niet", "quick_contact"], "/needs", "unknown_with_others"),
    ("needs", "Elkaar ontmoeten", "/needs", "not_allowed"),
    ("sensitive_data", "geen", "/sensitive_data", "not_allowed"),
    ("needs", "quick_contact " * 200, "/needs", "not_allowed"),
    ("login_tolerance", "", "/login_tolerance", "required"),
    ("work_setting", [], "/work_setting", "required"),
]


@pytest.mark.parametrize(("name", "sent", "pointer", "code"), REFUSED)
def test_what_is_no_answer_to_this_question_is_refused(name: str, sent: object, pointer: str, code: str):
    with pytest.raises(ProfileError) as caught:
        GATE.read({**MINIMAL, name: sent})
    assert [(problem.pointer, problem.code) for problem in caught.value.problems] == [(pointer, code)]


@pytest.mark.parametrize(
    ("name", "sent", "suggestion", "words"),
    [
        ("rhythm", "dayly", "daily", "Bedoelt u “Elke dag of meer keren per week”?"),
        ("needs", "quick-contact", "quick_contact", "Bedoelt u “Snel contact: een korte vraag stellen"),
        ("needs", "Elkaar ontmoeten", "events_meetings", "Bedoelt u “Elkaar ontmoeten, online of op een locatie”?"),
        ("login_tolerance", "Geen", "none", "Bedoelt u “Geen: het moet in een app"),
        ("Budget", "none", "budget", "Bedoelt u “budget”?"),
        ("rhythm", "purple", None, ""),
    ],
)
def test_a_near_name_is_suggested(name: str, sent: str, suggestion: str | None, words: str):
    with pytest.raises(ProfileError) as caught:
        GATE.read({**MINIMAL, name: sent}, "nl")
    (problem,) = caught.value.problems
    assert problem.suggestion == suggestion
    assert words in problem.message


@pytest.mark.no_cover
@given(raw_profiles(QUESTIONS), st.data())
@settings(max_examples=examples(200))
def test_names_of_options_read_as_their_codes(raw: dict[str, Any], data: st.DataObject):
    """Whatever way the same answers are written, they are the same profile."""

    def name(question_id: str, code: str) -> str:
        if code == "unknown":
            return data.draw(st.sampled_from(["unknown", "weet niet", "-"]))
        names = [code, *QUESTIONS[question_id].option(code).text.values()]
        plain = data.draw(st.sampled_from(names))
        return data.draw(st.sampled_from([plain, plain.upper(), plain.swapcase(), f"  {plain} "]))

    def written(question_id: str, answer: Any) -> Any:
        names = [name(question_id, code) for code in ([answer] if isinstance(answer, str) else answer)]
        if QUESTIONS[question_id].kind == "single":
            return data.draw(st.sampled_from([names[0], names]))
        separator = data.draw(st.sampled_from([",", ", ", ";", " | ", "\n"]))
        return data.draw(st.sampled_from([names, separator.join(names)]))

    other = {question_id: written(question_id, answer) for question_id, answer in raw.items()}
    assert GATE.read(other).profile == GATE.load(raw)


@given(raw_profiles(QUESTIONS))
def test_codes_are_read_as_they_are(raw: dict[str, Any]):
    read = GATE.read(raw)
    assert read.profile == ProfileReader(QUESTIONS).read(raw)
    assert read.understood == ()


def test_a_text_that_two_options_share_names_neither_and_a_code_goes_before_a_text():
    options = [
        {"code": "yes", "text": text("no")},
        {"code": "no", "text": text("Same")},
        {"code": "maybe", "text": text("Same")},
    ]
    content = minimal_content()
    content["questions"].append({**question("odd", ["x"]), "options": options})
    knowledge = minimal_knowledge(**content)
    reading, odd = ProfileGate(knowledge).reading, knowledge.questionnaire["odd"]
    assert reading.answer(odd, "NO") == "no"
    assert reading.answer(odd, "no (nl)") == "yes"
    assert reading.answer(odd, "same") == "same"


OPEN = [{"code": "open", "text": text("Onbekend")}, {"code": "closed", "text": text("Closed")}]


def test_an_option_goes_before_a_word_for_no_answer():
    content = minimal_content()
    content["questions"].append({**question("odd", ["x"]), "options": OPEN})
    knowledge = minimal_knowledge(**content)
    reading, odd = ProfileGate(knowledge).reading, knowledge.questionnaire["odd"]
    assert reading.answer(odd, "onbekend") == "open"
    assert reading.answer(odd, "weet niet") == "unknown"
