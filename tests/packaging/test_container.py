"""The image: its environments are lock files, which hold what the package asks for in the versions that were tested."""

import re
from importlib.metadata import requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
EXTRAS = {"serve": "", "training": "training"}
"""Environment of the image → the extra of the package that it is for."""


def locked(name: str) -> dict[str, str]:
    """Package → version in a lock file."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9._-]+)==([^ ;]+)", text, re.MULTILINE))


def test_the_image_serves_unless_told_otherwise_and_compose_names_the_other_environment():
    assert re.findall(r"^ARG ENVIRONMENT=(\w+)$", DOCKERFILE, re.MULTILINE) == ["serve"]
    assert SERVICES["platform-fit"]["build"] == "."
    assert SERVICES["data-staff"]["build"]["args"] == {"ENVIRONMENT": "training"}
    assert SERVICES["platform-fit"]["volumes"][0] == SERVICES["data-staff"]["volumes"][0], "they share one store"


def test_the_image_stands_on_a_locked_base_that_can_be_found_and_exchanged():
    """An update is only looked for in a `FROM` that names its image itself; whoever builds can name another one."""
    [base] = re.findall(r"^ARG BASE=(\S+)$", DOCKERFILE, re.MULTILINE)
    written_out, *others = re.findall(r"^FROM (.+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(rf"python:3\.11-slim-bookworm@sha256:[0-9a-f]{{64}} AS {base}", written_out)
    assert others == ["${BASE} AS builder", "${BASE}"]


@pytest.mark.parametrize("environment", EXTRAS)
def test_an_environment_holds_what_the_package_asks_for_as_it_was_tested(environment):
    held, tested = locked(environment), locked("test")
    asked = [Requirement(each) for each in requires("platform-fit") or ()]
    needed = [each for each in asked if each.marker is None or each.marker.evaluate({"extra": EXTRAS[environment]})]
    assert len(needed) > 10
    for each in needed:
        assert each.specifier.contains(held[canonicalize_name(each.name)])
    assert held.items() <= tested.items()


def test_what_the_image_is_built_from_is_not_held_back():
    """Everything that the Dockerfile copies must be let through by .dockerignore, which holds back all but a list."""
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for word in line.split()
    }
    let_through = set(re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    assert {"pyproject.toml", "LICENSE", "model"} <= copied
    assert {word.partition("/")[0] for word in copied} == let_through
