"""Two fingerprints: a word changes what knowledge says, and only what can move a score parts it from its artifacts."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from model.domain.knowledge import Knowledge
from model.knowledge.loader import knowledge_from
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact, Uncertainty
from tests.factories import minimal_content, packaged_content, read, rule, shuffled, text

Content = dict[str, Any]
LEARNED = {"intercept": -0.2, "channel:embrace": 0.75, "rule:daily-tool-bonus": 0.5}


def base() -> Content:
    """Knowledge with one of everything that has words to change."""
    content = minimal_content()
    content["rules"] = [
        rule("road-chat", when={"place": "road"}, channel={"kind": "messenger"}),
        rule("wait", "hold", when={"place": "desk"}, action=text("Wait."), action_of="hosts"),
        rule("mind", "warn", when={"place": "desk"}),
    ]
    content["questions"][0]["assume"] = [{"answer": "desk", "text": text("We take a desk.")}]
    return content


def reworded(value: Any) -> Any:
    """The same with other words wherever there is a text in two languages."""
    if isinstance(value, dict):
        if value.keys() == {"en", "nl"}:
            return {"en": f"Other words for {value['en']}", "nl": f"Andere woorden voor {value['nl']}"}
        return {key: reworded(inner) for key, inner in value.items()}
    return [reworded(each) for each in value] if isinstance(value, list) else value


def retold(content: Content) -> Content:
    """The packaged knowledge with everything else that is only read: sources, grades, days, levers, examples."""
    content = reworded(content)
    for each in content["rules"]:
        each |= {"sources": ["SEED"], "grade": ["expert_judgement"], "since": "2026-01-01", "review_by": "2031-01-01"}
    for each in content["channels"]:
        each |= {"facts": [], "evidence": {}, "synonyms": ["another name"]}
    for each in content["questions"]:
        each |= {"sources": ["SEED"], "theme": "work"}
        each.pop("lever", None)
    content["not_assessed"] = []
    return content


def test_an_artifact_outlives_every_change_of_words(knowledge: Knowledge, reader):
    """Whoever mends a typo, adds a source or looks at a rule again keeps what was learned."""
    other = knowledge_from(retold(packaged_content()))
    assert other.fingerprint != knowledge.fingerprint
    assert other.score_fingerprint == knowledge.score_fingerprint
    artifact = Artifact(
        "learned", knowledge.score_fingerprint, deviations=LEARNED, uncertainty=Uncertainty(base={"embrace": 0.01})
    )
    for case in knowledge.cases:
        profile = reader.read(case.profile)
        before, after = (Advisor(each, artifact).recommend(profile) for each in (knowledge, other))
        scores = [
            {
                each.assessment.channel.id: (each.assessment.log_odds, each.assessment.interval)
                for each in found.channels
            }
            for found in (before, after)
        ]
        assert scores[0] == scores[1]


def test_it_does_not_depend_on_any_order():
    assert knowledge_from(shuffled(base(), random.Random(7))).score_fingerprint == (
        knowledge_from(base()).score_fingerprint
    )


def changed(section: str, place: int, **more: Any) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content[section][place] |= more

    return change


def _another_option(content: Content) -> None:
    content["questions"][0]["options"][0]["families"] = ["chat"]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changed("rules", 0, weight=0.9), id="a weight"),
        pytest.param(changed("rules", 0, when={"place": "desk"}), id="a condition"),
        pytest.param(changed("rules", 0, id="road-talk"), id="a name that learned numbers go by"),
        pytest.param(changed("rules", 2, effect="log_odds", weight=0.5), id="a rule that begins to move scores"),
        pytest.param(changed("channels", 0, cost=3), id="an attribute"),
        pytest.param(changed("channels", 0, functions={"talk": 3, "files": 2}), id="a function score"),
        pytest.param(changed("questions", 0, assume=[{"answer": "road", "text": text("x")}]), id="an assumption"),
        pytest.param(changed("terms", 0, when={"place": "road"}), id="a term"),
        pytest.param(_another_option, id="what an option stands for"),
        pytest.param(lambda content: content.update(rank_weights=[1.0, 0.4]), id="the weight of a need"),
    ],
)
def test_what_can_move_a_score_changes_it(change):
    content = base()
    change(content)
    assert knowledge_from(content).score_fingerprint != knowledge_from(base()).score_fingerprint


def test_rules_that_move_no_score_leave_it():
    """Whether to launch, what to exclude and which set to advise is asked of the rules anew each time."""
    content = base()
    content["rules"][1]["when"] = {"place": "road"}
    content["rules"].append(rule("no-files", "exclude", channel={"kind": "file_store"}))
    other = knowledge_from(content)
    assert other.score_fingerprint == knowledge_from(base()).score_fingerprint
    profile = read(other.questionnaire, {"place": "road", "wishes": ["talk"], "hosts": "one"})
    artifact = replace(Artifact.of_rules(knowledge_from(base()).score_fingerprint), id="learned")
    assert Advisor(other, artifact).recommend(profile).channels
