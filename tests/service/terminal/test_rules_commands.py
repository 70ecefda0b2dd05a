"""`platform-fit rules`: what an editor of the knowledge files gets to see."""

import pytest

from tests.packaged import KNOWLEDGE

RULE = "frontline-new-login-hard"


def line_of(file, words: str) -> int:
    """The number of the first line that holds these words."""
    return next(n for n, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1) if words in line)


def spoil(file, old: str, new: str) -> int:
    """Replace the first occurrence in a file and say on which line it was."""
    line = line_of(file, old)
    file.write_text(file.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    return line


def test_the_built_in_knowledge_holds_no_mistakes(run):
    result = run("rules", "check")
    assert result.exit_code == 0
    assert f"{len(KNOWLEDGE.rules)} rules" in result.stdout
    assert "no mistakes" in result.stdout


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("rules/access.yaml", "login_tolerance: [none, low]", "login_tolerance: [none, laag]",
         ("'laag' is no answer to login_tolerance", "Allowed: none, low, medium, high.")),
        ("rules/access.yaml", "effect: log_odds", "effect: logodds",
         ("effect", "Allowed: log_odds, order, exclude, stop")),
        ("rules/privacy.yaml", "review_by:", "reviewed_by:", ("reviewed_by", "key is unknown", "review_by")),
        ("rules/size.yaml", "      nl: ", "      fr: ", ("nl", "missing")),
        ("rules/needs.yaml", "sources: [", "sources: [NOWHERE, ", ("no source 'NOWHERE'",)),
        ("channels.yaml", "kind: platform", "kind: platforms", ("kind", "Allowed: platform, file_store")),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_file_line_and_what_is_allowed(run, folder, file, old, new, words):
    line = spoil(folder / file, old, new)
    result = run("rules", "check", str(folder))
    assert result.exit_code == 1
    assert "the knowledge cannot be used" in result.stderr
    shown = next(each for each in result.stderr.splitlines() if words[0] in each and each.startswith(file))
    number = int(shown.split(":")[1])
    assert abs(number - line) <= 3, shown
    for each in words:
        assert each in result.stderr


def test_mistakes_are_told_in_dutch(run, folder):
    line = spoil(folder / "rules/access.yaml", "login_tolerance: [none, low]", "login_tolerance: [none, laag]")
    result = run("rules", "check", str(folder), "--lang", "nl")
    assert (result.exit_code, result.stderr) == (
        1,
        "Fout: de kennis is niet te gebruiken, één fout:\n"
        f"rules/access.yaml:{line}: rules.when.all.login_tolerance: 'laag' is geen antwoord op login_tolerance."
        " Mogelijk zijn: none, low, medium, high.\n",
    )


def test_warnings_are_told_in_the_language_of_the_terminal(run, folder):
    spoil(folder / "rules/access.yaml", "review_by: ", "review_by: 2020-01-01 # ")
    spoil(folder / "rules/access.yaml", "since: ", "since: 2019-01-01 # ")
    checked = run("rules", "check", str(folder), LANG="nl_NL.UTF-8").stdout.splitlines()
    rule = next(each.id for each in KNOWLEDGE.rules if each.theme == "access")
    assert f"waarschuwing: {rule}: dit had uiterlijk op 2020-01-01 nagekeken moeten worden" in checked
    assert "waarschuwing: ready-measure-readers: de regel geldt altijd, wat er ook geantwoord wordt" in checked
    assert checked[-1].startswith(f"{len(KNOWLEDGE.rules)} regels, {len(KNOWLEDGE.channels)} kanalen, ")
    assert checked[-1].endswith(f"community's: geen fouten, {len(checked) - 1} waarschuwingen.")
    english = run("rules", "check", str(folder), "--lang", "en", LANG="nl_NL.UTF-8").stdout
    assert f"warning: {rule}: it was to be reviewed by 2020-01-01" in english


def test_all_mistakes_are_shown_at_once(run, folder):
    first = spoil(folder / "rules/access.yaml", "login_tolerance: [none, low]", "login_tolerance: [none, laag]")
    second = spoil(folder / "rules/privacy.yaml", "sensitive_data: identifiable_clients", "sensitive_data: herkenbaar")
    result = run("rules", "check", str(folder))
    assert "2 problems" in result.stderr
    assert f"rules/access.yaml:{first}:" in result.stderr
    assert f"rules/privacy.yaml:{second}:" in result.stderr


def test_the_same_mistake_stops_every_command(run, folder):
    spoil(folder / "rules/access.yaml", "effect: log_odds", "effect: logodds")
    for command in (("recommend", "--case", "set-up"), ("rules", "list"), ("channels",), ("questions",)):
        result = run(*command, "--knowledge", str(folder))
        assert result.exit_code == 1
        assert "rules/access.yaml:" in result.stderr


def test_a_folder_without_knowledge_is_refused(run, tmp_path):
    result = run("rules", "check", str(tmp_path))
    assert result.exit_code == 1
    assert "no YAML files" in result.stderr
    assert run("rules", "check", str(tmp_path / "nowhere")).exit_code == 2


def test_the_folder_of_the_setting_is_checked(run, folder):
    spoil(folder / "rules/access.yaml", "effect: log_odds", "effect: logodds")
    assert run("rules", "check", PLATFORM_FIT_KNOWLEDGE=str(folder)).exit_code == 1


def test_a_suspicious_rule_is_a_warning_and_with_strict_a_failure(run, folder):
    # Nobody can choose "none" and "high" at once, so the rule can never fire.
    spoil(
        folder / "rules/access.yaml",
        "all: [frontline, {login_tolerance: [none, low]}, {not: employer_backed}]",
        "all: [{login_tolerance: none}, {login_tolerance: high}]",
    )
    result = run("rules", "check", str(folder))
    assert result.exit_code == 0
    assert any(RULE in line and line.startswith("warning: ") for line in result.stdout.splitlines())
    assert run("rules", "check", str(folder), "--strict").exit_code == 1


# --- listing ------------------------------------------------------------------------------------------------


def listed(run, *arguments: str) -> set[str]:
    output = run("rules", "list", *arguments, COLUMNS="300").stdout
    return {rule.id for rule in KNOWLEDGE.rules if any(rule.id in line.split() for line in output.splitlines())}


def test_all_rules_are_listed_with_weight_grade_sources_and_day(run):
    assert listed(run) == set(KNOWLEDGE.rule_by_id)
    output = run("rules", "list", "--theme", "access", COLUMNS="300").stdout
    row = next(line for line in output.splitlines() if RULE in line)
    rule = KNOWLEDGE.rule_by_id[RULE]
    for words in (rule.grade[0], rule.sources[0], rule.review_by.isoformat()):
        assert words in row
    assert f"log_odds {rule.weight:+g}" in output


def test_rules_are_listed_by_theme_and_effect(run):
    assert listed(run, "--theme", "privacy") == {rule.id for rule in KNOWLEDGE.rules if rule.theme == "privacy"}
    assert listed(run, "--effect", "exclude") == {rule.id for rule in KNOWLEDGE.rules if rule.effect == "exclude"}
    assert "no such rules" in run("rules", "list", "--theme", "bundle", "--effect", "stop").stdout


def test_rules_that_must_be_checked_again_are_listed_by_day(run):
    days = sorted({rule.review_by for rule in KNOWLEDGE.rules})
    assert len(days) > 1
    first = {rule.id for rule in KNOWLEDGE.rules if rule.review_by == days[0]}
    assert listed(run, "--due", days[0].isoformat()) == first
    assert listed(run, "--due", days[-1].isoformat()) == set(KNOWLEDGE.rule_by_id)
    assert listed(run, "--due", "2001-01-01") == set()


def test_due_without_a_day_is_today(run, monkeypatch):
    class Today:
        @staticmethod
        def today():
            return max(rule.review_by for rule in KNOWLEDGE.rules)

    monkeypatch.setattr("service.terminal.rules_commands.date", Today, raising=True)
    assert listed(run, "--due") == set(KNOWLEDGE.rule_by_id)


def test_rules_are_listed_in_dutch(run):
    text = KNOWLEDGE.rule_by_id[RULE].text["nl"]
    assert text.split(". ")[0] in run("rules", "list", "--lang", "nl", COLUMNS="900").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--theme", "colour"), ("--theme", "access, bundle")),
        (("--effect", "colour"), ("--effect", "'log_odds', 'order', 'exclude'")),
        (("--due", "soon"), ("--due", "2027-05-24")),
    ],
)
def test_wrong_filters_are_explained(run, arguments, words):
    result = run("rules", "list", *arguments)
    assert result.exit_code == 2
    for each in words:
        assert each in result.stderr


@pytest.mark.parametrize("columns", ["60", "80", "200"])
def test_no_id_is_cut_however_narrow_the_terminal(run, knowledge, columns):
    rules = run("rules", "list", COLUMNS=columns).stdout
    assert [rule.id for rule in knowledge.rules if rule.id not in rules] == []
    assert "…" not in rules
    channels = run("channels", COLUMNS=columns).stdout
    assert [channel.id for channel in knowledge.channels if channel.id not in channels] == []
