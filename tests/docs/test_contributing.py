"""Every example in CONTRIBUTING is accepted by the loader, and what it names exists."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from model.domain.evidence import RESULTS
from model.domain.knowledge import Knowledge
from model.domain.rules import Effect
from model.errors import KnowledgeError
from model.knowledge.loader import PACKAGED, load_knowledge
from model.knowledge.yaml_lines import read_document

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
EXAMPLES = {
    name: text
    for text in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    for name in read_document("CONTRIBUTING.md", text).data
}
RULE = read_document("CONTRIBUTING.md", EXAMPLES["rules"]).data["rules"][0]

ADVICE = {"effect": "advice", "weight": None}
"""An unknown answer moves no channel, so its condition goes with another effect."""


def conditions(side: str) -> list[object]:
    return list(read_document("CONTRIBUTING.md", EXAMPLES[side]).data[side])


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "knowledge"
    shutil.copytree(PACKAGED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "messages"))
    return copy


def rule_with(**changed: object) -> dict[str, object]:
    rule = {key: str(value) if key in ("since", "review_by") else value for key, value in {**RULE, **changed}.items()}
    return {key: value for key, value in rule.items() if value is not None}


def load_with(folder: Path, *rules: dict[str, object]) -> Knowledge:
    text = yaml.safe_dump({"rules": list(rules)}, default_flow_style=None)
    # A word like "no" would get quotes here; dates must not.
    (folder / "rules" / "example.yaml").write_text(re.sub(r"'(\d{4}-\d\d-\d\d)'", r"\1", text), encoding="utf-8")
    return load_knowledge(folder)


def test_the_rule_loads(folder):
    (folder / "rules" / "example.yaml").write_text(EXAMPLES["rules"], encoding="utf-8")
    assert load_knowledge(folder).rule_by_id[RULE["id"]].weight == RULE["weight"]


def test_the_question_loads_and_becomes_an_option(folder):
    (folder / "example.yaml").write_text(EXAMPLES["questions"], encoding="utf-8")
    added = load_knowledge(folder).questionnaire["first_meeting"]
    assert added.allowed == ("everybody", "nobody", "unknown")


def test_the_documented_community_passes_its_check(run, tmp_path):
    file = tmp_path / "example.yaml"
    file.write_text(EXAMPLES["evidence"], encoding="utf-8")
    result = run("evidence", "check", str(file), "--strict")
    assert (result.exit_code, result.stdout) == (0, "1 community, 2 outcomes: no mistakes, no warnings.\n")


def test_every_result_of_a_documented_community_is_explained():
    table = PAGE.partition("| result |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `([a-z_]+)`", table, re.MULTILINE)) == RESULTS


@pytest.mark.parametrize("side", ["when", "channel"])
def test_every_condition_loads(folder, side):
    found = conditions(side)
    assert len(found) >= 10
    rules = [
        rule_with(id=f"example-{number}", **{side: condition}, **(ADVICE if "unknown" in str(condition) else {}))
        for number, condition in enumerate(found)
    ]
    assert load_with(folder, *rules).rule_by_id.keys() >= {each["id"] for each in rules}


@pytest.mark.parametrize(("side", "condition"), [("when", "phone_first"), ("channel", {"colour": "red"})])
def test_a_condition_that_is_wrong_would_be_noticed(folder, side, condition):
    with pytest.raises(KnowledgeError):
        load_with(folder, rule_with(**{side: condition}))


def test_every_effect_is_explained():
    table = PAGE.partition("| effect |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", "".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE)))) == set(Effect)


def test_the_files_it_names_exist():
    named = set(re.findall(r"`((?:model|service|training|tests|docs)/[\w./]*)`", PAGE))
    assert named
    for name in named:
        assert (ROOT / name).exists(), name
