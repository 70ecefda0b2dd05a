"""Presenting a recommendation: what the commands cannot reach with the rules alone."""

import io

import pytest
from rich.console import Console

from model.advice.advice import Advice
from model.scoring.advisor import Advisor
from model.scoring.artifact import Artifact, Basis
from service.terminal.recommendation_view import Presenter


@pytest.mark.parametrize(
    ("language", "words"), [("en", "12 outcome records of 4"), ("nl", "12 praktijkgegevens van 4")]
)
def test_what_records_the_answer_rests_on(advisor, gate, language, words):
    knowledge = advisor.knowledge
    artifact = Artifact("fitted", knowledge.score_fingerprint, basis=Basis(records=12, communities=4))
    advice = Advice(Advisor(knowledge, artifact))
    recommendation = advice.advisor.recommend(gate.load(dict(knowledge.case("set-up").profile)))
    console = Console(file=io.StringIO(), width=200)
    console.print(Presenter(knowledge, language).recommendation(recommendation, advice, show_all=False))
    assert words in console.file.getvalue()  # type: ignore[attr-defined]


def test_a_channel_without_reasons_says_what_it_depends_on(advisor, gate):
    raw = {"work_setting": ["desk"], "login_tolerance": "unknown", "device_access": "unknown"}
    console = Console(file=io.StringIO(), width=200)
    presenter = Presenter(advisor.knowledge, "en")
    console.print(presenter.recommendation(advisor.recommend(gate.load(raw)), Advice(advisor), show_all=True))
    assert "? Depends on: What members want" in console.file.getvalue()  # type: ignore[attr-defined]
