"""Decision table: many conditions at once decide as each of them alone, by the plain tables of three-valued logic."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from model.domain.conditions import ALWAYS, NEVER, All, AnyOf, Chosen, CountAtLeast, Not, OnlyChosen
from model.scoring.decision_table import DecisionTable
from tests import oracle
from tests.factories import read
from tests.model.domain.test_conditions import PROFILES, QUESTIONS, TREES, WORLD


@given(st.lists(TREES, max_size=6), st.lists(PROFILES, min_size=1, max_size=4))
def test_every_condition_is_decided_as_the_tables_of_logic_do(trees, asked):
    table = DecisionTable(trees, QUESTIONS)
    for raw in asked:
        holds, waits = table.at(read(QUESTIONS, raw).masks)
        found = [True if holds & bit else None if waits & bit else False for bit in table.bits]
        assert found == [oracle.holds(tree, oracle.known(raw), WORLD) for tree in trees]


def test_two_answers_to_one_question_decide_together():
    """Nothing but chat; no mail; chat and two or more: for "chat" alone, "chat and mail", and no answer."""
    chat, mail = frozenset(["chat"]), frozenset(["mail"])
    table = DecisionTable(
        [
            OnlyChosen("tools", chat),
            Not(Chosen("tools", mail)),
            All((Chosen("tools", chat), CountAtLeast("tools", 2))),
            AnyOf((Chosen("tools", mail), Chosen("place", frozenset(["desk"])))),
            ALWAYS,
            NEVER,
        ],
        QUESTIONS,
    )

    def names(bits):
        return [number for number, bit in enumerate(table.bits) if bits & bit]

    for answers, holds, waits in [
        ({"place": "desk", "tools": ["chat"]}, [0, 1, 3, 4], []),
        ({"place": "desk", "tools": ["chat", "mail"]}, [2, 3, 4], []),
        ({"place": "desk"}, [3, 4], [0, 1, 2]),
    ]:
        decided = table.at(read(QUESTIONS, answers).masks)
        assert (names(decided.holds), names(decided.waits)) == (holds, waits), answers


def test_a_condition_with_very_many_alternatives_is_asked_on_its_own():
    tools = [frozenset(some) for number in (1, 2, 3) for some in combinations(QUESTIONS["tools"].codes, number)][:7]
    desk = Chosen("place", frozenset(["desk"]))
    table = DecisionTable([All(tuple(AnyOf((Chosen("tools", each), desk)) for each in tools))], QUESTIONS)
    assert table.at(read(QUESTIONS, {"place": "desk"}).masks) == (1, 0)
    assert table.at(read(QUESTIONS, {"place": "road"}).masks) == (0, 1)
