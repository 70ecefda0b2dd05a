"""Promotion: a candidate is held against what answers today, under the knowledge and the cases of today."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model.errors import ArtifactError, PromotionError
from model.scoring.artifact import Artifact
from model.storage.engine import Store
from model.storage.registry import Registry
from model.storage.tables import artifacts
from tests.databases import new_database
from training.evaluation.promotion import answering, promote, serving_id, why_not_answering

PASSED = {"verdict": "promote", "champion": "starter", "checks": {"golden_cases": "passed", "better_order": "passed"}}


@pytest.fixture
def store(tmp_path):
    opened = Store.open(new_database("sqlite", tmp_path, tables=True))
    yield opened
    opened.close()


@pytest.fixture
def registry(store):
    return Registry(store)


@pytest.fixture
def put(registry, knowledge):
    """Puts an artifact on the shelf, and live when told so."""

    def put(name: str, live: bool = False, fingerprint: str = knowledge.score_fingerprint, **more) -> None:
        registry.save_artifact(Artifact(name, fingerprint, **more), None, PASSED)
        if live:
            registry.promote(name, "Els", "a trial")

    return put


def test_after_a_change_of_rules_what_comes_with_them_answers_and_a_candidate_is_held_against_it(
    registry, knowledge, put
):
    put("before", live=True, fingerprint="0" * 64)
    assert (serving_id(registry, knowledge), answering(registry, knowledge).id) == ("before", "starter")
    put("candidate")
    assert promote(registry, knowledge, "candidate", by="Els").artifact == "candidate"
    assert answering(registry, knowledge).id == "candidate"


def test_what_answers_is_the_newest_that_can_be_used(registry, knowledge, store, put):
    for name in ("first", "second"):
        put(name, live=True)
    assert answering(registry, knowledge).id == "second"
    with store.writing() as connection:
        connection.execute(artifacts.update().where(artifacts.c.id == "second").values(content="{"))
    assert answering(registry, knowledge).id == "first"
    put("candidate")
    with pytest.raises(PromotionError, match="held against starter, but first answers now"):
        promote(registry, knowledge, "candidate", by="Els")
    registry.promote("rules", "Els", "enough")
    assert answering(registry, knowledge).id == "rules"


def test_without_a_promotion_the_starter_answers_and_without_one_the_rules(registry, knowledge):
    without = replace(knowledge, load_starter=str)
    assert [serving_id(registry, each) for each in (knowledge, without)] == ["starter", "rules"]
    assert [answering(registry, each).id for each in (knowledge, without)] == ["starter", "rules"]


def test_one_can_always_go_back_to_the_rules_and_to_the_starter(registry, knowledge):
    with pytest.raises(PromotionError, match="starter is live already"):
        promote(registry, knowledge, "starter", by="Els")
    assert promote(registry, knowledge, "rules", by="Els").reason == "back to the rules"
    assert promote(registry, knowledge, "starter", by="Els").reason == "back to the starter"
    with pytest.raises(ArtifactError, match="has no starter"):
        promote(registry, replace(knowledge, load_starter=str), "starter", by="Els")


def test_going_back_to_what_cannot_be_used_is_said(registry, knowledge, put):
    assert why_not_answering(registry, knowledge, answering(registry, knowledge)) is None
    put("damaged", live=True, fingerprint="0" * 64)
    put("newer", live=True)
    assert why_not_answering(registry, knowledge, answering(registry, knowledge)) is None
    registry.rollback("Els", "odd")
    said = why_not_answering(registry, knowledge, answering(registry, knowledge))
    assert said is not None
    assert said.startswith("damaged should be live but cannot be used")
    assert "What answers instead: newer." in said


def test_what_an_earlier_gate_passed_is_judged_again(registry, knowledge):
    card = {"verdict": "promote", "champion": "starter", "checks": {"golden_cases": "passed"}}
    registry.save_artifact(Artifact("early", knowledge.score_fingerprint), None, card)
    with pytest.raises(PromotionError, match="earlier gate, which did not look at the order"):
        promote(registry, knowledge, "early", by="Els")


@pytest.mark.parametrize(
    ("verdict", "words"),
    [("one_sided", "hardly any failures were reported"), ("cases_contradict_records", "contradict your records")],
)
def test_what_is_wrong_with_the_records_is_said(registry, knowledge, verdict, words):
    registry.save_artifact(Artifact("odd", knowledge.score_fingerprint), None, {"verdict": verdict, "checks": {}})
    with pytest.raises(PromotionError, match=words):
        promote(registry, knowledge, "odd", by="Els")


def test_documented_cases_are_looked_at_again(registry, knowledge, put):
    """They may have been added since the candidate was judged."""
    put("spoilt", deviations={"channel:whatsapp_group": -6.0, "channel:embrace": 6.0})
    with pytest.raises(PromotionError, match=r"documented cases of today speak against it: .*2diabeat"):
        promote(registry, knowledge, "spoilt", by="Els")
    assert promote(registry, knowledge, "spoilt", by="Els", overrule="we want to see it").kind == "overrule"


def test_what_stands_under_another_name_is_not_promoted(registry, knowledge, store, put):
    put("candidate")
    put("other")
    with store.writing() as connection:
        content = Artifact("other", knowledge.score_fingerprint).to_json()
        connection.execute(artifacts.update().where(artifacts.c.id == "candidate").values(content=content))
    with pytest.raises(ArtifactError, match="another one"):
        promote(registry, knowledge, "candidate", by="Els", overrule="now")
