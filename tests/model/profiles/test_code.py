"""Receipt: a code says exactly the answers, and a wrong one is refused with the reason."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ProfileError
from model.knowledge.loader import knowledge_from
from model.profiles.code import VERSION, ProfileCodes
from model.profiles.layout import ALPHABET
from tests.factories import packaged_content
from tests.model.advice.advised import ADVICE, PROFILES, of_case, read
from tests.packaged import KNOWLEDGE

CODE = ADVICE.profile_codes.code(of_case("2diabeat"))
CHANNELS = [channel.id for channel in KNOWLEDGE.channels]


def _refused(code: str, profile_codes: ProfileCodes = ADVICE.profile_codes, language: str = "en") -> tuple[str, str]:
    with pytest.raises(ProfileError) as caught:
        profile_codes.read(code, language)
    [problem] = caught.value.problems
    assert problem.pointer == "/code"
    return problem.code, problem.message


def _in_order(profile) -> dict[str, object]:
    """The answers; the order of codes is kept only where it means something."""
    return {
        name: answer if isinstance(answer, str) or name == "needs" else frozenset(answer)
        for name, answer in profile.answers.items()
    }


@given(PROFILES)
def test_what_goes_in_comes_out(raw):
    profile = read(raw)
    again = ADVICE.profile_codes.read(ADVICE.profile_codes.code(profile))
    assert again.masks == profile.masks
    assert again.chosen == profile.chosen
    assert _in_order(again) == _in_order(profile)


@given(PROFILES, PROFILES)
def test_different_answers_have_different_codes(raw, other):
    one, two = read(raw), read(other)
    same = _in_order(one) == _in_order(two)
    assert (ADVICE.profile_codes.code(one) == ADVICE.profile_codes.code(two)) == same


@given(PROFILES)
def test_a_code_is_short_and_can_be_read_aloud(raw):
    code = ADVICE.profile_codes.code(read(raw))
    assert len(code) <= 50
    assert set(code) <= {*ALPHABET, "-"}
    assert all(len(group) == 5 for group in code.split("-")[:-1])
    careless = " " + code.lower().replace("-", " ").replace("0", "o").replace("1", "l") + " "
    assert ADVICE.profile_codes.read(careless).masks == ADVICE.profile_codes.read(code).masks


@given(st.data())
def test_one_wrong_character_is_noticed(data):
    plain = CODE.replace("-", "")
    place = data.draw(st.integers(0, len(plain) - 1))
    wrong = data.draw(st.sampled_from([each for each in ALPHABET if each != plain[place]]))
    assert _refused(plain[:place] + wrong + plain[place + 1 :])[0] == "code_damaged"


@given(st.integers(0, len(CODE) - 2))
def test_two_swapped_characters_are_noticed(place):
    plain = CODE.replace("-", "")
    if place + 1 < len(plain) and plain[place] != plain[place + 1]:
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        assert _refused(swapped)[0] == "code_damaged"


@given(st.text(max_size=300))
def test_any_text_is_a_code_or_is_refused(text):
    with suppress(ProfileError):
        assert ADVICE.profile_codes.read(text).masks


@pytest.mark.parametrize("code", ["", "1", "not a code!", "U" * 20, "1" * 500])
def test_what_is_no_code_is_called_so(code):
    assert _refused(code)[0] == "code_no_code"


def test_a_code_that_was_cut_short_is_damaged():
    assert _refused(CODE[:-3])[0] == "code_damaged"


def test_a_code_of_another_version_is_called_so_in_the_language_of_the_reader():
    other = ProfileCodes(KNOWLEDGE)
    made = _with_version(other, "2")
    code, message = _refused(made, language="nl")
    assert code == "code_other_version"
    assert message == KNOWLEDGE.messages["nl"]["advice_code_other_version"]


def _with_version(profile_codes: ProfileCodes, version: str) -> str:
    import model.profiles.code as receipt

    plain = profile_codes.code(of_case("set-up")).replace("-", "")
    body = version + plain[1:-4]
    assert version != VERSION
    return body + receipt._checksum(body)


def test_a_code_of_other_questions_is_called_so():
    content = packaged_content()
    content["questions"][-3]["options"].append({"code": "fresh", "text": {"en": "New", "nl": "Nieuw"}})
    assert _refused(CODE, ProfileCodes(knowledge_from(content)))[0] == "code_other_questions"


def test_other_words_and_other_rules_leave_codes_as_they_are():
    content = packaged_content()
    content["questions"][0]["text"]["en"] = "Other words?"
    content["rules"] = content["rules"][:-1]
    assert ProfileCodes(knowledge_from(content)).read(CODE).masks == of_case("2diabeat").masks


def test_channels_may_come_and_go_and_one_that_is_gone_takes_no_other_answer_along():
    content = packaged_content()
    fresh = {**content["channels"][0], "id": "fresh", "family": "fresh"}
    content["channels"] = [fresh, *content["channels"]]
    assert ProfileCodes(knowledge_from(content)).read(CODE).answers["copied_channel"] == "embrace"
    content["channels"] = [each for each in content["channels"] if each["id"] != "embrace"]
    for option in (option for question in content["questions"] for option in question.get("options", [])):
        if "embrace" in option.get("opens", []):
            option["opens"].remove("embrace")
    kept, changes = ProfileCodes(knowledge_from(content)).opened(CODE)
    assert kept.as_dict() == {name: a for name, a in of_case("2diabeat").as_dict().items() if name != "copied_channel"}
    assert [change.question for change in changes] == ["copied_channel"]


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_has_its_own_mark(name):
    profile = read({**of_case("2diabeat").as_dict(), "device_access": "unknown", "copied_channel": name})
    assert ADVICE.profile_codes.read(ADVICE.profile_codes.code(profile)).answers["copied_channel"] == name
