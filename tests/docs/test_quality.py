"""What the documentation says of the quality of the advice is what comes out.

The figures in docs/quality.json are made by `make quality`, in about a minute. Here they are held against fingerprints
of what they were made from, and against a part that can be worked out again in seconds.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from model.domain.evidence import HINDSIGHT, RESULTS
from training.evaluation.documented.approaches import approaches
from training.evaluation.documented.communities import communities_of
from training.evaluation.documented.cross_judging import cross_judged
from training.evaluation.documented.measures import measures
from training.evaluation.documented.outcomes import DocumentedOutcomes
from training.evaluation.documented.view import spot_check
from training.report.documented.content import quality_content
from training.report.documented.rendering import as_markdown, summary_lines

ROOT = Path(__file__).parents[2]
FIGURES = json.loads((ROOT / "docs/quality.json").read_text("utf-8"))
REMEDY = "run `make quality` and look at what moved"


def between_marks(page):
    text = (ROOT / page).read_text("utf-8").partition("<!-- figures: made by `make quality` -->\n")[2]
    return text.partition("<!-- end of figures -->")[0].strip()


@pytest.fixture(scope="module")
def communities(knowledge):
    return communities_of(knowledge, HINDSIGHT)


def test_the_figures_were_made_from_this_knowledge_and_this_evidence(knowledge):
    made_from = FIGURES["knowledge"], FIGURES["evidence"]
    assert made_from == (knowledge.score_fingerprint, knowledge.evidence_fingerprint), REMEDY
    assert FIGURES["approaches"] == [each.name for each in approaches(knowledge)], REMEDY
    assert (FIGURES["seed"], FIGURES["folds"], FIGURES["repeats"], FIGURES["resamples"]) == (0, 10, 3, 500), REMEDY
    outcomes = [each for community in communities_of(knowledge) for each in community.documented.outcomes]
    assert FIGURES["results"] == {result: sum(each.result == result for each in outcomes) for result in RESULTS}
    assert FIGURES["communities"] + FIGURES["cases"] == len(knowledge.evidence)


def test_who_learns_nothing_still_comes_out_the_same(knowledge, communities):
    table, everything = DocumentedOutcomes(communities, knowledge.channels), np.ones((1, len(communities)))
    for approach in approaches(knowledge):
        if approach.learns or FIGURES["unknown"][approach.name]:
            continue
        found = measures(cross_judged(approach, communities, []), table)
        for name, kept in FIGURES["views"]["honest"]["figures"][approach.name].items():
            assert float(found[name].measure(everything)[0]) == pytest.approx(kept["value"], abs=6e-5), REMEDY
            assert found[name].items.sum() == kept["count"], REMEDY


def test_the_first_fold_still_comes_out_the_same(knowledge, communities):
    for approach in approaches(knowledge):
        kept = FIGURES["spot_check"][approach.name]
        assert spot_check(approach, communities, knowledge, FIGURES["seed"]) == pytest.approx(kept, abs=2e-4), REMEDY


def test_the_pages_say_what_the_figures_say():
    content = quality_content(FIGURES, "en")
    assert between_marks("README.md") == summary_lines(content).strip(), REMEDY
    assert between_marks("docs/quality.md") == as_markdown(content, level=2).strip(), REMEDY
