"""One name, one thing: no two classes of the three packages share a name."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("model", "service", "training")


def _classes() -> Iterator[tuple[str, str]]:
    """(name, where it is) of every class, but those inside classes: marshmallow asks for a `Meta` in a schema."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            inner = {child for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for child in node.body}
            for node in ast.walk(tree):
                if isinstance(node, ast.ClassDef) and node not in inner:
                    yield node.name, f"{file.relative_to(ROOT)}:{node.lineno}"


def test_each_class_name_occurs_once():
    found = defaultdict(list)
    for name, place in _classes():
        found[name].append(place)
    assert len(found) > 300
    assert {name: places for name, places in found.items() if len(places) > 1} == {}
