"""The door of the package: the names that a newcomer needs, and nothing loaded for who does not ask."""

import json
import subprocess
import sys
from typing import Any

import pytest

import model


def test_every_name_that_is_offered_is_there():
    assert sorted(model.__all__) == [
        "Advice",
        "Advisor",
        "AnswerWriter",
        "OutcomeGate",
        "ProfileGate",
        "load_knowledge",
    ]
    for name in model.__all__:
        assert getattr(model, name).__name__ == name


def test_what_is_not_offered_is_refused_in_the_usual_way():
    with pytest.raises(AttributeError, match="has no attribute 'Nobody'"):
        model.Nobody  # noqa: B018


def test_the_package_alone_loads_no_room():
    code = "import sys, model; print([name for name in sys.modules if name.startswith('model.')])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_the_example_of_the_package_gives_an_answer(knowledge):
    example = (model.__doc__ or "").partition("from here:")[2]
    names: dict[str, Any] = {name: getattr(model, name) for name in model.__all__}
    names["answers"] = dict(knowledge.cases[0].profile)
    exec("\n".join(line.strip() for line in example.splitlines()), names)
    assert json.loads(names["json"])["channels"]
