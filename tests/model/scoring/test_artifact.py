"""Artifacts: numbers that survive being written, and are refused when anything about them is wrong."""

import json
import math
from dataclasses import replace
from typing import Any

import pytest

from model.errors import ArtifactError
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact, Basis, PriorScales, SelfTest, Uncertainty, _checksum
from model.scoring.scorer import Scorer
from tests.factories import read

MINIMAL: dict[str, Any] = {"work_setting": ["desk"], "login_tolerance": "high", "device_access": ["tablet"]}


def test_each_block_of_features_has_its_scale():
    scales = PriorScales(intercept=1, trust=2, rule=3, channel=4, group=5, fit=6)
    names = ["intercept", "trust", "rule:a-rule", "channel:embrace", "group:desk*forum", "fit"]
    assert [scales.variance(name) for name in names] == [1, 4, 9, 16, 25, 36]


def test_what_no_outcome_spoke_about_keeps_the_uncertainty_of_before():
    """0.7 for a channel: 0.49."""
    artifact = Artifact("some", "knowledge", uncertainty=Uncertainty(base={"embrace": 0.1}, own={"trust": 0.002}))
    assert artifact.base_variance("embrace") == 0.1
    assert artifact.base_variance("plek") == pytest.approx(0.49)
    assert artifact.own_variance("trust") == 0.002
    assert artifact.own_variance("rule:other") == pytest.approx(0.04)
    assert artifact.shared_variance("embrace", "trust") == 0


@pytest.fixture(scope="module")
def fitted(knowledge) -> Artifact:
    """An artifact as outcomes could have made it."""
    artifact = Artifact(
        id="fitted",
        knowledge=knowledge.score_fingerprint,
        created="2026-11-24",
        basis=Basis(records=120, communities=14, documented=504, counts={"group:desk*platform": (3, 2, 1)}),
        deviations={
            "intercept": -0.2,
            "trust": 0.1,
            "fit": 0.25,
            "rule:daily-tool-bonus": 0.5,
            "channel:embrace": 0.75,
            "group:desk*platform": -0.125,
        },
        uncertainty=Uncertainty(base={"embrace": 0.02}, own={"trust": 0.001}, shared={"embrace": {"trust": 0.0005}}),
    )
    score = next(each for each in Scorer(knowledge, artifact).assess(read(knowledge.questionnaire, MINIMAL)))
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
    assert not rules.learned


def test_outcomes_move_the_score_by_named_shares(knowledge, fitted, reader):
    """A daily tool weighs 1.5: (0.3 + 0.1) x 1.5 + 0.5 x 1.5 = 1.35; the rest is added as it is."""
    raw = {**MINIMAL, "daily_tools": ["social_intranet"]}
    after = next(each for each in Scorer(knowledge, fitted).assess(reader.read(raw)) if each.channel.id == "embrace")
    shares = {reason.name: reason.use for reason in after.reasons}
    assert shares["daily-tool-bonus"] == pytest.approx(1.35)
    assert shares["intercept"] == pytest.approx(-0.2)
    assert shares["channel:embrace"] == pytest.approx(0.75)
    assert shares["group:desk*platform"] == -0.125
    assert 0 < after.records_share < 1


def test_reasons_from_outcomes_are_worded_in_each_language_with_their_counts(knowledge, fitted, reader):
    after = next(
        each for each in Scorer(knowledge, fitted).assess(reader.read(MINIMAL)) if each.channel.id == "embrace"
    )
    texts = {reason.name: reason.text for reason in after.reasons if reason.kind == "records"}
    for language, messages in knowledge.messages.items():
        assert texts["channel:embrace"][language] == messages["records_better"]
        told = texts["group:desk*platform"][language]
        assert knowledge.terms["desk"].text[language] in told
        assert all(number in told for number in ("3", "2", "1"))


def _changed(artifact: Artifact, **changes) -> str:
    """The artifact's JSON with something changed and a checksum that fits, as a careless exporter could write it."""
    content = json.loads(artifact.to_json())
    content.pop("checksum")
    content.update(changes)
    return json.dumps({**content, "checksum": _checksum(content)})


@pytest.mark.parametrize("place", ["basis", "deviations", "knowledge", "id"])
def test_tampering_shows(fitted, place):
    content = json.loads(fitted.to_json())
    content[place] = {"deviations": {}}.get(place, "other")
    with pytest.raises(ArtifactError, match="damaged"):
        Artifact.from_json(json.dumps(content))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "1", "null", '"artifact"', "{}", '{"checksum": "x"}', '{"checksum": 1, "format": 2}']
)
def test_what_is_no_artifact_is_refused(text):
    with pytest.raises(ArtifactError):
        Artifact.from_json(text)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"format": 2}, id="another format"),
        pytest.param({"deviations": {"intercept": math.nan}}, id="not a number"),
        pytest.param({"deviations": {"intercept": math.inf}}, id="infinity"),
        pytest.param({"deviations": {"intercept": "0.5"}}, id="a word"),
        pytest.param({"deviations": {"intercept": None}}, id="nothing"),
        pytest.param({"deviations": {"intercept": True}}, id="a truth"),
        pytest.param({"deviations": []}, id="a list of deviations"),
        pytest.param({"uncertainty": {"base": {"embrace": math.nan}}}, id="a variance that is not a number"),
        pytest.param({"uncertainty": {"own": {"trust": -0.1}}}, id="a negative variance"),
        pytest.param({"uncertainty": {"shared": {"embrace": {"trust": math.inf}}}}, id="an endless covariance"),
        pytest.param({"uncertainty": {"other": {}}}, id="an unknown kind of uncertainty"),
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
        pytest.param({"basis": {"records": "many", "counts": {}}}, id="records in words"),
        pytest.param({"basis": {"records": -1, "counts": {}}}, id="fewer than no records"),
        pytest.param({"basis": {"counts": {"group:a*b": [1, 2]}, "years": 3}}, id="an unknown fact"),
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
