"""In the quick tests no property takes long, whatever number of examples it states."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.examples import PROFILE, examples

TESTS = Path(__file__).parent


@pytest.fixture
def profile(request):
    """Another profile, for one test; afterwards the one that this run was started with."""
    before = settings.get_current_profile_name()
    settings.load_profile(request.param)
    yield
    settings.load_profile(before)


@pytest.mark.usefixtures("profile")
@pytest.mark.parametrize(
    ("profile", "stated", "expected"), [(PROFILE, 400, 5), (PROFILE, 2, 2), ("suite", 400, 400)], indirect=["profile"]
)
def test_a_property_is_tried_on_no_more_examples_than_the_quick_tests_allow(stated, expected):
    tried = []

    @settings(max_examples=examples(stated))
    @given(st.integers())
    def check(number):
        tried.append(number)

    check()
    assert len(tried) == expected


def test_no_property_states_a_number_by_itself():
    """It would be tried so often in the quick tests too. A drill asks `size`, and is none of them."""
    stated = [
        (f"{file.relative_to(TESTS)}:{node.value.lineno}", ast.unparse(node.value))
        for file in sorted(TESTS.rglob("*.py"))
        if file.name != "conftest.py"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "max_examples"
    ]
    assert len(stated) > 50
    assert [each for each in stated if not each[1].startswith(("examples(", "size("))] == []
