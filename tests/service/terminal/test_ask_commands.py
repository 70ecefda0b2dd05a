"""What a team asks beside a ranking, on the command line: the three stories, every command, and what is refused."""

import json
from typing import Any

import pytest

from model.advice.advice import Advice
from model.advice.similar_cases import case_profile
from model.answer.writer import AnswerWriter, Detail
from model.domain.knowledge import LANGUAGES
from model.profiles.code import _checksum
from model.storage.engine import Store
from model.storage.outcomes import keep
from model.storage.registry import Registry
from tests.factories import random_artifact
from tests.packaged import KNOWLEDGE, started
from tests.records import Maker

ADVICE = Advice(started())
WRITERS = {language: AnswerWriter(ADVICE.advisor, language, ADVICE) for language in LANGUAGES}
STORIES = {
    "2diabeat": (["whatsapp_group", "teams"], "do_not_carry_over"),
    "set-up": (["in_person", "embrace"], "carry_over"),
    "better-in-better-out": (["facebook_group"], None),
}
PROFILES = {name: case_profile(KNOWLEDGE.case(name), KNOWLEDGE) for name in STORIES}
CODES = {name: ADVICE.profile_codes.code(profile) for name, profile in PROFILES.items()}
WIDE = {"COLUMNS": "600"}


def answer(run, *arguments: str, **environment: str) -> Any:
    """What a command says in JSON."""
    result = run(*arguments, "--format", "json", **environment)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def name(channel: str, language: str) -> str:
    return KNOWLEDGE.channel(channel).name[language]


def as_json(content: object) -> Any:
    return json.loads(json.dumps(content))


# --- the three stories --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES)
def test_a_recommendation_opens_with_a_sentence_and_shows_the_bundle(run, story, language):
    found = run("recommend", "--case", story, "--lang", language, **WIDE).stdout
    overview = ADVICE.overview(ADVICE.advisor.recommend(PROFILES[story]))
    assert found.splitlines()[0] == overview.summary.team[language]
    assert len(found.splitlines()[0]) <= 140
    assert [channel.id for channel in overview.bundle.channels] == STORIES[story][0]
    for channel in STORIES[story][0]:
        assert f"- {name(channel, language)} " in found
    words = [overview.confidence.lead, overview.confidence.basis, overview.summary.staff]
    words += [each.text for each in (*overview.bundle.uncovered, *overview.bundle.overlaps, *overview.bundle.advice)]
    for text in words:
        assert text[language] in found
    for alternative in overview.bundle.alternatives:
        assert name(alternative.channels[-1], language) in found
    assert CODES[story] in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recommendation_says_which_channel_waits(run, language):
    asked = "recommend", "--case", "set-up", "--shared-interest", "partial", "--lang", language
    (later,) = answer(run, *asked)["bundle"]["later"]
    assert later["channels"] == ["embrace"]
    assert f"! {later['text']}" in run(*asked, **WIDE).stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recommendation_on_hardly_any_answer_is_no_call_to_start(run, language):
    asked = "--work-setting", "desk", "--login-tolerance", "unknown", "--device-access", "unknown", "--lang", language
    found = run("recommend", *asked, **WIDE).stdout
    words = KNOWLEDGE.messages[language]
    assert words["verdict_go_without_wish"] in found
    assert words["verdict_go"] not in found.splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES)
def test_a_code_gives_the_same_answer_as_the_answers_themselves(run, story, language):
    from_code = run("recommend", "--code", CODES[story].lower(), "--lang", language, "--format", "json")
    recommendation = ADVICE.advisor.recommend(PROFILES[story])
    assert from_code.stdout_bytes == WRITERS[language].write(recommendation, Detail.FULL) + b"\n"
    assert json.loads(from_code.stdout)["code"] == CODES[story]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES)
def test_levers_name_the_action_and_who_must_act(run, story, language):
    recommendation = ADVICE.advisor.recommend(PROFILES[story])
    found = ADVICE.what_if.levers(recommendation)
    text = run("levers", "--case", story, "--lang", language, **WIDE).stdout
    assert text.startswith(found.text[language])
    for plan in (*found.plans, *([found.nearest] if found.nearest else [])):
        for change in plan.changes:
            assert f"{change.action[language]} ({change.who[language]})" in text
            assert change.text[language] in text
    for hinge in ADVICE.what_if.hinges(PROFILES[story]):
        assert hinge.text[language] in text
    content = answer(run, "levers", "--code", CODES[story], "--lang", language)
    assert content == as_json(WRITERS[language].advice.levers(recommendation))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", ["2diabeat", "set-up"])
