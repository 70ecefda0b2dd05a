"""The root of the command line: help, commands of neighbours, `channels` and `questions`."""

import importlib.metadata
import io
import sys

import click
import pytest
import yaml
from rich.console import Console, RenderableType

from model.cli import options as base
from model.cli.main import main
from model.cli.translations import terminal_language
from model.domain.knowledge import LANGUAGES
from service.terminal.tables import channel_sheet, question_sheet
from tests.packaged import KNOWLEDGE

OWN = [("recommend",), ("channels",), ("questions",), ("rules",), ("rules", "check"), ("rules", "list"), ("serve",)]


@click.command()
def greet() -> None:
    """Say hello."""
    click.echo("hello")


@click.command()
def late() -> None:
    """Find out only while working that something is missing."""
    importlib.import_module("no_such_package")


@pytest.fixture
def neighbours(monkeypatch):
    """Entry points of packages that do not exist, in place of the real ones."""

    def point(name: str, value: str) -> importlib.metadata.EntryPoint:
        return importlib.metadata.EntryPoint(name, value, base.ENTRY_POINTS)

    here = f"{__name__}:greet"
    points = [
        point("greet", here),
        point("rules.greet", here),
        point("people.greet", here),
        point("missing", "no_such_package.cli:missing [training]"),
        point("late", f"{here.partition(':')[0]}:late [training]"),
    ]
    monkeypatch.setattr(base, "_points", lambda: {each.name: each for each in points})
    # Importlib mode names this module after its path; the entry point finds it under that name.
    assert __name__ in sys.modules


@pytest.mark.parametrize("command", [(), *OWN], ids=" ".join)
def test_every_command_explains_itself(run, command):
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) > 5


def test_every_option_has_a_text(run):
    context = click.Context(base.Group("root"))
    for path in OWN:
        command = main.get_command(context, path[0])
        for name in path[1:]:
            assert isinstance(command, click.Group)
            command = command.get_command(context, name)
        assert command is not None
        assert command.help
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{' '.join(path)} {option.name}"


def test_without_a_command_there_is_help(run):
    result = run()
    assert result.exit_code == 2
    assert "recommend" in result.stderr


def test_an_unknown_command_is_refused(run):
    result = run("recomend")
    assert result.exit_code == 2
    assert "recomend" in result.stderr


def test_the_version_is_that_of_the_package(run):
    assert importlib.metadata.version("platform-fit") in run("--version").stdout


@pytest.mark.usefixtures("neighbours")
def test_neighbours_add_commands_and_subcommands(run):
    assert "greet" in run("--help").stdout
    assert "greet" in run("rules", "--help").stdout
    for command in (("greet",), ("rules", "greet"), ("people", "greet")):
        assert run(*command).stdout == "hello\n"
    assert "serve" not in run("--help").stdout


@pytest.mark.usefixtures("neighbours")
def test_a_command_that_is_not_installed_says_what_to_install(run):
    assert "missing" in run("--help").stdout
    result = run("missing", "--anything", "at all")
    assert result.exit_code == 1
    assert "Run `make training` in the folder of platform-fit" in result.stderr


@pytest.mark.usefixtures("neighbours")
def test_what_is_missing_only_once_a_command_works_is_told_too(run):
    result = run("late")
    assert result.exit_code == 1
    assert "This needs 'no_such_package', which is not installed" in result.stderr
    assert "Run `make training` in the folder of platform-fit" in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_channels_are_listed(run, language):
    output = run("channels", "--lang", language, COLUMNS="200").stdout
    for channel in KNOWLEDGE.channels:
        assert channel.id in output
        assert channel.name[language] in output


def printed(sheet: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=2000)
    with console.capture() as capture:
        console.print(sheet)
    return capture.get()


@pytest.mark.parametrize("channel", KNOWLEDGE.channels, ids=lambda channel: channel.id)
def test_all_facts_about_a_channel_are_shown_with_sources(channel):
    output = printed(channel_sheet(channel, KNOWLEDGE, "nl"))
    assert channel.description["nl"] in output
    for fact in channel.facts:
        assert f"{fact.text['nl']} ({', '.join(fact.sources)})" in output


def test_one_channel_is_shown(run):
    assert (
        KNOWLEDGE.channel("embrace").description["nl"] in run("channels", "embrace", LANG="nl", COLUMNS="2000").stdout
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_listed_with_their_answers(run, language):
    output = run("questions", "--lang", language, COLUMNS="2000").stdout
    for question in KNOWLEDGE.questionnaire:
        assert question.text[language] in output
        assert question.options[0].channel or ", ".join(question.codes) in output


@pytest.mark.parametrize("question", list(KNOWLEDGE.questionnaire), ids=lambda question: question.id)
def test_one_question_is_explained(question):
    output = printed(question_sheet(question, KNOWLEDGE, "en"))
    assert question.why["en"] in output
    assert all(option.text["en"] in output for option in question.options)
    assert (question.lever is None) or question.lever.action["en"] in output


def test_one_question_is_shown(run):
    assert KNOWLEDGE.questionnaire["needs"].why["nl"] in run("questions", "needs", LANG="nl", COLUMNS="2000").stdout


@pytest.mark.parametrize(("command", "name"), [("channels", "fax"), ("questions", "colour")])
def test_an_unknown_name_is_refused_with_those_that_exist(run, command, name):
    result = run(command, name)
    assert result.exit_code == 2
    assert f"'{name}'" in result.stderr
    assert "Allowed: " in result.stderr


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_a_profile_of_which_nothing_is_known(run, language, tmp_path):
    template = run("questions", "--template", "--lang", language).stdout
    assert set(yaml.safe_load(template)) == {question.id for question in KNOWLEDGE.questionnaire}
    file = tmp_path / "profile.yaml"
    file.write_text(template, encoding="utf-8")
    assert all(answer in ("unknown", ["unknown"]) for answer in yaml.safe_load(template).values())
    assert run("recommend", str(file)).exit_code == 0


@pytest.mark.parametrize(
    ("variables", "language"),
    [
        ({}, "en"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "nl"}, "nl"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_MESSAGES": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": ""}, "nl"),
    ],
)
def test_the_language_of_the_terminal(variables, language):
    assert terminal_language(variables) == language
