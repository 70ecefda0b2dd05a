"""Earlier codes: what an old code or an old answer says today, and what is told of it."""

import pytest

from model.domain.code_changes import CodeChange, CodeChanges
from model.errors import KnowledgeError
from model.knowledge.loader import knowledge_from
from model.profiles.code import ProfileCodes
from model.profiles.reading import AnswerReading
from model.profiles.told_changes import told_changes
from model.profiles.validation import ProfileGate
from tests.earlier.before import BECAME, CODES, NURSES, in_order, today
from tests.factories import minimal_knowledge, packaged_content, text


@pytest.mark.parametrize("before", CODES, ids=lambda each: each.code)
def test_a_code_of_before_holds_all_that_means_the_same_today(before, knowledge):
    profile, changes = ProfileCodes(knowledge).opened(before.code)
    assert in_order(profile.as_dict()) == in_order(today(before.answers))
    given = {before.answers.get("sensitive_data"), *before.answers.get("daily_tools", ())}
    assert {change.code for change in changes} == given & set(BECAME)


def test_what_became_of_an_answer_is_told_in_both_languages(knowledge):
    _, changes = ProfileCodes(knowledge).opened(NURSES.code)
    _, data, tools = told_changes(changes, knowledge, "en")
    assert data.startswith(
        "Sharing personal data: the answer was “Yes, people can be recognised (names, photos, details)”. "
        "It is now “Yes, others can be recognised, such as patients, clients, pupils or neighbours”."
    )
    assert tools == (
        "Tools used daily: the answer was “Slack, Mattermost, Zulip or Discord”. It could not be kept. "
        "Each of these four now has an answer of its own, and we cannot tell which one you meant."
    )
    _, data, tools = told_changes(changes, knowledge, "nl")
    assert "Vertellen leden over zichzelf of hun familie? Kies dan dat antwoord." in data
    assert "Deze vier hebben nu elk een eigen antwoord" in tools


def test_a_channel_that_is_gone_is_told_of(knowledge):
    content = packaged_content()
    content["channels"] = [each for each in content["channels"] if each["id"] != "embrace"]
    for option in (option for question in content["questions"] for option in question.get("options", ())):
        if "embrace" in option.get("opens", ()):
            option["opens"].remove("embrace")
    left = knowledge_from(content)
    profile, changes = ProfileCodes(left).opened(NURSES.code)
    kept = {name: answer for name, answer in today(NURSES.answers).items() if name != "copied_channel"}
    assert in_order(profile.as_dict()) == in_order(kept)
    assert told_changes(changes, left, "en")[-1] == (
        "Channel that worked: the answer was “a channel”. It could not be kept. That channel is no longer in the list."
    )


def _change(code, becomes, name="tools", id_="one"):
    return {"id": id_, "question": name, "code": code, "was": text(f"Was {code}"), "becomes": becomes,
            "reason": text("Because.")}  # fmt: skip


CHANGED = minimal_knowledge(
    code_changes=[_change("fax", "unknown", id_="one"), _change("post", "mail", id_="two"),
                  _change("hut", "unknown", "place", id_="three")]
)  # fmt: skip


@pytest.mark.parametrize(
    ("answers", "renewed"),
    [
        ({"tools": ["chat", "fax"]}, {"tools": ["chat"]}),
        ({"tools": ["fax"]}, {}),
        ({"tools": ["post", "mail"]}, {"tools": ["mail"]}),
        ({"tools": ["unknown"], "place": "desk"}, {"tools": ["unknown"], "place": "desk"}),
        ({"place": "hut", "hosts": "one"}, {"hosts": "one"}),
        ({"tools": "post"}, {"tools": "mail"}),
        ({"tools": 5, "other": ["fax"]}, {"tools": 5, "other": ["fax"]}),
    ],
)
def test_a_code_of_before_becomes_what_it_means_today_or_nothing(answers, renewed):
    assert CHANGED.questionnaire.changes.renewed(answers) == renewed


def test_answers_without_codes_of_before_are_the_same_answers():
    answers = {"tools": ["chat"], "place": "road"}
    assert CodeChanges().renewed(answers) == answers
    assert CHANGED.questionnaire.changes.met(answers) == ()


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ({"tools": ["chat", "fax"]}, {"tools": ["chat"]}),
        ({"tools": "Was post"}, {"tools": ["mail"]}),
        ({"tools": "chat, was fax"}, {"tools": ["chat"]}),
        ({"tools": "fax"}, {}),
        ({"place": "desk", "tools": ["POST"]}, {"place": "desk", "tools": ["mail"]}),
    ],
)
def test_a_request_may_still_use_codes_and_words_of_before_and_hears_how_they_were_read(sent, read):
    found = ProfileGate(CHANGED).read_partial(sent)
    assert found.profile.as_dict() == read
    [told] = found.understood
    assert (told.question, told.answer) == ("tools", read.get("tools", "unknown"))


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({"code_changes": [_change("chat", "mail")]}, "'chat' is an answer of today, so nothing became of it"),
        ({"code_changes": [_change("fax", "telex")]}, "'telex' is no answer to tools"),
        ({"code_changes": [_change("fax", "mail", "means")]}, "there is no question 'means'"),
        (
            {"earlier_questions": [{"id": "0.1", "questions": [{"id": "tools", "kind": "multi", "codes": ["fax"]}]}]},
            "say in code_changes what became of the answer 'fax' to tools",
        ),
        (
            {
                "earlier_questions": [
                    {
                        "id": "0.1",
                        "questions": [
                            {
                                "id": "tools",
                                "kind": "multi",
                                "codes": ["chat"],
                                "texts": {"fax": {"en": "Fax", "nl": "Fax"}},
                            }
                        ],
                    }
                ]
            },
            "'fax' was no answer to tools",
        ),
    ],
)
def test_no_code_of_before_is_without_a_meaning_today(sections, said):
    with pytest.raises(KnowledgeError, match=said):
        minimal_knowledge(**sections)


@pytest.mark.parametrize(
    ("question", "words", "code"),
    [
        ("shared_interest", "Duidelijk sterker dan de losse belangen", "strong"),
        ("shared_interest", "Vooral samen iets bereiken, of elkaars vragen beantwoorden", "strong"),
        ("shared_interest", "Separate interests are stronger", "separate"),
        ("daily_tools", "Al veel andere netwerken, websites en nieuwsbrieven", "many_networks"),
    ],
)
def test_an_answer_that_is_put_in_other_words_today_is_still_read(question, words, code, knowledge):
    asked = knowledge.questionnaire[question]
    assert AnswerReading(knowledge).answer(asked, words) == ([code] if asked.kind == "multi" else code)


def test_a_question_that_is_gone_is_told_by_the_words_of_its_answer():
    gone = {"id": "0.1", "questions": [{"id": "place", "kind": "single", "codes": ["desk", "road"]},
                                       {"id": "mood", "kind": "single", "codes": ["good", "bad"]}]}  # fmt: skip
    changes = [_change(code, "unknown", "mood", id_=code) for code in ("good", "bad")]
    left = minimal_knowledge(code_changes=changes, earlier_questions=[gone])
    change = left.questionnaire.changes.of("mood")["bad"]
    assert isinstance(change, CodeChange)
    assert told_changes([change], left, "en")[-1].startswith("mood: the answer was “Was bad”. It could not be kept.")
