"""The kept estimator says what the artifact says, and is only read when it is what was written."""

from __future__ import annotations

import ast
import hashlib
import json
import pickle
import re
import subprocess
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.base import clone

from model.errors import ArtifactError
from model.scoring.artifact import Artifact
from tests.factories import minimal_knowledge, read
from training.learning.joblib_file import FILE, kept_estimator, load_estimator, write_estimator

DOCS = (Path(__file__).parents[3] / "docs" / "data-staff.md").read_text("utf-8")


@pytest.fixture(scope="module")
def kept(taught):
    return kept_estimator(taught.learned, taught.artifact.id)


@pytest.fixture
def profiles(records):
    return [record.profile for record in records[:40]]


def test_a_file_says_what_the_artifact_says(taught, knowledge, kept, profiles, tmp_path):
    write_estimator(kept, tmp_path)
    found = load_estimator(tmp_path / FILE)
    columns = found.columns(knowledge, profiles)
    chances = found.estimator.predict_proba(columns)[:, 1].reshape(len(profiles), -1)
    log_odds = found.estimator.decision_function(columns).reshape(chances.shape)
    variances = found.estimator.variance(columns).reshape(chances.shape)
    for row, profile in enumerate(profiles):
        for place, assessment in enumerate(taught.advisor.scorer.assess(profile)):
            # The artifact rounds to six decimals, and leaves out how features other than base rates vary together.
            assert log_odds[row, place] == pytest.approx(assessment.log_odds, abs=1e-4)
            assert chances[row, place] == pytest.approx(assessment.probability, abs=0.04)
    served = [each.variance for profile in profiles for each in taught.advisor.scorer.assess(profile)]
    assert variances.mean() < np.mean(served) < 1.6 * variances.mean()


def test_features_carry_the_names_of_the_artifact(taught, kept):
    weights = dict(zip(kept.features, kept.estimator.coef_[0] - kept.estimator.prior_mean, strict=True))
    for name, deviation in taught.artifact.deviations.items():
        expected = kept.estimator.intercept_[0] if name == "intercept" else weights[name]
        assert expected == pytest.approx(deviation, abs=1e-6)


def test_it_can_be_asked_with_its_own_parameters(kept):
    """The parameters are those of an estimator like the one that it came from, so a notebook can go on from here."""
    again = clone(kept.estimator)
    assert again.get_params()["intercept_scale"] == 0.5
    assert list(again.prior_mean) == list(kept.estimator.prior_mean)
    assert dict(zip(kept.features, again.prior_mean, strict=True))["trust"] == 0.3


def test_the_digest_is_that_of_sha256sum_and_the_bytes_are_the_same_again(kept, tmp_path):
    digest = write_estimator(kept, tmp_path)
    subprocess.run(["sha256sum", "--check", "--strict", f"{FILE}.sha256"], cwd=tmp_path, check=True)
    assert hashlib.sha256((tmp_path / FILE).read_bytes()).hexdigest() == digest
    assert write_estimator(kept, tmp_path) == digest


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_what_was_changed_is_never_unpickled(kept, tmp_path):
    write_estimator(kept, tmp_path)
    sprung = tmp_path / "sprung"
    (tmp_path / FILE).write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(ArtifactError, match="SHA-256 does not fit"):
        load_estimator(tmp_path / FILE)
    (tmp_path / f"{FILE}.sha256").unlink()
    with pytest.raises(ArtifactError, match="is not beside it"):
        load_estimator(tmp_path / FILE)
    assert not sprung.exists()


def test_a_digest_from_elsewhere_goes_before_the_file_beside_it(kept, tmp_path):
    digest = write_estimator(kept, tmp_path)
    (tmp_path / f"{FILE}.sha256").unlink()
    assert load_estimator(tmp_path / FILE, digest).artifact == kept.artifact
    with pytest.raises(ArtifactError, match="another file"):
        load_estimator(tmp_path / FILE, "0" * 64)


def test_something_else_is_no_estimator(tmp_path):
    joblib.dump([1, 2], tmp_path / "list.joblib")
    digest = hashlib.sha256((tmp_path / "list.joblib").read_bytes()).hexdigest()
    with pytest.raises(ArtifactError, match="holds no estimator"):
        load_estimator(tmp_path / "list.joblib", digest)


def test_other_knowledge_is_refused(kept):
    small = minimal_knowledge()
    with pytest.raises(ArtifactError, match="other rules, channels or questions"):
        kept.columns(small, [read(small.questionnaire, {"place": "road", "wishes": ["talk"], "hosts": "one"})])


def test_training_keeps_it_on_request_and_the_page_for_data_staff_shows_how_to_use_it(
    run, write_records, knowledge, tmp_path, capsys
):
    path = write_records(tmp_path / "records.csv", 60)
    done = run("train", "--records", path, "--keep-estimator", "--out", "report")
    assert done.exit_code == 0, done.output
    digest = hashlib.sha256(Path("report", FILE).read_bytes()).hexdigest()
    assert digest in Path("report/report.html").read_text("utf-8")
    provenance = json.loads(Path("report/report.json").read_text("utf-8"))["provenance"]
    assert [each["value"] for each in provenance if each["name"] == "estimator"] == [digest]
    artifact = Artifact.from_json(Path("report/artifact.json").read_text("utf-8"))
    assert digest in run("models", "show", artifact.id).stdout

    (example,) = re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL)
    exec(compile(ast.parse(example), "data-staff.md", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(knowledge.channels)
    assert [line.split()[0] for line in lines] == [channel.id for channel in knowledge.channels]
    assert all(0 <= float(line.split()[1]) <= 1 for line in lines)


def test_without_request_nothing_is_kept(run, write_records, tmp_path):
    assert run("train", "--records", write_records(tmp_path / "records.csv", 8), "--out", "report").exit_code == 0
    assert sorted(path.name for path in Path("report").iterdir()) == [
        "artifact.json", "report.html", "report.json", "report.md",
    ]  # fmt: skip