def test_embrace_is_checked_before_it_is_carried_over(run, story, language):
    arguments = ("transfer", "--from", "set-up", "--channel", "embrace", "--case", story, "--lang", language)
    content = answer(run, *arguments)
    assert content["verdict"] == STORIES[story][1]
    text = run(*arguments, **WIDE).stdout
    assert text.startswith(content["text"])
    for factor in content["factors"]:
        assert KNOWLEDGE.questionnaire[factor["question"]].label[language] in text
    if story == "2diabeat":
        assert {each["question"] for each in content["factors"][:2]} == {"daily_tools", "login_tolerance"}
        rows = [line.split() for line in text.splitlines() if line.startswith("  ")]
        assert [row[-2:] for row in rows if row[:1] in (["Together"], ["Samen"])] == [["+0.3", "−3.6"]]
        assert KNOWLEDGE.case("2diabeat").lesson[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES)
def test_similar_cases_tell_what_worked_and_leave_out_the_case_itself(run, story, language):
    content = answer(run, "similar", "--case", story, "--lang", language)
    text = run("similar", "--case", story, "--lang", language, **WIDE).stdout
    shown = [each["id"] for each in content["cases"]]
    assert len(shown) >= 2
    assert story not in shown
    assert KNOWLEDGE.case(story).summary[language] not in text
    for each in content["cases"]:
        community = KNOWLEDGE.documented(each["id"])
        case = community.case
        words = [case.name[language], case.lesson[language]] if case else [community.title, community.source.title]
        words += [each["caveat"], *(answer["text"] for answer in (*each["same"], *each["differences"]))]
        words += [name(outcome.channel, language) for outcome in community.outcomes]
        assert [one for one in words if one not in text] == []
    itself = answer(run, "similar", "--code", CODES[story], "--lang", language)["cases"]
    assert itself[0]["id"] == story
    assert content["ownRecords"] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_similar_tells_own_records_that_may_be_shown_and_not_whose(run, tmp_path, language):
    data = str(tmp_path / "own")
    maker, store = Maker(KNOWLEDGE), Store.open(f"sqlite:///{data}/platform-fit.db")
    told = {"profile": dict(KNOWLEDGE.case("2diabeat").profile), "channel": "whatsapp_group", "reason": "no_time"}
    secret = {"community": "SECRET", "note": "secret words", "source": "secret form"}
    with store.writing() as connection:
        keep(connection, [maker.prepared(id=f"{consent}", consent=consent, active=active, **told, **secret)
                          for consent, active in ((True, 3), (False, 4))])  # fmt: skip
    store.close()
    arguments = ("similar", "--case", "2diabeat", "--lang", language)
    content, text = answer(run, *arguments, PLATFORM_FIT_DATA=data), run(*arguments, **WIDE, PLATFORM_FIT_DATA=data)
    [record] = content["ownRecords"]
    assert (record["active"], record["reason"]) == (3, "no_time")
    assert record["label"] == KNOWLEDGE.messages[language]["own_record_label"]
    for words in (record["text"], KNOWLEDGE.messages[language]["terminal_own_records"]):
        assert words in text.stdout
    assert "secret" not in f"{content}{text.stdout}".lower()


def test_similar_cases_are_told_with_the_store_out_of_reach(run, tmp_path):
    (tmp_path / "platform-fit.db").write_bytes(b"no database, though it is long enough to look like one " * 100)
    content = answer(run, "similar", "--case", "2diabeat", PLATFORM_FIT_DATA=str(tmp_path))
    assert content["ownRecords"] is None
    assert content["cases"]
    shown = run("similar", "--case", "2diabeat", PLATFORM_FIT_DATA=str(tmp_path))
    assert shown.exit_code == 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("story", STORIES)
def test_replay_finds_nothing_different_when_nothing_is(run, tmp_path, story, language):
    earlier = tmp_path / "answer.json"
    earlier.write_bytes(run("recommend", "--case", story, "--format", "json").stdout_bytes)
    result = run("replay", CODES[story], "--answer", str(earlier), "--lang", language, **WIDE)
    assert (
        result.stdout.splitlines()[0]
        == answer(run, "recommend", "--case", story, "--lang", language)["summary"]["team"]
    )
    assert KNOWLEDGE.messages[language]["terminal_replay_same"] in result.stdout
    content = answer(run, "replay", CODES[story], "--answer", str(earlier), "--lang", language)
    assert content["answer"] == answer(run, "recommend", "--case", story, "--lang", language)
    assert (content["differences"]["sameKnowledge"], content["differences"]["channels"]) == (True, [])


