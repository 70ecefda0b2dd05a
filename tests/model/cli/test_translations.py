"""A Dutch terminal gets help and refusals in Dutch, and nothing that can be said is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir

from model.cli.translations import REFUSALS, language_of, refusal
from tools.translations import OF_CLICK

ROOT = Path(__file__).parents[3]
RAISED_IN = (
    "model/storage",
    "model/scoring",
    "training/evaluation",
    "training/cli",
    "training/records",
    "service/terminal",
)
KINDS = {
    "StoreError",
    "StoreBusyError",
    "PromotionError",
    "ArtifactError",
    "CommandError",
    "UsageError",
    "BadParameter",
}


def raised() -> Iterator[tuple[str, str]]:
    """(where, text) of every error that is raised with a text of its own, its values as words."""
    for file in sorted(file for room in RAISED_IN for file in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(called, ast.Call) and ast.unparse(called.func).rpartition(".")[2] in KINDS and called.args:
                text = filled(called.args[0])
                if text.strip("0."):
                    yield f"{file.relative_to(ROOT)}:{called.lineno}", text


def filled(expression: ast.expr) -> str:
    if isinstance(expression, ast.Constant):
        return str(expression.value)
    if isinstance(expression, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in expression.values)
    return ""


@pytest.mark.parametrize(("where", "text"), list(raised()))
def test_every_error_of_a_command_can_be_said_in_dutch(where: str, text: str):
    assert refusal(text, "nl") != text
    assert refusal(text, "en") == text


@pytest.mark.parametrize("template", REFUSALS)
def test_a_refusal_keeps_its_values(template: str):
    values = ["één/bestand.db", "b c", "d", "e"]
    said = refusal(template.format(*values), "nl")
    for number in set(re.findall(r"{(\d)}", template)):
        assert values[int(number)] in said


def test_a_value_that_is_a_refusal_itself_is_said_in_dutch_too():
    text = "The gate refuses a1: it failed on log loss. To do it all the same, give a reason: --overrule REASON"
    assert refusal(text, "nl") == (
        "De poort weigert a1: het zakte voor log loss. Wilt u het toch doen, geef dan een reden: --overrule REDEN"
    )
    assert refusal("the disk of the store is full.", "nl") == "de schijf van de opslag is vol."
    assert refusal("something else", "nl") == "something else"


def test_what_click_says_is_what_the_catalogue_has():
    found = extract_from_dir(Path(click.__file__).parent, [("**.py", "python")], None, {"_": None, "ngettext": (1, 2)})
    texts = {text for _, _, text, _, _ in found} | {"File", "Directory"}  # these two are names of a kind of value
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
