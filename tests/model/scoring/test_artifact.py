"""Artifacts: numbers that survive being written, and are refused when anything about them is wrong."""

import json
import math
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import ArtifactError
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact, Covariance, PriorScales, SelfTest, _checksum
from model.scoring.features import answer_feature, channel_feature
from model.scoring.scorer import Scorer
from tests.factories import read

MINIMAL: dict[str, Any] = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["tablet"]}
NUMBERS = st.floats(-3, 3)
NAMES = ["intercept", "trust", "rule:a", "rule:b", "channel:c", "answer:q=x*cost"]


@st.composite
def covariances(draw):
    """A covariance matrix of some features: a lower triangle times its transpose."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    size = len(names)
    factor = np.array(draw(st.lists(NUMBERS, min_size=size * size, max_size=size * size))).reshape(size, size)
    matrix = np.tril(factor) @ np.tril(factor).T
    return Covariance(tuple(names), tuple(tuple(matrix[row, : row + 1]) for row in range(size))), matrix


@given(covariances(), st.dictionaries(st.sampled_from([*NAMES, "rule:other"]), NUMBERS))
def test_variance_is_the_quadratic_form(made, features):
    covariance, matrix = made
    values = np.array([features.get(name, 0.0) for name in covariance.names])
    assert covariance.variance(features) == pytest.approx(values @ matrix @ values, abs=1e-9)


@given(covariances(), st.dictionaries(st.sampled_from([*NAMES, "rule:other"]), NUMBERS))
def test_features_without_records_keep_their_prior_variance(made, features):
    covariance, _ = made
    artifact = Artifact("some", "knowledge", covariance=covariance)
    prior, posterior = artifact.variance(features)
    scales = PriorScales()
    shares = {name: scales.variance(name) * value**2 for name, value in features.items()}
    outside = sum(share for name, share in shares.items() if name not in covariance.names)
    said = sum(share for name, share in shares.items() if not name.startswith("answer:"))
    assert prior == pytest.approx(said + scales.unsaid**2), "a pattern is part of the unsaid until it is found"
    assert posterior == pytest.approx(outside + covariance.variance(features) + scales.unsaid**2)


@given(st.floats(-8, 8), st.lists(st.floats(0, 3), max_size=6))
def test_the_short_way_without_records_gives_the_same_variance(expert, rules):
    features = {"intercept": 1.0, "channel:c": 1.0, "trust": expert}
    features |= {f"rule:{place}": value for place, value in enumerate(rules)}
    by_name = Artifact("rules", "knowledge").variance(features)[0]
    assert PriorScales().without_records(expert, sum(value**2 for value in rules)) == pytest.approx(by_name)


def test_each_block_of_features_has_its_scale():
    scales = PriorScales(intercept=1, trust=2, rule=3, channel=4, answer=5)
    names = ["intercept", "trust", "rule:a-rule", "channel:embrace", answer_feature("needs", "co_writing", "cost")]
    assert [scales.variance(name) for name in names] == [1, 4, 9, 16, 25]


@pytest.fixture(scope="module")
def fitted(knowledge) -> Artifact:
    """An artifact as records could have made it."""
    artifact = Artifact(
        id="fitted",
        knowledge=knowledge.score_fingerprint,
        created="2026-11-24",
        records=120,
        communities=14,
        deviations={
            "intercept": -0.2,
            "trust": 0.25,
            "rule:daily-relative-bonus": 0.5,
            "channel:embrace": 0.75,
            "answer:work_setting=desk*cost": -0.125,
        },
        covariance=Covariance(("intercept", "channel:embrace"), ((0.01,), (0.001, 0.02))),
    )
    scorer = Scorer(knowledge, artifact)
    score = next(each for each in scorer.assess(read(knowledge.questionnaire, MINIMAL)))
    return replace(artifact, self_test=(SelfTest(MINIMAL, score.channel.id, score.log_odds),))


def test_an_artifact_survives_being_written(knowledge, fitted):
    again = Artifact.from_json(fitted.to_json())
    assert again == fitted
    assert again.checksum == fitted.checksum == json.loads(fitted.to_json())["checksum"]
    assert Scorer(knowledge, again).artifact is again


def test_the_rule_base_is_an_artifact_too(knowledge):
    rules = Artifact.of_rules(knowledge.score_fingerprint)
    assert Artifact.from_json(rules.to_json()) == rules
    assert rules.deviation("rule:daily-tool-bonus") == 0


def test_records_move_the_score_by_named_shares(knowledge, fitted, reader):
    """What the rules say, trusted a quarter more, plus each deviation."""
    raw = {**MINIMAL, "daily_tools": ["social_intranet"]}
    before = next(each for each in Scorer(knowledge).assess(reader.read(raw)) if each.channel.id == "embrace")
    after = next(each for each in Scorer(knowledge, fitted).assess(reader.read(raw)) if each.channel.id == "embrace")
    cost = knowledge.channel("embrace").cost / 3
    added = -0.2 + 0.75 + 0.5 * 1.5 - 0.125 * cost  # a rule moves in steps of its own weight
    assert after.log_odds == pytest.approx(1.25 * before.log_odds + added)
    assert after.features["trust"] == pytest.approx(before.log_odds)
    parts = [reason.contribution for reason in after.reasons] + [part.contribution for part in after.undecided]
    assert sum(parts) == pytest.approx(after.log_odds)
    records = {reason.name: reason.contribution for reason in after.reasons if reason.kind == "records"}
    assert records == {
        channel_feature(knowledge.channel("embrace")): pytest.approx(0.55),
        "answer:work_setting=desk": pytest.approx(-0.125 * cost),
    }
    assert 0 < after.records_share < 1


def test_reasons_from_records_are_worded_in_each_language(knowledge, fitted, reader):
    after = next(
        each for each in Scorer(knowledge, fitted).assess(reader.read(MINIMAL)) if each.channel.id == "embrace"
    )
    texts = {reason.name: reason.text for reason in after.reasons if reason.kind == "records"}
    desk = next(option for option in knowledge.questionnaire["work_setting"].options if option.code == "desk")
    for language, messages in knowledge.messages.items():
        assert texts["channel:embrace"][language] == messages["records_better"]
        worse = messages["records_worse_answer"].format(answer=desk.text[language])
        assert texts["answer:work_setting=desk"][language] == worse


def _changed(artifact: Artifact, **changes) -> str:
    """The artifact's JSON with something changed and a checksum that fits, as a careless exporter could write it."""
    content = json.loads(artifact.to_json())
    content.pop("checksum")
    content.update(changes)
    return json.dumps({**content, "checksum": _checksum(content)})


