"""Errors carry what they were made of, wherever they go."""

from __future__ import annotations

import copy
import errno
import json
import pickle

import pytest

from model.errors import (
    FieldProblem,
    KnowledgeError,
    KnowledgeProblem,
    Phrase,
    StoreError,
    UnknownNameError,
    joined,
    reason,
)

LIVE = Phrase("{0} is {1}, so it cannot be removed: promote or roll back first", "a{1}", Phrase("live"))


@pytest.mark.parametrize(
    "same",
    [
        str,
        copy.copy,
        copy.deepcopy,
        lambda phrase: pickle.loads(pickle.dumps(phrase)),
        lambda phrase: str(StoreError(phrase)),
        lambda phrase: str(pickle.loads(pickle.dumps(StoreError(phrase)))),
        lambda phrase: phrase.format("something", limit=3),
    ],
)
def test_a_phrase_stays_one_on_its_way(same):
    kept = same(LIVE)
    assert kept == "a{1} is live, so it cannot be removed: promote or roll back first"
    assert isinstance(kept, Phrase)
    assert kept.template == "{0} is {1}, so it cannot be removed: promote or roll back first"
    assert kept.values == ("a{1}", "live")
    assert isinstance(kept.values[1], Phrase)


def test_a_phrase_is_a_text_like_any_other():
    assert json.dumps({LIVE.values[1]: LIVE}) == (
        '{"live": "a{1} is live, so it cannot be removed: promote or roll back first"}'
    )
    assert Phrase("live") in {"live"}
    assert type(f"{LIVE.values[1]}!") is str


def test_several_phrases_are_one():
    assert joined("; ", [LIVE.values[1], 3]) == "live; 3"
    assert joined("; ", []) == ""


def test_problems_are_told_with_their_place_and_what_is_allowed():
    one = KnowledgeProblem("a.yaml", 3, "rules.when", Phrase("this key is unknown"), ("all", "any"))
    other = KnowledgeProblem("b.yaml", 0, "", Phrase("there are no {0}", "rules"))
    error = KnowledgeError([one, other])
    assert str(error) == "a.yaml:3: rules.when: this key is unknown. Allowed: all, any.\nb.yaml: there are no rules"
    assert isinstance(str(error), Phrase)
    assert str(FieldProblem("/a", "not_allowed", "Dit kan niet.", ("b",))) == "/a: Dit kan niet. Allowed: b."


def test_an_unknown_name_names_those_that_exist():
    assert str(UnknownNameError(Phrase("artifact"), "x", [])) == ("There is no artifact called 'x'. There is none yet.")
    assert str(UnknownNameError(Phrase("case"), "x", ["a", "b"])) == "There is no case called 'x'. Allowed: a, b."
    many = UnknownNameError(Phrase("case"), "n7x", [f"n{number}" for number in range(200)])
    assert str(many).startswith("There is no case called 'n7x'. Closest: n7")
    assert len(many.allowed) == 5


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.EACCES, "whatever the system says"), "Permission denied"),
        (OSError(errno.ENOSPC, ""), "No space left on device"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links"), "Too many levels of symbolic links"),
        (OSError(), "OSError"),
    ],
)
def test_the_operating_system_is_told_in_its_own_words(error, words):
    assert reason(error) == words
