"""A Dutch terminal gets help, errors and warnings in Dutch, and nothing that can be said is left out."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir

from model.cli.translations import language_of, translation
from model.errors import Phrase, PromotionError, joined
from tools.translations import OF_CLICK, ROOMS, phrases

ROOT = Path(__file__).parents[3]
FOR_PEOPLE = {
    "ArtifactError",
    "BadParameter",
    "CommandError",
    "FileError",
    "PromotionError",
    "SettingsError",
    "StoreBusyError",
    "StoreError",
    "TooLittleEvidenceError",
    "UnknownNameError",
    "UsageError",
    "fail",
}
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


@cache
def calls(file: Path) -> list[tuple[str, ast.Call]]:
    """(where, call) of everything that is called in a file, by the name that stands there last."""
    return [
        (f"{file.relative_to(ROOT)}:{node.lineno}", node)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    ]


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def test_every_phrase_is_written_where_it_is_made():
    """Otherwise `make translations` does not find it."""
    hidden = [
        where
        for file in FILES
        for where, call in calls(file)
        if name_of(call) == "Phrase" and not (call.args and isinstance(call.args[0], ast.Constant))
    ]
    assert hidden == [hidden[0]]
    assert hidden[0].startswith("model/errors.py"), "`joined` is the only one"


def test_every_error_for_people_is_a_phrase():
    """A text that is put together in another way would stay English in every terminal."""
    plain = [
        where
        for file in FILES
        for where, call in calls(file)
        if name_of(call) in FOR_PEOPLE and any(isinstance(each, ast.JoinedStr | ast.Constant) for each in call.args[:1])
    ]
    assert plain == []


@pytest.mark.parametrize("template", sorted(set(phrases())))
def test_a_phrase_keeps_its_values_in_dutch(template: str):
    values = [f"<één {number}>" for number in range(5)]
    said = translation(Phrase(template, *values), "nl")
    for number, value in enumerate(values):
        assert (value in said) == (f"{{{number}}}" in template), value


def test_a_value_that_is_a_phrase_itself_is_said_in_dutch_too():
    refused = Phrase("The gate refuses {0}: it failed on {1}.", "a1", "log loss")
    error = PromotionError(Phrase("{0} To do it all the same, give a reason: --overrule REASON", refused))
    assert str(error) == (
        "The gate refuses a1: it failed on log loss. To do it all the same, give a reason: --overrule REASON"
    )
    assert translation(str(error), "en") == str(error)
    assert translation(str(error), "nl") == (
        "De poort weigert a1: het zakte voor log loss. Wilt u het toch doen, geef dan een reden: --overrule REDEN"
    )


def test_what_only_puts_phrases_together_needs_no_translation():
    full = Phrase("{0}.", Phrase("the disk of the store is full"))
    assert translation(full, "nl") == "de schijf van de opslag is vol."
    both = joined("; ", [full, "something else"])
    assert translation(both, "nl") == "de schijf van de opslag is vol.; something else"
    assert translation(joined("; ", []), "nl") == ""


def test_a_text_that_is_no_phrase_stays_as_it_is():
    assert translation("the disk of the store is full", "nl") == "the disk of the store is full"


def test_what_click_says_is_what_the_catalogue_has():
    found = extract_from_dir(Path(click.__file__).parent, [("**.py", "python")], None, {"_": None, "ngettext": (1, 2)})
    texts = {text for _, _, text, _, _ in found}
    assert set(OF_CLICK) <= texts


@pytest.mark.parametrize(
    ("arguments", "terminal", "language"),
    [
        ([], {"LANG": "nl_NL.UTF-8"}, "nl"),
        (["x", "--lang", "nl"], {}, "nl"),
        (["--lang=en"], {"LANG": "nl"}, "en"),
        (["--lang", "fr"], {}, "en"),
        (["--lang"], {}, "en"),
    ],
)
def test_the_language_is_the_one_asked_for(arguments: list[str], terminal: dict[str, str], language: str):
    assert language_of(arguments, terminal) == language


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("terminal", ["nl_NL.UTF-8", "en_GB.UTF-8"])
def test_what_the_library_says_is_in_the_language_asked_for(run, language: str, terminal: str):
    said = run("outcomes", "list", "--limit", "ten", "--lang", language, LANG=terminal).stderr
    assert (
        said.splitlines()[-1]
        == {
            "nl": "Fout: Onjuiste waarde voor '--limit': 'ten' is geen geldig getal.",
            "en": "Error: Invalid value for '--limit': 'ten' is not a valid integer range.",
        }[language]
    )
    refused = run("replay", "X", "--lang", language, LANG=terminal).stderr
    assert refused.startswith({"nl": "Gebruik: ", "en": "Usage: "}[language])


@pytest.mark.parametrize("command", [["models", "list"], ["store", "check"], ["keys", "list"], ["serve"]])
def test_a_wrong_setting_has_one_exit_code_whatever_the_command(run, command: list[str]):
    refused = run(*command, PLATFORM_FIT_DATABASE_URL="mysql://user:secret@host/name")
    assert refused.exit_code == 2
    assert "Error: PLATFORM_FIT_DATABASE_URL must be like sqlite" in refused.stderr
    assert "secret" not in refused.stderr


def test_a_dutch_terminal_is_answered_in_dutch(run):
    shown = run("store", "upgrade", "--help", LANG="nl_NL.UTF-8")
    assert "Werk een opslag van een eerdere versie bij" in shown.stdout
    assert "Opties:" in shown.stdout
    assert "Taal van het antwoord." in " ".join(shown.stdout.split())
    refused = run("models", "promote", "none", LANG="nl_NL.UTF-8")
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Fout: Er is geen artefact met de naam 'none'. Er is er nog geen.\n",
    )
    wrong = run("outcomes", "list", "--limit", "x", LANG="nl_NL.UTF-8")
    assert (wrong.exit_code, "Onjuiste waarde voor '--limit'" in wrong.stderr) == (2, True)
    asked = run("keys", "revoke", "none", "--lang", "nl")
    assert "er is geen sleutel met id none" in asked.stderr
    # Nothing of it stays for who comes next.
    assert "Bring a store of an earlier version" in run("store", "upgrade", "--help").stdout
