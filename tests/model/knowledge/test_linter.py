"""The linter: each finding on knowledge made to have it, and what it says about the packaged knowledge."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.advice.contradictions import Contradictions
from model.domain.conditions import ALWAYS, all_of, questions_of
from model.domain.relations import for_channel
from model.domain.rules import READINESS_EFFECTS, Effect
from model.knowledge.linter import check
from model.knowledge.satisfiability import always, equivalent, ever, situations, witness
from model.profiles.profile import ProfileReader
from tests import oracle
from tests.examples import examples
from tests.factories import channel, minimal_content, minimal_knowledge, question, rule
from tests.worlds import worlds

TODAY = date(2026, 11, 24)
USED = [
    rule(f"uses-{name}", when={name: code}) for name, code in (("hosts", "one"), ("tools", "chat"), ("place", "desk"))
]


def _found(*rules, today=TODAY, **sections):
    """(subject, code) of what is found, in knowledge where each question is used."""
    knowledge = minimal_knowledge(**{**minimal_content(), "rules": [*USED, *rules], **sections})
    return [(finding.subject, finding.code) for finding in check(knowledge, today)]


def test_rules_that_do_their_work_are_not_mentioned():
    assert _found(rule("fine", when={"place": "road"}, channel={"kind": "messenger"})) == []


@pytest.mark.parametrize(
    "when",
    [
        {"all": [{"place": "desk"}, {"place": "road"}]},
        {"tools": "chat", "not": {"tools": ["chat", "mail"]}},
        {"all": [{"tools": {"only": ["chat"]}}, {"tools": {"at_least": 2}}]},
        {"tools": {"at_least": 6}},
        {"place": "unknown"},
    ],
    ids=["two single answers", "with and without", "one and two", "more than there is", "unknown where it cannot be"],
)
def test_no_answers_can_make_it_fire(when):
    assert _found(rule("dead", "warn", when=when)) == [("dead", "never_fires")]


def test_answers_and_channel_never_go_together():
    """Whoever only reads mail has no chat among the daily tools."""
    dead = rule("dead", when={"tools": {"only": ["mail"]}}, channel={"all": ["in_daily_tools", {"id": "chat"}]})
    assert _found(dead) == [("dead", "never_fires")]


def test_a_follow_up_has_no_answer_where_it_is_not_asked():
    content = minimal_content()
    content["questions"].append(question("more_hosts", ["two", "many"], follows={"hosts": ["more"]}))
    dead = rule("dead", when={"hosts": "one", "more_hosts": "two"})
    alive = rule("alive", when={"hosts": "more", "more_hosts": "two"})
    unsaid = rule("unsaid", when={"hosts": "one", "not": {"more_hosts": ["two", "many"]}})
    assert _found(dead, alive, unsaid, questions=content["questions"]) == [("dead", "never_fires")]


@pytest.mark.parametrize("condition", [{"kind": "board"}, {"status": "discontinued"}, {"cost": {"min": 4}}])
def test_no_channel_matches(condition):
    assert _found(rule("lost", channel=condition)) == [("lost", "no_channel_matches")]


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"channel": {"kind": "messenger"}},
        {"when": {"place": ["desk", "road"]}},
        {"when": {"any": [{"hosts": "one"}, {"not": {"hosts": "one"}}]}},
        {"when": {"any": [{"hosts": "unknown"}, {"hosts": ["one", "more"]}]}},
    ],
    ids=["no condition", "only a channel", "every answer", "with or without", "known or unknown"],
)
def test_it_fires_whatever_is_answered(more):
    assert _found(rule("constant", "advice", **more)) == [("constant", "always_fires")]


@pytest.mark.parametrize(
    "more",
    [
        {"when": {"not": {"hosts": "unknown"}}},
        {"when": {"unknown_answers": {"min": 1}}, "effect": "warn"},
        {"when": {"unknown_answers": {"min": 3}}, "effect": "warn"},
        {"effect": "bundle"},
        {"channel": "in_daily_tools"},
    ],
    ids=["answered at all", "something unknown", "all unknown", "bundle", "relation"],
)
def test_it_does_not_always_fire(more):
    assert _found(rule("sometimes", **{"effect": "advice", **more})) == []


def test_counting_more_unknown_answers_than_there_are_questions():
    """Three questions are optional here."""
    assert _found(rule("dead", "warn", when={"unknown_answers": {"min": 4}})) == [("dead", "never_fires")]
    both = {"all": [{"unknown_answers": {"min": 3}}, {"hosts": "one"}]}
    assert _found(rule("dead", "warn", when=both)) == [("dead", "never_fires")]


def test_pairs_that_cancel_each_other():
    plus = rule("plus", weight=0.8, when={"place": "road"}, channel={"kind": "messenger"})
    minus = rule("minus", weight=-0.8, when={"not": {"place": "desk"}}, channel={"id": "chat"})
    assert _found(plus, minus) == [("plus", "cancels")]


@pytest.mark.parametrize(
    "minus",
    [
        rule("minus", weight=-0.7, when={"place": "road"}, channel={"kind": "messenger"}),
        rule("minus", weight=-0.8, when={"place": "desk"}, channel={"kind": "messenger"}),
        rule("minus", weight=-0.8, when={"place": "road"}, channel={"kind": ["messenger", "live"]}),
        rule("minus", weight=-0.8, when={"place": "road", "hosts": "one"}, channel={"kind": "messenger"}),
    ],
    ids=["other weight", "other answer", "more channels", "fewer profiles"],
)
def test_pairs_that_only_seem_to_cancel(minus):
    plus = rule("plus", weight=0.8, when={"place": "road"}, channel={"kind": "messenger"})
    assert _found(plus, minus) == []


def test_a_need_that_no_channel_serves():
    channels = [channel(name, functions={"talk": 2, "files": 1}) for name in ("forum", "chat")]
    assert _found(channels=channels) == [("files", "need_not_served")]


def test_questions_that_no_rule_uses():
    content = minimal_content(rules=[rule("some", when={"place": "road"})])
    found = [(each.subject, each.code) for each in check(minimal_knowledge(**content), TODAY)]
    assert found == [("hosts", "unused"), ("tools", "unused")]


def test_a_question_is_used_by_a_relation_and_by_what_follows_it():
    content = minimal_content(rules=[rule("near", channel="in_daily_tools"), rule("hard", channel={"friction": 2})])
    copied = question("copied_channel", [], options_from="channels", follows={"copies": ["yes"]})
    del copied["options"]
    content["questions"] += [question("copies", ["yes", "no"]), copied]
    content["rules"].append(rule("again", channel="copied"))
    assert [each.subject for each in check(minimal_knowledge(**content), TODAY) if each.code == "unused"] == ["place"]


def test_rules_past_their_review():
    late = rule("late", when={"place": "road"}, since="2025-01-01", review_by="2026-11-23")
    due = rule("due", when={"place": "road"}, since="2025-01-01", review_by="2026-11-24")
    assert _found(late, due) == [("late", "review_due")]


def test_what_is_found_in_the_packaged_knowledge(knowledge):
    """Honest and known: no channel is out of use today, and four rules are meant to be said always."""
    assert [str(finding) for finding in check(knowledge, TODAY)] == [
        "technical-tool: it fires on discord, mattermost, zulip whatever is answered",
        "telegram-caution: it fires on telegram whatever is answered",
        "discontinued: no channel matches it",
        "phone-numbers-permission: it fires on whatsapp_group, whatsapp_community, telegram whatever is answered",
        "ready-measure-readers: it fires whatever is answered",
        "one-group-is-simpler: it fires on whatsapp_community whatever is answered",
    ]


def test_checking_is_quick(knowledge):
    start = time.process_time()
    check(knowledge, TODAY)
    assert time.process_time() - start < 2


# --- the reasoning behind it ----------------------------------------------------------------------------------------


def _every_profile(world):
    """Every profile there is in a small world, with each answer known or, where it can be, unknown."""
    cells: list[dict[str, object]] = [{}]
    for asked in world.questionnaire:
        answers = oracle.possible_answers(asked)
        if asked.ordered:  # the order of needs means nothing to a condition
            answers = [answer for answer in answers if answer == sorted(answer)]
        options = [*answers, None] if asked.unknown_allowed or not asked.required else answers
        cells = [
            {**cell, **({asked.id: answer} if answer is not None else {})}
            for cell in cells
            for answer in options
            if answer is None
            or all(cell.get(of) in (None, *codes) for of, codes in world.questionnaire.needed_for(asked.id))
        ]
    return cells


def _is_complete(profile, questionnaire, but=None):
    return all(each.id in profile or each.follows or each.id == but for each in questionnaire)


@given(st.data())
@settings(max_examples=examples(12))
def test_reasoning_agrees_with_going_through_every_profile(data):
    world = data.draw(worlds())
    questionnaire = world.questionnaire
    profiles = _every_profile(world)
    for found in world.rules:
        holds = [oracle.holds(found.when, profile, world) for profile in profiles]
        assert ever(found.when, questionnaire) == (True in holds)
        answered = [
            decision
            for decision, profile in zip(holds, profiles, strict=True)
            if _is_complete(profile, questionnaire, but="hosts" if found.id == "asks-unknown" else None)
        ]
        assert always(found.when, questionnaire) == all(answered)
    first, last = world.rules[0], world.rules[-1]
    if last.id != "asks-unknown":
        known = [profile for profile in profiles if _is_complete(profile, questionnaire)]
        agree = all(
            bool(oracle.holds(first.when, profile, world)) == bool(oracle.holds(last.when, profile, world))
            for profile in known
        )
        assert equivalent(first.when, last.when, questionnaire) == agree


def test_every_rule_that_is_not_called_dead_fires_for_its_witness(knowledge, advisor):
    """The profile that the linter has in mind makes the rule show up in a recommendation."""
    dead = {
        finding.subject for finding in check(knowledge, TODAY) if finding.code in ("never_fires", "no_channel_matches")
    }
    reader = ProfileReader(knowledge.questionnaire)
    for found in knowledge.rules:
        if found.bundle is not None or found.id in dead:
            continue
        masks = _witness(found, knowledge)
        answers = {
            each.id: list(chosen) if each.kind == "multi" else chosen[0]
            for each, mask in zip(knowledge.questionnaire, masks, strict=True)
            if (chosen := each.chosen(mask))
        }
        asked = questions_of(found.when)
        for each in [each for each in knowledge.questionnaire if each.follows and each.id in answers]:
            needed = dict(knowledge.questionnaire.needed_for(each.id))
            other = {of for of, codes in needed.items() if answers.get(of) not in codes}
            needless = each.id not in asked and (each.relation is None or found.channel == ALWAYS)
            if other and (needless or other & asked):
                del answers[each.id]
            elif other:
                answers |= {of: min(needed[of]) for of in other}
        for each in knowledge.questionnaire:
            if each.required and each.id not in answers:
                answers[each.id] = "unknown"
        profile = reader.read(answers)
        assert profile is not None, (found.id, answers)
        recommendation = advisor.recommend(profile)
        if found.effect in READINESS_EFFECTS:
            said = {finding.name for finding in recommendation.readiness.findings}
        elif found.effect is Effect.CONTRADICTION:
            said = {each.rule.id for each in Contradictions(knowledge).of(profile)}
        else:
            assessed = [*(each.assessment for each in recommendation.channels), *recommendation.excluded]
            said = {rule.id for rule in recommendation.advice}
            said |= {reason.name for each in assessed for reason in each.reasons}
            said |= {rule.id for each in assessed for rule in (*each.advice, *each.excluded_by)}
        assert found.id in said, answers


def _witness(found, knowledge):
    if found.effect in (*READINESS_EFFECTS, Effect.CONTRADICTION):
        return witness(found.when, knowledge.questionnaire)
    for each in knowledge.channels:
        condition = all_of([found.when, for_channel(found.channel, each, knowledge.relation_context)])
        if masks := witness(condition, knowledge.questionnaire):
            return masks
    raise AssertionError(found.id)


def test_a_source_that_nothing_cites():
    unread = {"id": "BOOK", "title": "A book", "year": 2026, "kind": "guideline", "read": "none"}
    sources = [*minimal_content()["sources"], unread]
    assert _found(sources=sources) == [("BOOK", "not_cited")]


def test_situations_are_few(knowledge):
    """Kinds of answers, not answers: a rule about daily tools has thousands of profiles and a handful of situations."""
    crowded = knowledge.terms["crowded"].when
    assert len(list(situations([crowded], knowledge.questionnaire))) == 2
