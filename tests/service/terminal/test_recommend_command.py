"""`platform-fit recommend`: every way in, every way out, and what it refuses."""

import json
import re

import pytest

from model.answer.writer import AnswerWriter, Detail
from model.domain.knowledge import LANGUAGES
from model.profiles.validation import ProfileGate
from tests.packaged import KNOWLEDGE, started

CASES = [case.id for case in KNOWLEDGE.cases]
DESK = ("--work-setting", "desk", "--login-tolerance", "high", "--device-access", "own_work_computer")


def answer_to(case: str, language: str, include_trace: bool = False) -> bytes:
    profile = ProfileGate(KNOWLEDGE).load(dict(KNOWLEDGE.case(case).profile))
    return AnswerWriter(started(), language).write(started().recommend(profile), Detail.FULL, include_trace)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_each_open_case_is_answered_in_each_language(run, case, language):
    result = run("recommend", "--case", case, "--lang", language, COLUMNS="400")
    assert result.exit_code == 0
    answer = json.loads(answer_to(case, language))
    assert result.stdout.startswith(answer["summary"]["team"] + "\n\n" + answer["verdict"]["text"])
    assert len(answer["summary"]["team"]) <= 140
    for finding in answer["verdict"]["findings"]:
        assert (finding["action"] or finding["text"]) in result.stdout
    for moment in ("online", "live"):
        assert KNOWLEDGE.channel(answer["best"][moment][0]).name[language] in result.stdout
    for assumption in answer["assumptions"]:
        assert assumption["text"] in result.stdout
    for channel in answer["excluded"]:
        assert channel["name"] in result.stdout
        assert channel["reasons"][0]["text"] in result.stdout


def test_the_three_strongest_things_about_2diabeat_are_on_screen(run):
    words = " ".join(run("recommend", "--case", "2diabeat", "--lang", "nl").stdout.split())
    assert "Beste online WhatsApp-groep" in words
    assert "Snel contact WhatsApp-groep" in words
    assert "Bestanden delen en op één plek Microsoft Teams" in words
    assert "het programmateam" in words


def rows(output: str) -> list[str]:
    """The names of the channels in the tables, as far as they fit on one line."""
    return re.findall(r"^  [0-9]+=? +(\S.*?)  ", output, re.MULTILINE)


def test_only_the_best_channels_are_shown_unless_all_are_asked_for(run):
    few = run("recommend", "--case", "2diabeat", COLUMNS="200").stdout
    everything = run("recommend", "--case", "2diabeat", "--all", COLUMNS="200").stdout
    ranked = json.loads(answer_to("2diabeat", "en"))["channels"]
    online = [channel["name"] for channel in ranked if channel["moment"] == "online"]
    live = [channel["name"] for channel in ranked if channel["moment"] == "live"]
    for shown, names in ((rows(few), online[:5] + live[:5]), (rows(everything), online + live)):
        assert len(shown) == len(names)
        assert all(name.startswith(each) for each, name in zip(shown, names, strict=True))
    assert f"{len(online) - 5} more; --all shows them." in few
    assert "--all shows them" not in everything


def test_a_ranking_without_a_launch_is_called_what_it_is(run):
    result = run("recommend", "--case", "better-in-better-out", COLUMNS="200")
    assert "only shows what would fit" in result.stdout


def test_an_opinion_is_marked_and_the_mark_explained(run):
    rule = KNOWLEDGE.rule_by_id["messengers-banned"]
    assert rule.grade == ("expert_judgement",)
    result = run("recommend", "--case", "2diabeat", COLUMNS="400")
    assert f"{rule.text['en']}*" in result.stdout
    assert "*: an opinion of the makers, not studied." in result.stdout


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_is_the_answer_of_the_service_to_the_byte(run, language):
    result = run("recommend", "--case", "set-up", "--format", "json", "--lang", language)
    assert result.stdout_bytes == answer_to("set-up", language) + b"\n"


def test_pretty_json_says_the_same(run):
    result = run("recommend", "--case", "set-up", "--format", "json", "--pretty")
    assert result.stdout.startswith("{\n  ")
    assert json.loads(result.stdout) == json.loads(answer_to("set-up", "en"))