@pytest.mark.parametrize("place", ["records", "deviations", "knowledge", "id"])
def test_tampering_shows(fitted, place):
    content = json.loads(fitted.to_json())
    content[place] = {"deviations": {}}.get(place, "other")
    with pytest.raises(ArtifactError, match="damaged"):
        Artifact.from_json(json.dumps(content))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", "null", '"artifact"', "{}", '{"checksum": "x"}', '{"checksum": 1, "format": 1}']
)
def test_what_is_no_artifact_is_refused(text):
    with pytest.raises(ArtifactError):
        Artifact.from_json(text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"format": 1}, id="another format"),
        pytest.param({"deviations": {"intercept": math.nan}}, id="not a number"),
        pytest.param({"deviations": {"intercept": math.inf}}, id="infinity"),
        pytest.param({"deviations": {"intercept": "0.5"}}, id="a word"),
        pytest.param({"deviations": {"intercept": None}}, id="nothing"),
        pytest.param({"deviations": {"intercept": True}}, id="a truth"),
        pytest.param({"deviations": []}, id="a list of deviations"),
        pytest.param({"covariance": {"names": ["intercept"], "rows": [[math.nan]]}}, id="covariance not a number"),
        pytest.param({"covariance": {"names": ["intercept"], "rows": []}}, id="a row missing"),
        pytest.param({"covariance": {"names": ["intercept"], "rows": [[1.0, 2.0]]}}, id="a row too long"),
        pytest.param({"covariance": {"names": ["trust", "trust"], "rows": [[1.0], [0.0, 1.0]]}}, id="a name twice"),
        pytest.param({"covariance": {"names": [1], "rows": [[1.0]]}}, id="a name that is a number"),
        pytest.param({"scales": {"intercept": 1.0, "colour": 2.0}}, id="an unknown scale"),
        pytest.param({"scales": {"rule": -0.4}}, id="a negative scale"),
        pytest.param({"scales": {"rule": math.nan}}, id="a scale that is not a number"),
        pytest.param({"self_test": [{"profile": MINIMAL, "channel": "embrace"}]}, id="a self-test without a number"),
        pytest.param(
            {"self_test": [{"profile": MINIMAL, "channel": "embrace", "log_odds": math.nan}]},
            id="a self-test on nothing",
        ),
        pytest.param(
            {"self_test": [{"profile": 1, "channel": "embrace", "log_odds": 0.5}]}, id="a self-test on a number"
        ),
        pytest.param({"records": "many"}, id="records in words"),
        pytest.param({"records": -1}, id="fewer than no records"),
        pytest.param({"id": 7}, id="a name that is no word"),
    ],
)
def test_numbers_that_cannot_be_used_are_refused(fitted, changes):
    with pytest.raises(ArtifactError):
        Artifact.from_json(_changed(fitted, **changes))


def test_an_artifact_for_other_knowledge_is_refused(knowledge, fitted):
    with pytest.raises(ArtifactError, match="other rules, channels or questions"):
        Advisor(knowledge, replace(fitted, knowledge="0" * 64))


@pytest.mark.parametrize(
    "test",
    [
        pytest.param(SelfTest(MINIMAL, "embrace", 9.5), id="another number"),
        pytest.param(SelfTest(MINIMAL, "fax", 0.0), id="an unknown channel"),
        pytest.param(SelfTest({"work_setting": "nowhere"}, "embrace", 0.0), id="an impossible profile"),
    ],
)
def test_a_failing_self_test_is_refused(knowledge, fitted, test):
    with pytest.raises(ArtifactError, match="self-test"):
        Scorer(knowledge, replace(fitted, self_test=(test,)))


@given(covariances(), st.dictionaries(st.sampled_from(NAMES), st.floats(0, 3)))
def test_a_covariance_is_the_same_from_both_sides(made, unsaid):
    covariance, matrix = made
    artifact = Artifact("some", "knowledge", covariance=covariance, unsaid=unsaid)
    for (row, one), (column, other) in product(enumerate(covariance.names), repeat=2):
        assert artifact.covariance_of(one, other) == matrix[max(row, column), min(row, column)]
        assert artifact.covariance_of(one, "rule:other") == 0
    assert artifact.covariance_of("rule:other", "rule:other") == PriorScales().rule ** 2
    assert artifact.unsaid_of("channel:c") == unsaid.get("channel:c", PriorScales().unsaid ** 2)
