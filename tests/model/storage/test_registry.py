"""The registry: artifacts as they were saved, and a log that says who was live when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import StoreBusyError, StoreError, UnknownNameError
from model.scoring.artifact import RULES, STARTER, Artifact, Basis
from model.storage import peek
from model.storage.engine import Store
from model.storage.registry import Registry
from model.storage.tables import artifacts, promotions
from tests.examples import examples


@pytest.fixture
def registry(store):
    return Registry(store)


def artifact(name: str, **more) -> Artifact:
    return Artifact(name, "fingerprint", created="2026-03-01", **more)


def save(registry: Registry, *names: str) -> None:
    for name in names:
        registry.save_artifact(artifact(name), None, {})


def test_an_artifact_comes_back_to_the_letter(registry):
    made = artifact("a", basis=Basis(records=3), deviations={"rule:x": 0.1})
    assert registry.save_artifact(made, "<h1>Report</h1>", {"verdict": "better", "n": 3}) == "a"
    assert registry.artifact("a") == made.to_json()
    assert Artifact.from_json(registry.artifact("a")) == made
    assert registry.report("a") == "<h1>Report</h1>"
    shelved = registry.shelved("a")
    assert (shelved.checksum, shelved.card, shelved.has_report) == (
        made.checksum,
        {"verdict": "better", "n": 3},
        True,
    )
    assert registry.list() == (shelved,)


def test_saving_again_mends_and_judges_anew_and_another_of_that_name_is_refused(registry, store):
    save(registry, "a")
    with store.writing() as connection:
        connection.execute(artifacts.update().values(content="{"))
    registry.save_artifact(artifact("a"), "<h1>Report</h1>", {"champion": "b"})
    assert Artifact.from_json(registry.artifact("a")) == artifact("a")
    assert [(each.card, each.has_report) for each in registry.list()] == [({"champion": "b"}, True)]
    with pytest.raises(StoreError, match="is called a already"):
        registry.save_artifact(artifact("a", basis=Basis(records=9)), None, {})
    for shipped in (RULES, STARTER):
        with pytest.raises(StoreError, match=f"is called {shipped} already"):
            save(registry, shipped)


def test_what_is_not_there_is_named_with_what_is(registry):
    save(registry, "a", "b")
    for ask in (registry.artifact, registry.report, registry.shelved, lambda name: registry.promote(name, "me", "x")):
        with pytest.raises(UnknownNameError) as refusal:
            ask("ghost")
        assert {"a", "b"} <= set(refusal.value.allowed)


def test_nothing_promoted_means_the_rules(registry):
    assert registry.newest_promotion() is None
    assert registry.history() == ()
    with pytest.raises(StoreError, match="nothing to go back to"):
        registry.rollback("me", "why not")


def test_the_log_says_who_was_live_when(registry):
    save(registry, "a", "b")
    first = registry.promote("a", "me", "better")
    second = registry.promote("b", "you", "I know it is", overrule=True)
    back = registry.rollback("me", "it was not")
    assert [(each.artifact, each.kind, each.by) for each in registry.history()] == [
        ("a", "promote", "me"), ("b", "overrule", "you"), ("a", "rollback", "me"),
    ]  # fmt: skip
    assert registry.newest_promotion() == back
    assert registry.history(at=second.at)[-1] == second
    assert registry.history(at=first.at) == (first,)


def test_going_back_twice_goes_back_two_steps_and_ends_at_the_rules(registry):
    save(registry, "a", "b", "c")
    for name in ("a", "b", "c"):
        registry.promote(name, "me", "better")
    assert [registry.rollback("me", "no").artifact for _ in range(3)] == ["b", "a", RULES]
    with pytest.raises(StoreError):
        registry.rollback("me", "no")


@settings(max_examples=examples(20))
@given(steps=st.lists(st.sampled_from(["a", "b", RULES, "back"]), max_size=10))
def test_what_is_live_is_what_a_plain_stack_would_say(store, steps):
    registry = Registry(store)
    save(registry, "a", "b")
    with store.writing() as connection:
        connection.execute(promotions.delete())
    stack = [RULES]
    for step in steps:
        if step != "back":
            registry.promote(step, "me", "x")
            stack.append(step)
        elif len(stack) > 1:
            registry.rollback("me", "x")
            stack.pop()
    newest = registry.newest_promotion()
    assert (newest.artifact if newest else RULES) == stack[-1]


@pytest.mark.parametrize(("by", "reason"), [("", "x"), ("me", ""), ("me", " "), ("x" * 101, "x")])
def test_nobody_promotes_without_name_and_reason(registry, by, reason):
    save(registry, "a")
    with pytest.raises(StoreError, match="a name and a reason"):
        registry.promote("a", by, reason)
    with pytest.raises(StoreError, match="a name and a reason"):
        registry.rollback(by, reason)


def test_going_back_at_the_same_moment_goes_back_once_each(database_url):
    store = Store.open(database_url, wait=20)
    registry = Registry(store)
    save(registry, "a", "b", "c")
    for name in ("a", "b", "c"):
        registry.promote(name, "me", "better")
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: registry.rollback("me", "no"), range(3)))
    assert [each.artifact for each in registry.history()[3:]] == ["b", "a", RULES]
    store.close()


def test_a_peek_sees_the_newest_promotion_and_the_artifact_as_it_is(database_url):
    assert peek.newest(database_url) is None  # there is no store yet
    store = Store.open(database_url)
    registry = Registry(store)
    assert peek.newest(database_url) is None
    save(registry, "a", "b")
    numbers = []
    for name in ("a", "b"):
        promotion = registry.promote(name, "me", "better")
        assert peek.newest(database_url) == (promotion.number, name)
        numbers.append(promotion.number)
    assert numbers == sorted(set(numbers))
    assert peek.content(database_url, "b") == registry.artifact("b")
    assert peek.content(database_url, "ghost") is None
    with store.writing() as connection:
        connection.execute(artifacts.update().values(content="damaged"))
    assert peek.content(database_url, "b") == "damaged"
    store.close()


def test_a_peek_at_a_store_out_of_reach_says_so(tmp_path):
    file = tmp_path / "platform-fit.db"
    file.write_bytes(b"no database " * 1000)
    with pytest.raises(StoreBusyError):
        peek.newest(f"sqlite:///{file}")
    with pytest.raises(StoreBusyError):
        peek.newest("postgresql://nobody@127.0.0.1:1/nothing")