def test_trace_in_json_and_as_a_table(run):
    result = run("recommend", "--case", "2diabeat", "--format", "json", "--trace")
    assert result.stdout_bytes == answer_to("2diabeat", "en", include_trace=True) + b"\n"
    table = run("recommend", "--case", "2diabeat", "--trace", COLUMNS="300").stdout.partition("What became of")[2]
    row = next(line for line in table.splitlines() if line.strip().startswith("frontline-new-login-hard"))
    assert "applies" in row
    assert "embrace" in row
    lines = json.loads(result.stdout)["trace"]
    shown = {line["rule"] for line in lines if line["status"] == "fired" or line["questions"]}
    assert {rule.id for rule in KNOWLEDGE.rules if rule.id in table.split()} == shown
    assert 0 < len(shown) < len({line["rule"] for line in lines})


def test_the_language_follows_a_dutch_terminal(run):
    assert run("recommend", "--case", "set-up", LANG="nl_NL.UTF-8", COLUMNS="200").stdout.startswith(
        json.loads(answer_to("set-up", "nl"))["summary"]["team"]
    )
    english = json.loads(answer_to("set-up", "en"))["summary"]["team"]
    assert run("recommend", "--case", "set-up", LANG="de_DE.UTF-8", COLUMNS="200").stdout.startswith(english)
    assert run("recommend", "--case", "set-up", LANG="nl_NL.UTF-8", LC_ALL="C", COLUMNS="200").stdout.startswith(
        english
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("name", ["profile.yaml", "profile.json"])
def test_a_profile_comes_from_a_file(run, tmp_path, name, encoding):
    file = tmp_path / name
    profile = dict(KNOWLEDGE.case("2diabeat").profile)
    as_yaml = "".join(f"{question}: {json.dumps(answer)}\n" for question, answer in profile.items())
    file.write_text(as_yaml if name.endswith("yaml") else json.dumps(profile), encoding=encoding)
    assert run("recommend", str(file), "--format", "json").stdout_bytes == answer_to("2diabeat", "en") + b"\n"


def test_a_request_body_can_be_piped_in(run):
    body = json.dumps({"profile": KNOWLEDGE.case("2diabeat").profile})
    assert run("recommend", "-", "--format", "json", typed=body).stdout_bytes == answer_to("2diabeat", "en") + b"\n"


def test_a_profile_comes_from_options_and_they_keep_their_order(run):
    needs = ("--needs", "file_sharing", "--needs", "quick_contact")
    result = run("recommend", *DESK, *needs, "--format", "json")
    assert result.exit_code == 0
    assert [each["need"] for each in json.loads(result.stdout)["bestPerNeed"]] == ["file_sharing", "quick_contact"]


def test_an_option_goes_before_what_the_case_says(run):
    result = run("recommend", "--case", "2diabeat", "--needs-evidence", "asked_members", "--format", "json")
    before, after = json.loads(answer_to("2diabeat", "en")), json.loads(result.stdout)
    assert "ready-needs-assumed" in [finding["name"] for finding in before["verdict"]["findings"]]
    assert "ready-needs-assumed" not in [finding["name"] for finding in after["verdict"]["findings"]]


def test_every_question_has_an_option(run):
    help_text = run("recommend", "--help").stdout
    for question in KNOWLEDGE.questionnaire:
        assert f"--{question.id.replace('_', '-')} " in help_text


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--login-tolerance", "laag"), ("--login-tolerance", "'none', 'low', 'medium', 'high', 'unknown'")),
        (("--colour", "red"), ("No such option", "--colour")),
        (("--work-setting", "desk"), ("login_tolerance: This answer is needed.", "Choose from: none, low, medium")),
        ((*DESK, "--work-setting", "ward_shift", "--work-setting", "classroom"), ("work_setting", "at most 2")),
        (("--case", "nowhere"), ("--case", "set-up, 2diabeat")),
        (("no-such-file.yaml",), ("no-such-file.yaml", "No such file")),
        (("--case", "2diabeat", "-"), ("a FILE, --case or --code",)),
        (("--case", "2diabeat", "--pretty"), ("--format json",)),
        (("--case", "2diabeat", "--lang", "de"), ("--lang", "'en', 'nl'")),
        (("--case", "2diabeat", "--knowledge", "nowhere"), ("--knowledge", "nowhere", "does not exist")),
    ],
)
def test_wrong_use_is_explained_and_gives_2(run, arguments, words):
    result = run("recommend", *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    for each in words:
        assert each in result.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ("work_setting", "needed")),
        (b"- desk\n", ("These answers cannot be used", "one object")),
        (b"work_setting: [desk\n", ("<stdin>:2", "this is no YAML")),
        (b"work_setting: [desk]\nwork_setting: [desk]\n", ("<stdin>:2", "stands here twice")),
        (
            b"work_setting: [office]\nlogin_tolerance: low\ndevice_access: [tablet]\n",
            ("work_setting.0", "desk, mobile"),
        ),
        (b"colour: red\n", ("colour: There is no question with this name. Choose from: work_setting",)),
        (b"\xff\xfe\x00", ("<stdin>", "UTF-8")),
    ],
)
def test_wrong_answers_in_a_file_are_explained_and_give_1(run, content, words):
    result = run("recommend", "-", typed=content)
    assert result.exit_code == 1
    assert result.stdout == ""
    for each in words:
        assert each in result.stderr


