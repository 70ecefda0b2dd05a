"""Golden cases: a profile in, and what people who know the field expect to come out.

The cases stand in the YAML files beside this one and are meant to be written without programming. Each has a `name`
(a sentence), a `profile` (or a documented `case`, with `but` for answers that differ), and what to `expect`:

    verdict: go                            the launch verdict
    hypothetical: true                     the ranking only shows what would fit
    answer_first: [needs, daily_tools]     too little is known: no channel is advised before these are answered
    findings: [ready-needs-assumed]        these are told to speak against launching now
    no_findings: [ready-needs-assumed]     these do not
    contradicts: [answers-everyone-and-some]  these answers cannot all be true
    first_online: whatsapp_group           first of the online channels; with a list: one of these, or a tie of them
    first_live: [in_person]                the same for meetings
    best_for: {file_sharing: teams}        the best channel for a need
    better: [whatsapp_group > embrace]     the first scores higher
    last_online: {embrace: 5}              among the last five online channels
    at_least_above: {teams: 3}             at this rank or a better one
    likely: [teams]                        more speaks for it than against it
    unlikely: [embrace]                    more speaks against it than for it
    strongest_against: {embrace: rule}     the reason that takes most
    strongest_for: {teams: rule or need}   the reason that adds most
    says: {teams: [rule]}                  these are among what is said of the channel
    silent: {teams: [rule]}                these are not
    excluded: {teams: [rule]}              out of the ranking, by exactly these rules
    may_be_excluded: {teams: [rule]}       an unknown answer could still take it out by these rules
    kept: [teams]                          in the ranking
    assumes: {login_tolerance: low}        what an unknown answer is taken for
    may_change: [core_group]               unknown answers that could change the verdict
    advice: [ready-measure-readers]        sentences for the community as a whole
    together: [whatsapp_group, teams]      the set of channels to use, whatever the order
    unserved: [archived_discussion]        needs that this set does not serve well
    together_by: [bundle-chat-plus-files]  these bundle rules count for the set
    suits: {embrace: not_like_this}        what is said of a channel that a team wants: yes, yes_but or not_like_this
    roads: [{change: ..., verdict: go}]    what the team can bring about: each the answers that change, and what follows
    instead: {change: ..., verdict: go}    what it can do where it cannot do what the verdict asks; {} is nothing
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from model.advice.advice import Advice
from model.advice.bundle.chooser import Bundle
from model.advice.roads import Road
from model.advice.wanted_channel import Suits
from model.domain.knowledge import Knowledge
from model.knowledge.yaml_lines import read_document
from model.profiles.validation import ProfileGate
from model.scoring.advisor import Advisor, Recommendation
from model.scoring.scorer import Assessment

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*.yaml"))


def read_cases() -> list[tuple[str, dict[str, Any]]]:
    return [
        (file.stem, case)
        for file in FILES
        for case in read_document(file.name, file.read_text(encoding="utf-8")).data["cases"]
    ]


CASES = read_cases()


@pytest.fixture(scope="module")
def advice(advisor: Advisor) -> Advice:
    return Advice(advisor)


def raw_profile(case: Mapping[str, Any], knowledge: Knowledge) -> dict[str, Any]:
    """The answers of a golden case, as a client would send them."""
    told = dict(knowledge.case(case["case"]).profile) if "case" in case else dict(case["profile"])
    return {**told, **case.get("but", {})}


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{file}: {case['name']}") for file, case in CASES])
def test_golden(case, knowledge, advisor, gate, advice):
    assert set(case) <= {"name", "case", "profile", "but", "expect"}
    assert ("case" in case) != ("profile" in case), "give a profile or a case"
    assert case["expect"], "expect something"
    recommendation = advisor.recommend(gate.load(raw_profile(case, knowledge)))
    for name, expected in case["expect"].items():
        assert name in EXPECTATIONS, f"'{name}' cannot be expected; there are: {', '.join(EXPECTATIONS)}"
        _check_names(expected, knowledge)
        EXPECTATIONS[name](_Seen(recommendation, advice), expected)


def _check_names(expected: Any, knowledge: Knowledge) -> None:
    """A misspelt channel or rule would make "silent" and "kept" hold by mistake."""
    known = {
        *knowledge.channel_by_id,
        *knowledge.rule_by_id,
        *knowledge.functions,
        *knowledge.questionnaire.by_id,
        *(code for question in knowledge.questionnaire for code in question.codes),
        "go",
        "fix_first",
        "do_not_launch_yet",
        "no-channel-left",
        "no-channel-fits",
        "no-channel-fits-yet",
        "first-wish-waits",
        "every-channel-waits",
        *Suits,
        *("change", "verdict", "together"),
    }
    if isinstance(expected, dict):
        for key, inner in expected.items():
            assert key in known, f"'{key}' does not exist"
            _check_names(inner, knowledge)
    elif isinstance(expected, list):
        for inner in expected:
            _check_names(inner, knowledge)
    elif isinstance(expected, str):
        for name in expected.split(" > "):
            assert name in known, f"'{name}' does not exist"


@dataclass(frozen=True)
class _Seen:
    """A recommendation and its bundle, with the questions that golden cases ask of them."""

    recommendation: Recommendation
    advice: Advice

    @property
    def bundle(self) -> Bundle | None:
        return self.advice.overview(self.recommendation).bundle

    @property
    def told(self) -> set[str]:
        return {finding.name for finding in self.advice.overview(self.recommendation).findings}

    def channel(self, channel: str) -> Assessment:
        assessments = [each.assessment for each in self.recommendation.channels] + list(self.recommendation.excluded)
        return next(each for each in assessments if each.channel.id == channel)

    def rank(self, channel: str) -> int:
        ranks = {each.assessment.channel.id: each.rank for each in self.recommendation.channels}
        assert channel in ranks, f"{channel} is excluded"
        return ranks[channel]

    def said_of(self, channel: str) -> set[str]:
        """Names of every rule and need that is said of a channel, decided or not."""
        found = self.channel(channel)
        return {
            *(reason.name for reason in found.reasons),
            *(rule.id for rule in (*found.advice, *found.excluded_by)),
        }

    def strongest(self, channel: str, sign: int) -> str:
        reasons = [each for each in self.channel(channel).reasons if each.contribution * sign > 0]
        assert reasons, f"nothing is said of {channel} in that direction"
        return max(reasons, key=lambda each: abs(each.contribution)).name

    def ids(self, moment: str) -> list[str]:
        channels = (each.assessment.channel for each in self.recommendation.channels)
        return [channel.id for channel in channels if channel.moment == moment]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _missing(expected: list[str], found: set[str]) -> list[str]:
    return [name for name in expected if name not in found]


def _verdict(seen: _Seen, expected: str) -> None:
    assert seen.recommendation.readiness.verdict == expected


def _hypothetical(seen: _Seen, expected: bool) -> None:
    assert seen.recommendation.hypothetical is expected


def _answer_first(seen: _Seen, expected: list[str]) -> None:
    assert list(seen.recommendation.readiness.answer_first) == expected
    assert (seen.bundle is None) == bool(expected)
    assert not expected or seen.advice.roads(seen.recommendation) == ()


def _findings(seen: _Seen, expected: list[str]) -> None:
    assert _missing(expected, seen.told) == []


def _no_findings(seen: _Seen, unexpected: list[str]) -> None:
    assert seen.told.isdisjoint(unexpected)


def _contradicts(seen: _Seen, expected: list[str]) -> None:
    found = seen.advice.contradictions.of(seen.recommendation.profile)
    assert sorted(each.rule.id for each in found) == sorted(expected)


def _first(moment: str) -> Callable[[_Seen, Any], None]:
    def check(seen: _Seen, expected: Any) -> None:
        first = set(seen.recommendation.best[moment])  # type: ignore[index]
        assert first, f"no channel is left ({moment})"
        assert first <= set(_listed(expected))

    return check


def _best_for(seen: _Seen, expected: dict[str, Any]) -> None:
    for need, channels in expected.items():
        assert seen.recommendation.best_per_need[need][0] in _listed(channels), need


def _better(seen: _Seen, expected: list[str]) -> None:
    for pair in expected:
        one, other = pair.split(" > ")
        assert seen.rank(one) < seen.rank(other), pair


def _last_online(seen: _Seen, expected: dict[str, int]) -> None:
    for channel, places in expected.items():
        assert channel in seen.ids("online")[-places:], channel


def _at_least_above(seen: _Seen, expected: dict[str, int]) -> None:
    for channel, place in expected.items():
        assert seen.rank(channel) <= place, channel


def _likely(seen: _Seen, expected: list[str]) -> None:
    assert [channel for channel in expected if seen.channel(channel).log_odds <= 0] == []


def _unlikely(seen: _Seen, expected: list[str]) -> None:
    assert [channel for channel in expected if seen.channel(channel).log_odds >= 0] == []


def _strongest(sign: int) -> Callable[[_Seen, dict[str, str]], None]:
    def check(seen: _Seen, expected: dict[str, str]) -> None:
        assert {channel: seen.strongest(channel, sign) for channel in expected} == expected

    return check


def _says(seen: _Seen, expected: dict[str, list[str]]) -> None:
    for channel, names in expected.items():
        assert _missing(names, seen.said_of(channel)) == [], channel


def _silent(seen: _Seen, expected: dict[str, list[str]]) -> None:
    for channel, names in expected.items():
        assert not set(names) & seen.said_of(channel), channel


def _excluded(seen: _Seen, expected: dict[str, list[str]]) -> None:
    found = {each.channel.id: [rule.id for rule in each.excluded_by] for each in seen.recommendation.excluded}
    for channel, rules in expected.items():
        assert found.get(channel) == _listed(rules), channel


def _may_be_excluded(seen: _Seen, expected: dict[str, list[str]]) -> None:
    for channel, rules in expected.items():
        assert _missing(_listed(rules), {rule.id for rule in seen.channel(channel).may_be_excluded_by}) == [], channel


def _kept(seen: _Seen, expected: list[str]) -> None:
    assert _missing(expected, {each.assessment.channel.id for each in seen.recommendation.channels}) == []


def _assumes(seen: _Seen, expected: dict[str, str]) -> None:
    found = {question.id: assumption.answer for question, assumption in seen.recommendation.assumptions}
    assert found.items() >= expected.items()


def _may_change(seen: _Seen, expected: list[str]) -> None:
    assert _missing(expected, set(seen.recommendation.readiness.may_change)) == []


def _advice(seen: _Seen, expected: list[str]) -> None:
    assert _missing(expected, {rule.id for rule in seen.recommendation.advice}) == []


def _together(seen: _Seen, expected: list[str]) -> None:
    assert seen.bundle is not None
    assert sorted(channel.id for channel in seen.bundle.channels) == sorted(expected)


def _unserved(seen: _Seen, expected: list[str]) -> None:
    assert seen.bundle is not None
    assert [each.need for each in seen.bundle.uncovered] == expected


def _together_by(seen: _Seen, expected: list[str]) -> None:
    assert seen.bundle is not None
    assert _missing(expected, bundle_rules(seen.bundle)) == []


def _suits(seen: _Seen, expected: dict[str, str]) -> None:
    found = {channel: seen.advice.wanted(seen.recommendation, channel) for channel in expected}
    assert {channel: wanted and wanted.suits for channel, wanted in found.items()} == expected


def _roads(seen: _Seen, expected: list[dict[str, Any]]) -> None:
    roads = seen.advice.roads(seen.recommendation)
    assert len(roads) == len(expected)
    for road, wanted in zip(roads, expected, strict=True):
        _road(road, wanted)


def _instead(seen: _Seen, expected: dict[str, Any]) -> None:
    found = seen.advice.instead(seen.recommendation)
    assert (found is None) == (not expected)
    if found:
        _road(found, expected)


def _road(road: Road, wanted: dict[str, Any]) -> None:
    assert {each.question.id: list(each.after) for each in road.changes} == {
        question: _listed(answer) for question, answer in wanted["change"].items()
    }
    assert road.verdict == wanted["verdict"]
    if "together" in wanted:
        assert sorted(channel.id for channel in road.chosen.channels) == sorted(wanted["together"])


EXPECTATIONS: Mapping[str, Callable[[_Seen, Any], None]] = {
    "verdict": _verdict,
    "hypothetical": _hypothetical,
    "answer_first": _answer_first,
    "findings": _findings,
    "no_findings": _no_findings,
    "contradicts": _contradicts,
    "first_online": _first("online"),
    "first_live": _first("live"),
    "best_for": _best_for,
    "better": _better,
    "last_online": _last_online,
    "at_least_above": _at_least_above,
    "likely": _likely,
    "unlikely": _unlikely,
    "strongest_against": _strongest(-1),
    "strongest_for": _strongest(+1),
    "says": _says,
    "silent": _silent,
    "excluded": _excluded,
    "may_be_excluded": _may_be_excluded,
    "kept": _kept,
    "assumes": _assumes,
    "may_change": _may_change,
    "advice": _advice,
    "together": _together,
    "unserved": _unserved,
    "together_by": _together_by,
    "suits": _suits,
    "roads": _roads,
    "instead": _instead,
}


def rules_fired(recommendation: Recommendation) -> set[str]:
    """Every rule that fires somewhere in a recommendation."""
    fired = {finding.name for finding in recommendation.readiness.findings}
    fired |= {rule.id for rule in recommendation.advice}
    for each in (*(ranked.assessment for ranked in recommendation.channels), *recommendation.excluded):
        fired |= {reason.name for reason in each.reasons if reason.kind == "rule"}
        fired |= {rule.id for rule in (*each.advice, *each.excluded_by)}
    return fired


def bundle_rules(bundle: Bundle) -> set[str]:
    """Every rule that counts or adds a sentence for a set of channels."""
    return {*(rule.id for rule, _ in bundle.rules), *(rule.id for rule in bundle.advice)}


def test_docstring_names_every_expectation():
    assert __doc__ is not None
    assert [line.split(":")[0].strip() for line in __doc__.splitlines() if line.startswith("    ")] == list(
        EXPECTATIONS
    )


def test_each_open_case_has_a_golden_case(knowledge):
    assert {case["case"] for _, case in CASES if "case" in case} == {each.id for each in knowledge.cases}


def test_each_rule_fires_in_a_golden_case(knowledge: Knowledge, advisor: Advisor, gate: ProfileGate, advice: Advice):
    """But three: no channel is discontinued today, and a third channel or a second chat costs too much to come in."""
    fired = set[str]()
    for _, case in CASES:
        recommendation = advisor.recommend(gate.load(raw_profile(case, knowledge)))
        fired |= rules_fired(recommendation)
        fired |= {each.rule.id for each in advice.contradictions.of(recommendation.profile)}
        if bundle := advice.overview(recommendation).bundle:
            fired |= bundle_rules(bundle)
    assert {rule.id for rule in knowledge.rules} - fired == {
        "discontinued", "bundle-max-two-frontline", "bundle-one-chat",
    }  # fmt: skip
