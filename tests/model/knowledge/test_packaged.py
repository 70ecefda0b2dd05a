"""The packaged knowledge: what must hold of every channel, rule, question, source, case and language."""

import string
from datetime import timedelta

import pytest

from model.domain.conditions import leaves, questions_of
from model.domain.knowledge import LANGUAGES
from model.domain.relations import for_channel
from model.domain.rules import READINESS_EFFECTS, Effect
from model.errors import UnknownNameError
from model.knowledge.loader import MESSAGES, PACKAGED
from model.knowledge.yaml_lines import read_document
from model.profiles.profile import ProfileReader
from model.profiles.validation import CODES
from tests.packaged import KNOWLEDGE

GOOD = 2

MINIMAL = {"work_setting": ["desk"], "login_tolerance": "unknown", "device_access": "unknown"}


def _each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: entry.id)


@_each(KNOWLEDGE.channels)
def test_channel(entry, advisor, reader):
    assert set(entry.functions) == set(KNOWLEDGE.needs.codes)
    assert max(entry.functions.values()) >= GOOD, "a channel that is good for nothing is not worth assessing"
    assert entry.moment in ("online", "live")
    assert entry.id in KNOWLEDGE.questionnaire["copied_channel"].codes
    recommendation = advisor.recommend(reader.read(MINIMAL))
    assert entry.id in {each.assessment.channel.id for each in recommendation.channels}
    assert not entry.computer_needed or not entry.phone_first


@_each(KNOWLEDGE.rules)
def test_rule(entry):
    assert entry.text.keys() == set(LANGUAGES)
    assert entry.sources
    assert set(entry.sources) <= set(KNOWLEDGE.sources)
    assert "vendor_fact" not in entry.grade or entry.review_by - entry.since < timedelta(days=200)
    if entry.effect is Effect.LOG_ODDS:
        assert entry.weight
    if entry.effect in (Effect.STOP, Effect.HOLD):
        assert entry.action is not None
        asked = entry.answer_first or (entry.action_of or "",)
        assert set(asked) <= set(questions_of(entry.when))
        if not entry.answer_first:
            assert KNOWLEDGE.questionnaire[asked[0]].lever is not None, "this answer says who must act"
    if entry.effect not in READINESS_EFFECTS:
        for channel in KNOWLEDGE.channels:
            applied = for_channel(entry.channel, channel, KNOWLEDGE.relation_context)
            assert not any(type(leaf).__name__ in ("Attribute", "Fit", "Relation") for leaf in leaves(applied))


@_each(KNOWLEDGE.questionnaire.questions)
def test_question(entry, reader):
    assert len(set(entry.codes)) == len(entry.codes) >= 2
    assert entry.limit <= 22
    for words in (entry.label, entry.text, entry.why, *(option.text for option in entry.options)):
        assert words.keys() == set(LANGUAGES)
    if entry.follows is None:
        answers = [*entry.codes, "unknown"] if entry.unknown_allowed else entry.codes
        for code in answers:
            raw = {**MINIMAL, entry.id: code if entry.kind == "single" else [code]}
            assert reader.read(raw) is not None
    for assumption in entry.assumptions:
        assert entry.id not in questions_of(assumption.when), "an unknown answer cannot be its own ground"


@_each(list(KNOWLEDGE.sources.values()))
def test_source(entry):
    assert entry.url is None or entry.url.startswith("http")
    assert entry.url is not None or entry.read != "excerpt", "what was read as an excerpt has an address"


@_each(KNOWLEDGE.cases)
def test_case(entry, reader):
    assert reader.read(dict(entry.profile)) is not None
    tried = [each.channel for each in (*entry.worked, *entry.failed)]
    assert len(set(tried)) == len(tried)
    assert set(tried) <= set(KNOWLEDGE.channel_by_id)


@_each(KNOWLEDGE.not_assessed)
def test_product_that_is_not_assessed(entry):
    assert entry.id not in KNOWLEDGE.channel_by_id
    assert entry.use_instead is None or entry.use_instead in KNOWLEDGE.channel_by_id


@pytest.mark.parametrize("need", KNOWLEDGE.functions)
def test_need(need):
    function = KNOWLEDGE.functions[need]
    assert [function.sentence(score) for score in range(4)] == [
        function.none,
        function.weak,
        function.good,
        function.good,
    ]
    assert any(channel.functions[need] >= GOOD for channel in KNOWLEDGE.channels)


def test_the_size_of_the_packaged_knowledge():
    assert len(KNOWLEDGE.channels) == 32
    assert len(KNOWLEDGE.cases) == 7
    assert len(KNOWLEDGE.rules) >= 66
    assert [question.id for question in KNOWLEDGE.questionnaire if question.required] == [
        "work_setting",
        "login_tolerance",
        "device_access",
    ]


def test_the_least_that_must_be_answered_is_enough(advisor):
    profile = ProfileReader(KNOWLEDGE.questionnaire).read(MINIMAL)
    assert advisor.recommend(profile).channels


# --- languages ------------------------------------------------------------------------------------------------------


def _placeholders(sentence):
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_have_the_same_names_and_placeholders_in_every_language(language):
    reference, messages = KNOWLEDGE.messages["en"], KNOWLEDGE.messages[language]
    assert messages.keys() == reference.keys()
    for name, sentence in messages.items():
        assert isinstance(sentence, str)
        assert sentence.strip(), name
        assert _placeholders(sentence) == _placeholders(reference[name]), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", CODES)
def test_every_mistake_has_a_sentence(language, code):
    assert KNOWLEDGE.messages[language][f"error_{code}"]


def test_there_is_a_messages_file_for_each_language():
    files = {file.stem: file for file in (PACKAGED / MESSAGES).glob("*.yaml")}
    assert set(files) == set(LANGUAGES)
    for language, file in files.items():
        assert read_document(file.name, file.read_text(encoding="utf-8")).data == KNOWLEDGE.messages[language]


def test_unknown_names_list_those_that_exist():
    with pytest.raises(UnknownNameError, match=r"There is no channel called 'fax'\. Allowed: embrace, plek,"):
        KNOWLEDGE.channel("fax")
    with pytest.raises(UnknownNameError, match=r"There is no case called 'fax'\. Allowed: set-up, 2diabeat,"):
        KNOWLEDGE.case("fax")
    assert KNOWLEDGE.channel("embrace").id == "embrace"
    assert KNOWLEDGE.case("malawi").id == "malawi"