def test_wrong_answers_are_explained_in_dutch(run):
    result = run("recommend", "-", "--lang", "nl", typed="colour: red\n")
    assert "Deze antwoorden kloppen niet:" in result.stderr
    assert "Kies uit: work_setting" in result.stderr


@pytest.mark.slow
def test_other_knowledge_brings_its_own_options(run, folder):
    questions = folder / "questions.yaml"
    questions.write_text(questions.read_text(encoding="utf-8").replace("code: classroom", "code: school"), "utf-8")
    for file in (
        *folder.glob("rules/*.yaml"),
        *folder.glob("evidence/*.yaml"),
        folder / "terms.yaml",
        folder / "earlier.yaml",
    ):
        file.write_text(file.read_text(encoding="utf-8").replace("classroom", "school"), "utf-8")
    answers = ("--work-setting", "school", *DESK[2:])
    assert run("recommend", *answers).exit_code == 2
    assert run("recommend", *answers, "--knowledge", str(folder)).exit_code == 0
    assert run("recommend", *answers, f"--knowledge={folder}").exit_code == 0
    assert run("recommend", *answers, PLATFORM_FIT_KNOWLEDGE=str(folder)).exit_code == 0


def test_answers_in_a_file_are_read_as_people_write_them_and_told(run, tmp_path):
    file = tmp_path / "answers.yaml"
    file.write_text('{work_setting: desk, login_tolerance: "weet niet", device_access: unknown}', encoding="utf-8")
    result = run("recommend", str(file), "--lang", "nl", "--format", "json")
    assert result.exit_code == 0
    assert "work_setting: gelezen als desk." in result.stderr
    assert "login_tolerance: gelezen als unknown." in result.stderr


def test_channels_that_are_not_allowed_are_left_out(run):
    text = run("recommend", "--case", "2diabeat", "--without", "whatsapp_group", "--format", "json").stdout
    assert "whatsapp_group" in {each["id"] for each in json.loads(text)["excluded"]}
    text = run("recommend", "--case", "2diabeat", "--only", "siilo,in_person", "--format", "json").stdout
    assert {each["id"] for each in json.loads(text)["channels"]} == {"siilo", "in_person"}
    refused = run("recommend", "--case", "2diabeat", "--only", "pigeon")
    assert refused.exit_code == 2
    assert "--only" in refused.stderr
    assert "no channel called 'pigeon'" in refused.stderr


def test_help_has_the_questions_in_the_language_of_the_terminal(run):
    shown = " ".join(run("recommend", "--help", LANG="nl_NL.UTF-8").stdout.split())
    needs = KNOWLEDGE.questionnaire["needs"]
    assert f"{needs.text['nl']} (herhaal voor meer, het belangrijkste eerst)" in shown
    assert KNOWLEDGE.questionnaire["rhythm"].text["nl"] in shown
    assert "nl in een Nederlandse terminal, anders en" in shown
    english = " ".join(run("recommend", "--help").stdout.split())
    assert f"{needs.text['en']} (repeat for more, the most important first)" in english


@pytest.mark.parametrize(
    ("name", "lang", "words"),
    [
        ("none.yaml", "en", "'none.yaml': No such file or directory"),
        ("none.yaml", "nl", "'none.yaml': dat bestand of die map is er niet"),
        ("/", "nl", "'/': dat is een map"),
    ],
)
def test_a_file_that_cannot_be_opened_is_told_why(run, name, lang, words):
    refused = run("recommend", name, "--lang", lang)
    assert refused.exit_code == 2
    assert refused.stderr.endswith(f": {words}\n")
    assert words in run("replay", "x", "--answer", name, "--lang", lang).stderr
