"""Contradictions: each points at answers that were given and that together make it so; no answer is changed."""

from hypothesis import example, given, settings

from model.advice.contradictions import Contradictions
from tests.examples import examples
from tests.model.advice.advised import ADVICE, PROFILES, read, with_answers

BOTH_WAYS = {"work_setting": ["desk"], "login_tolerance": "unknown", "device_access": ["no_smartphone"]} | {
    "daily_tools": ["calls_sms", "email"], "it_policy": ["m365_some", "no_limits", "m365_everyone"]
}  # fmt: skip


def _at(profile, pointer):
    """What a JSON pointer inside a profile points at."""
    value = profile.as_dict()
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


@settings(max_examples=examples(60))
@given(PROFILES)
@example(BOTH_WAYS)
def test_what_is_pointed_at_was_answered_and_without_one_of_it_nothing_is_wrong(raw):
    profile = read(raw)
    for found in ADVICE.contradictions.of(profile):
        pointers = found.pointers(profile)
        assert [_at(profile, pointer) for pointer in pointers] == [code for _, code in found.answers]
        assert len(found.answers) >= 2
        questions = dict.fromkeys(question for question, _ in found.answers)
        changed = with_answers(profile, **dict.fromkeys(questions))
        assert found.rule not in [each.rule for each in ADVICE.contradictions.of(changed)]


def test_each_contradiction_names_its_own_answers():
    profile = read(BOTH_WAYS)
    found = {each.rule.id: each.pointers(profile) for each in ADVICE.contradictions.of(profile)}
    assert found == {
        "answers-no-smartphone-and-apps": ["/device_access/0", "/daily_tools/1"],
        "answers-everyone-and-some": ["/it_policy/2", "/it_policy/0"],
    }


def test_the_advice_takes_contradicting_answers_as_they_are():
    """Nothing is resolved in silence: the verdict does not move by what is pointed out."""
    findings = [each.name for each in ADVICE.advisor.recommend(read(BOTH_WAYS)).readiness.findings]
    assert not [name for name in findings if name.startswith("answers-")]
    assert len(Contradictions(ADVICE.advisor.knowledge).of(read(BOTH_WAYS))) == 2