# --- one command at a time ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "heading", "question", "code"),
    [
        # An agreement about personal data brings a messenger back; an easier login brings one nearer.
        (
            ("--case", "2diabeat", "--sensitive-data", "identifiable_clients", "--channel", "whatsapp_group"),
            "terminal_plan_only",
            "sensitive_data",
            "anonymised_cases",
        ),
        (("--case", "2diabeat", "--channel", "viva_engage"), "terminal_nearest", "login_tolerance", "low"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_shown_as_things_to_do(run, language, arguments, heading, question, code):
    text = run("levers", *arguments, "--lang", language, **WIDE).stdout
    asked = KNOWLEDGE.questionnaire[question]
    assert KNOWLEDGE.messages[language][heading] in text
    step = asked.lever.step(None, code)
    assert f"{step.action[language]} ({(step.who or asked.lever.who)[language]})" in text
    after = next(option.text[language] for option in asked.options if option.code == code)
    assert after in text.partition(step.action[language])[2].splitlines()[1]


def test_the_next_question_comes_with_its_reason_and_its_answers(run):
    first = run("next")
    assert first.exit_code == 0
    assert "(work_setting)" in first.stdout
    assert "We need this answer" in first.stdout
    content = answer(run, "next", "--case", "set-up")
    assert content["stop"] is False
    text = run("next", "--case", "set-up", **WIDE).stdout
    assert content["text"] in text
    assert content["why"] in text
    assert f"({content['question']})" in text
    assert f"asked yet: {len(content['open'])}." in text


def test_an_interview_ends_and_says_why(run, tmp_path):
    raw: dict[str, Any] = {question.id: "unknown" for question in KNOWLEDGE.questionnaire if not question.follows}
    raw["work_setting"] = ["desk"]
    file = tmp_path / "answers.json"
    file.write_text(json.dumps(raw), encoding="utf-8")
    assert "You have answered every question." in run("next", str(file)).stdout
    del raw["language_needs"]
    file.write_text(json.dumps(raw), encoding="utf-8")
    content = answer(run, "next", str(file))
    assert content["open"] == ["language_needs"]
    assert content["risk"]["most"] <= 1
    text = run("next", str(file), **WIDE).stdout
    assert content["text"] in text
    assert ("If you want to go on" in text) == content["stop"]


def test_a_transfer_check_takes_a_file_of_answers(run, tmp_path):
    file = tmp_path / "there.json"
    file.write_text(json.dumps({"profile": KNOWLEDGE.case("set-up").profile}), encoding="utf-8")
    arguments = ("--channel", "embrace", "--case", "2diabeat")
    from_file = answer(run, "transfer", "--from", str(file), *arguments)
    from_case = answer(run, "transfer", "--from", "set-up", *arguments)
    assert from_file["source"] is None
    assert from_file["factors"] == from_case["factors"]
    assert "worked there" not in run("transfer", "--from", str(file), *arguments).stdout
    file.write_text('{"colour": "red"}', encoding="utf-8")
    wrong = run("transfer", "--from", str(file), *arguments)
    assert (wrong.exit_code, wrong.stdout) == (1, "")
    assert "colour" in wrong.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_replay_names_the_rule_that_made_the_difference(run, tmp_path, folder, language):
    earlier = tmp_path / "answer.json"
    # A starter belongs to the rules that it was made with.
    earlier.write_bytes(run("recommend", "--case", "2diabeat", "--rules-only", "--format", "json").stdout_bytes)
    access = folder / "rules" / "access.yaml"
    before, rule, after = access.read_text(encoding="utf-8").partition("id: frontline-new-login-hard")
    assert "weight: -3\n" in after
    access.write_text(before + rule + after.replace("weight: -3\n", "weight: -1\n", 1), encoding="utf-8")
    arguments = (
        "replay",
        CODES["2diabeat"],
        "--answer",
        str(earlier),
        "--knowledge",
        str(folder),
        "--lang",
        language,
        "--rules-only",
    )
    text = run(*arguments, **WIDE).stdout
    messages = KNOWLEDGE.messages[language]
    assert messages["terminal_replay_knowledge"] in text
    assert f"{messages['terminal_change_changed']} (-0.90 → -0.30): frontline-new-login-hard." in text
    differences = answer(run, *arguments)["differences"]
    assert differences["sameKnowledge"] is False
    embrace = next(each for each in differences["channels"] if each["channel"] == "embrace")
    assert [each["name"] for each in embrace["reasons"]] == ["frontline-new-login-hard"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_replay_is_the_answer_of_what_is_live_and_names_records_as_the_difference(run, tmp_path, language):
    """A learned artifact that the service answers with is not blamed on a change that never was."""
    url, data = f"sqlite:///{tmp_path / 'platform-fit.db'}", str(tmp_path)
    store = Store.open(url)
    learned = random_artifact(KNOWLEDGE)
    Registry(store).save_artifact(learned, None, {})
    earlier = tmp_path / "earlier.json"
    earlier.write_bytes(WRITERS[language].write(ADVICE.advisor.recommend(PROFILES["set-up"]), Detail.FULL))
    arguments = ("replay", CODES["set-up"], "--answer", str(earlier), "--lang", language)
    before = answer(run, *arguments, PLATFORM_FIT_DATA=data)
    Registry(store).promote(learned.id, "Noor", "better")
    after = answer(run, *arguments, PLATFORM_FIT_DATA=data)
    said = run(*arguments, PLATFORM_FIT_DATA=data, **WIDE).stdout
    store.close()
    assert (before["answer"]["model"]["artifact"], before["differences"]["sameArtifact"]) == ("starter", True)
    assert before["differences"]["channels"] == []
    assert (after["answer"]["model"]["artifact"], after["differences"]["sameArtifact"]) == (learned.id, False)
    assert after["differences"]["sameKnowledge"] is True
    assert any(reason["kind"] == "records" for each in after["differences"]["channels"] for reason in each["reasons"])
    assert KNOWLEDGE.messages[language]["terminal_replay_artifact"] in said
    assert KNOWLEDGE.messages[language]["terminal_replay_knowledge"] not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_replay_says_when_it_can_only_ask_what_comes_with_the_rules(run, tmp_path, language):
    (tmp_path / "platform-fit.db").write_bytes(b"no database, though it is long enough to look like one " * 100)
    result = run("replay", CODES["set-up"], "--format", "json", "--lang", language, PLATFORM_FIT_DATA=str(tmp_path))
    assert result.exit_code == 0
    assert json.loads(result.stdout)["answer"]["model"]["artifact"] == "starter"
    assert {"en": "so this answer does without it", "nl": "Dit antwoord doet het daarom zonder"}[
        language
    ] in result.stderr


def test_replay_without_an_earlier_answer_gives_the_present_one(run):
    assert answer(run, "replay", CODES["set-up"])["differences"] is None
    assert "Different from" not in run("replay", CODES["set-up"]).stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "is no JSON"),
        (b"\xff", "is no JSON"),
        (b"[]", "is no answer"),
        (b'{"channels": [{}]}', "is no answer of platform-fit"),
        (b'{"code": "OTHER"}', "another profile: its code is OTHER"),
    ],
)
def test_an_earlier_answer_that_is_none_is_refused_with_1(run, tmp_path, content, words):
    file = tmp_path / "answer.json"
    file.write_bytes(content)
    result = run("replay", CODES["set-up"], "--answer", str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    assert words in result.stderr


# --- what is refused ----------------------------------------------------------------------------------------


def of_version(code: str, version: str) -> str:
    body = version + code.replace("-", "")[1:-4]
    return body + _checksum(body)


OTHER_VERSION = of_version(CODES["set-up"], "2")
DAMAGED = CODES["set-up"][:-1] + ("A" if CODES["set-up"][-1] != "A" else "B")


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("code", "key"),
    [("hello!", "no_code"), (DAMAGED, "damaged"), (OTHER_VERSION, "other_version")],
)
@pytest.mark.parametrize(
    "command",
    [
        ("recommend", "--code"), ("levers", "--code"), ("next", "--code"), ("similar", "--code"), ("replay",),
        ("transfer", "--from", "set-up", "--channel", "embrace", "--code"),
    ],
)  # fmt: skip
def test_a_wrong_code_is_explained_and_gives_2(run, command, code, key, language):
    result = run(*command, code, "--lang", language)
    assert (result.exit_code, result.stdout) == (2, "")
    assert KNOWLEDGE.messages[language][f"advice_code_{key}"] in result.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("levers", "--case", "nowhere"), ("--case", "set-up, 2diabeat")),
        (("levers", "--case", "set-up", "--channel", "myspace"), ("--channel", "no channel called 'myspace'")),
        (("levers", "--case", "set-up", "--pretty"), ("--format json",)),
        (("levers", "--case", "set-up", "--code", CODES["set-up"]), ("not more than one",)),
        (("levers",), ("work_setting: This answer is needed.",)),
        (("next", "--login-tolerance", "laag"), ("--login-tolerance",)),
        (("similar", "--case", "nowhere"), ("--case", "set-up, 2diabeat")),
        (("transfer", "--channel", "embrace", "--case", "2diabeat"), ("--from",)),
        (("transfer", "--from", "set-up", "--case", "2diabeat"), ("--channel",)),
        (
            ("transfer", "--from", "nowhere", "--channel", "embrace", "--case", "2diabeat"),
            ("--from", "set-up, 2diabeat", "no file 'nowhere'"),
        ),
        (
            ("transfer", "--from", "set-up", "--channel", "myspace", "--case", "2diabeat"),
            ("--channel", "no channel called 'myspace'"),
        ),
        (("transfer", "--from", "set-up", "--channel", "embrace"), ("work_setting: This answer is needed.",)),
    ],
)
def test_wrong_use_is_explained_and_gives_2(run, arguments, words):
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    for each in words:
        assert each in result.stderr
