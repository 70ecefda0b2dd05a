"""What the forge reads can be read by it: issue forms, workflow, updates; and they name what exists here."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
FORMS = ("fault", "question", "outcome")
KINDS = {"markdown", "input", "textarea", "dropdown", "checkboxes"}
EVIDENCE = {
    "title", "sector", "country", "year", "source-title", "source-url", "source-kind", "source-read", "profile",
    "support", "channel", "stand-in", "result", "ended-by", "invited", "active", "active-kind", "active-means", "weeks",
    "note", "strength", "caveat",
}  # fmt: skip


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


def fields(form: str) -> dict[str, dict[str, Any]]:
    """Id → element, for all that is asked in an issue form."""
    body = read(f".github/ISSUE_TEMPLATE/{form}.yml")["body"]
    return {element["id"]: element for element in body if element["type"] != "markdown"}


def is_text(value: object) -> bool:
    """A form with `no` or `1` for a text is refused by the forge."""
    return isinstance(value, str) and bool(value.strip())


@pytest.mark.parametrize("form", FORMS)
def test_an_issue_form_has_what_the_forge_asks_of_it(form):
    page = read(f".github/ISSUE_TEMPLATE/{form}.yml")
    assert page.keys() <= {"name", "description", "title", "labels", "body"}
    assert is_text(page["name"])
    assert is_text(page["description"])
    assert {element["type"] for element in page["body"]} <= KINDS
    asked = [element for element in page["body"] if element["type"] != "markdown"]
    assert len(asked) == len(fields(form)) > 0, "each id stands once"
    for element in page["body"]:
        assert is_text(element["attributes"].get("value" if element["type"] == "markdown" else "label"))
    labels = [element["attributes"]["label"] for element in asked]
    assert len(labels) == len(set(labels))
    for name, element in fields(form).items():
        assert re.fullmatch(r"[A-Za-z0-9_-]+", name)
        assert element.get("validations", {"required": True}) == {"required": True}
        if element["type"] == "dropdown":
            options = element["attributes"]["options"]
            assert all(map(is_text, options))
            assert len(options) == len(set(options)) > 1


def test_there_are_no_other_forms_and_no_issues_without_one():
    assert {file.stem for file in (ROOT / ".github" / "ISSUE_TEMPLATE").iterdir()} == {*FORMS, "config"}
    assert read(".github/ISSUE_TEMPLATE/config.yml") == {"blank_issues_enabled": False}


def test_the_form_for_evidence_asks_for_all_that_evidence_needs():
    asked = fields("outcome")
    assert asked.keys() == EVIDENCE
    options = {name: element["attributes"].get("options") for name, element in asked.items()}
    assert options["result"] == ["used", "partly", "not_used", "abandoned"]
    assert options["ended-by"] == ["members", "owner", "provider", "unclear"]
    assert options["source-kind"] == ["paper", "report", "news", "practice", "vendor", "forum", "issue", "docs"]
    assert options["source-read"] == ["abstract", "excerpt", "full"]
    assert options["strength"] == ["strong", "moderate", "weak"]
    required = {name for name, element in asked.items() if "validations" in element}
    assert {"source-url", "source-read", "support", "channel", "result", "caveat"} <= required
    assert not required & {"invited", "active", "stand-in", "ended-by"}


def steps() -> list[dict[str, Any]]:
    workflow = read(".github/workflows/checks.yml")
    # YAML 1.1 reads the key `on` as yes.
    assert workflow.keys() == {"name", True, "permissions", "concurrency", "jobs"}
    assert {"push", "pull_request"} <= workflow[True].keys()
    for job in workflow["jobs"].values():
        assert job["runs-on"]
        assert job["timeout-minutes"] <= 60
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_the_workflow_runs_the_commands_of_the_readme():
    for step in steps():
        assert len({"uses", "run"} & step.keys()) == 1
    run = "\n".join(step.get("run", "") for step in steps()) + (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^((?:make|docker compose) [a-z-]+)", readme, re.MULTILINE)
    assert {"make serve", "make test", "docker compose up"} <= set(commands)
    for command in {*commands} - {"make training"}:
        assert re.search(rf"^ *{command}\b", run, re.MULTILINE), command


def test_updates_are_looked_for_where_versions_are_locked():
    updates = read(".github/dependabot.yml")
    assert updates["version"] == 2
    places = {each["package-ecosystem"]: each["directory"] for each in updates["updates"]}
    assert places == {"pip": "/requirements", "npm": "/tools", "docker": "/", "github-actions": "/"}
    assert all(each["schedule"]["interval"] == "monthly" for each in updates["updates"])
    # Python itself is no update: where a proposal for a newer one is open, none for a newer digest is made.
    [image] = [each for each in updates["updates"] if each["package-ecosystem"] == "docker"]
    kinds = ["version-update:semver-major", "version-update:semver-minor"]
    assert image["ignore"] == [{"dependency-name": "python", "update-types": kinds}]
    assert (ROOT / "requirements" / "test.txt").exists()
    assert (ROOT / "tools" / "package-lock.json").exists()


def test_what_is_checked_before_a_commit_is_installed_by_setup():
    (repo,) = read(".pre-commit-config.yaml")["repos"]
    assert repo["repo"] == "local", "nothing is fetched"
    for hook in repo["hooks"]:
        assert {"id", "name", "entry", "language"} <= hook.keys()
        assert (ROOT / hook["entry"].split()[0]).exists(), hook["entry"]
        re.compile(hook.get("files", ""))


@pytest.mark.parametrize("page", ["SECURITY.md", "CODE_OF_CONDUCT.md", ".github/PULL_REQUEST_TEMPLATE.md"])
def test_no_address_or_person_is_made_up(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert len(text) > 300
    assert not re.search(r"\S@\S|https?://|TODO|\[.*(?:here|INSERT).*\]", text)
