"""Terms: what unknown answers could still add."""

import pytest

from model.knowledge.loader import knowledge_from
from model.scoring.advisor import Advisor
from tests.factories import minimal_content, question, read, rule


@pytest.mark.parametrize(
    ("questions", "most"),
    [
        pytest.param(9, 1.0, id="512 combinations are tried, and the two rules exclude each other"),
        pytest.param(10, 2.0, id="1,024 are too many, so each rule is taken by itself"),
    ],
)
def test_up_to_512_combinations_of_answers_are_tried(questions, most):
    names = [f"q{number}" for number in range(questions)]
    content = minimal_content(
        trust=1,
        rules=[
            rule("all-yes", "log_odds", weight=1, fixed=True, when=dict.fromkeys(names, "yes")),
            rule("all-no", "log_odds", weight=1, fixed=True, when=dict.fromkeys(names, "no")),
        ],
    )
    content["questions"] = [*content["questions"], *[question(name, ["yes", "no"]) for name in names]]
    knowledge = knowledge_from(content)
    scorer = Advisor(knowledge).scorer
    answers = scorer.answers(read(knowledge.questionnaire, {"place": "desk"}))
    [term] = [each for each in scorer.terms if len(each.indices) == questions]
    assert max(term.bounds(answers)[1]) == pytest.approx(most)
