"""Worlds: small random sets of knowledge, so that properties are tried on rules that nobody thought of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from model.domain.knowledge import Knowledge
from model.knowledge.loader import knowledge_from
from tests.factories import channel, minimal_content, question, rule, text

CODES = {
    "place": ["desk", "road"],
    "wishes": ["talk", "files"],
    "hosts": ["one", "more"],
    "tools": ["chat", "mail", "many"],
}
KINDS = ["platform", "messenger", "live"]


def _some(of: list[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(of), min_size=1, max_size=len(of), unique=True)


def _leaves(of_channel: bool) -> st.SearchStrategy[Any]:
    answers = [
        *(st.fixed_dictionaries({name: _some(codes)}) for name, codes in CODES.items()),
        *(
            st.fixed_dictionaries({name: st.fixed_dictionaries({"only": _some(CODES[name])})})
            for name in ("tools", "wishes")
        ),
        st.fixed_dictionaries({"tools": st.fixed_dictionaries({"at_least": st.integers(1, 5)})}),
        st.just("cross_organisation"),
    ]
    about_channels = [
        st.fixed_dictionaries({"kind": _some(KINDS)}),
        st.fixed_dictionaries({"new_login": st.fixed_dictionaries({"min": st.integers(0, 2)})}),
        st.fixed_dictionaries({"friction": st.fixed_dictionaries({"min": st.integers(0, 3)})}),
        st.fixed_dictionaries({"fit": st.fixed_dictionaries({"talk": st.integers(0, 3)})}),
        st.sampled_from(["in_daily_tools", "opened_daily", "exceeds_max_members", "phone_first", "copied"]),
    ]
    return st.one_of([*answers, *about_channels] if of_channel else answers)


def raw_conditions(of_channel: bool = False) -> st.SearchStrategy[Any]:
    """Conditions as they stand in a file."""
    return st.recursive(
        _leaves(of_channel),
        lambda parts: st.one_of(
            st.fixed_dictionaries({"all": st.lists(parts, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"any": st.lists(parts, min_size=1, max_size=3)}),
            st.fixed_dictionaries({"not": parts}),
        ),
        max_leaves=5,
    )


@st.composite
def rule_entries(
    draw: Callable[..., Any], effects: tuple[str, ...] = ("log_odds", "exclude", "advice", "hold")
) -> list[Any]:
    """Up to six rules."""
    rules = []
    for place in range(draw(st.integers(1, 6))):
        effect = draw(st.sampled_from(effects))
        more: dict[str, Any] = {}
        if draw(st.booleans()):
            more["when"] = draw(raw_conditions())
        if effect != "hold" and draw(st.booleans()):
            more["channel"] = draw(raw_conditions(of_channel=True))
        if effect == "log_odds":
            more["weight"] = draw(st.integers(-30, 30).filter(bool)) / 10
        rules.append(rule(f"rule-{place}", effect, **more))
    return rules


@st.composite
def channel_entries(draw: Callable[..., Any]) -> list[Any]:
    """Three channels that differ in what rules look at."""
    return [
        channel(
            name,
            kind=draw(st.sampled_from(KINDS)),
            new_login=draw(st.integers(0, 2)),
            friction_own=draw(st.integers(0, 3)),
            friction_out=draw(st.integers(0, 3)),
            habit_lowers_friction=draw(st.booleans()),
            phone_first=draw(st.booleans()),
            max_members=draw(st.sampled_from([None, 10, 100])),
            functions={"talk": draw(st.integers(0, 3)), "files": draw(st.integers(0, 3))},
        )
        for name in ("forum", "chat", "meeting")
    ]


@st.composite
def worlds(draw: Callable[..., Any], /, **rules: Any) -> Knowledge:
    """Small random knowledge, with a question of each sort: single, multiple, ordered, with sizes, and a follow-up."""
    content = minimal_content(channels=draw(channel_entries()), rules=draw(rule_entries(**rules)))
    size = question("size", ["small", "large"], theme="data")
    size["options"][0]["at_least"], size["options"][1]["at_least"] = 1, 51
    copied = question("copied_channel", [], options_from="channels", follows={"copies": ["yes"]})
    del copied["options"]
    content["questions"][3]["options"][0]["opens"] = ["chat"]
    content["questions"] += [size, question("copies", ["yes", "no"]), copied]
    if draw(st.booleans()):
        hosts = next(each for each in content["questions"] if each["id"] == "hosts")
        hosts["assume"] = [{"when": {"place": "road"}, "answer": "more", "text": text("We assume more.")}]
    return knowledge_from(content)
