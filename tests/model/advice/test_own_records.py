"""Own records: the nearest are shown, all are counted, and the distance is that of the score."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.advice.advice import Advice
from model.advice.own_records import OwnRecords
from model.advice.record_distance import ChannelView
from model.advice.similar_cases import channels_in_question
from model.domain.channels import MOMENTS
from model.outcomes.record import NOT_USED_REASONS, ChannelUse
from model.scoring.advisor import Advisor
from tests.examples import examples
from tests.factories import raw_profiles
from tests.model.advice.advised import ADVICE, BOTH, PROFILES, QUESTIONS, is_said, of_case, read
from tests.packaged import KNOWLEDGE

SHOWN = 3

CHANNELS = [channel.id for channel in KNOWLEDGE.channels]
NEUTRAL = ADVICE.record_distance._comparison.neutral


def use(profile, channel="whatsapp_group", **more):
    usual = {"channel": channel, "year": 2025, "invited": 20, "active": 12, "counted": True, "reason": None}
    return ChannelUse(**{"profile": profile, **usual, **more})


def drawn(seed: int, number: int) -> list[tuple[ChannelUse, bool]]:
    """Uses of a few channels by the communities of the cases, each with some answers of another."""
    chance = random.Random(seed)
    cases = [of_case(case.id).as_dict() for case in KNOWLEDGE.cases]
    found = []
    for _ in range(number):
        one, other = chance.choice(cases), chance.choice(cases)
        answers = {name: (other if chance.random() < 0.2 else one).get(name) for name in one | other}
        required = {question.id: "unknown" for question in QUESTIONS if question.required}
        kept = {name: answer for name, answer in answers.items() if answer and QUESTIONS[name].follows is None}
        found.append((use(read(required | kept), chance.choice(CHANNELS[:4])), chance.random() < 0.5))
    return found


def distance_by_hand(advice, channel, one, other):
    """Term by term and question by question."""
    one, other = NEUTRAL(one), NEUTRAL(other)
    scorer, place = advice.advisor.scorer, advice.quick_scorer.place[channel]
    apart, asked = 0.0, set()
    for term in scorer.terms:
        there, here = (term.at(scorer.answers(each)).use_of(place) for each in (one, other))
        apart += abs(there - here)
        if term.speaks_of(place):
            asked |= set(term.indices)
    asked -= {advice.quick_scorer.index[name] for name in ("copied_from", "copied_channel")}
    return apart + 0.1 * sum(not (one.masks[index] and other.masks[index]) for index in asked)


@given(PROFILES, PROFILES, st.sampled_from(BOTH), st.sampled_from(CHANNELS))
@settings(max_examples=examples(30))
def test_two_communities_are_as_far_apart_as_their_terms(raw, other, advice, channel):
    one, two = read(raw), read(other)
    views = [advice.record_distance.view(each, channel) for each in (one, two)]
    assert views[0].distance(views[1]) == pytest.approx(distance_by_hand(advice, channel, one, two), abs=1e-7)
    assert views[0].distance(views[1]) == views[1].distance(views[0])


@given(raw_profiles(QUESTIONS, known=lambda question: question.follows is None), st.sampled_from(CHANNELS))
@settings(max_examples=examples(30))
def test_a_community_that_is_known_in_full_is_no_distance_from_itself(raw, channel):
    view = ADVICE.record_distance.view(read(raw), channel)
    assert view.distance(view) == 0


def test_a_pair_exactly_as_far_apart_as_may_be_is_still_comparable():
    """Fifteen unanswered questions of 0.1 each would be 1.5; here 1.5 is made of one share and no open question."""
    assert ChannelView((1.0, 0.5), 0).distance(ChannelView((0.0, 0.0), 0)) == 1.5
    assert ChannelView((1.0,), 0b111).distance(ChannelView((0.5,), 0b1)) == pytest.approx(0.8)


@settings(max_examples=examples(15))
@given(PROFILES, st.integers(0, 99), st.sampled_from(BOTH))
def test_the_nearest_are_the_nearest_and_the_comparable_are_all_that_are_near(raw, seed, advice):
    profile, uses = read(raw), drawn(seed, 60)
    own = advice.own_records(uses)
    distances = [(distance_by_hand(advice, each.channel, each.profile, profile), each, shown) for each, shown in uses]
    wanted = CHANNELS[:2]
    found = own.nearest(profile, wanted)
    may_be_shown = sorted(apart for apart, each, shown in distances if shown and each.channel in wanted)
    assert [record.distance for record in found] == pytest.approx(may_be_shown[:SHOWN])
    for record in found:
        assert any(record.use is each and shown for _, each, shown in distances)
    for channel in CHANNELS[:5]:
        near = sum(apart <= 1.5 + 1e-9 for apart, each, _ in distances if each.channel == channel)
        assert own.comparable(profile, channel) == near
        known = advice.advisor.recommend(profile).scores
        assert advice.own_records(uses).comparable(profile, channel, known) == near


def test_what_may_not_be_shown_counts_and_is_never_shown():
    profile = of_case("2diabeat")
    own = ADVICE.own_records([(use(profile), False), (use(profile, year=2024), True)])
    assert own.comparable(profile, "whatsapp_group") == 2
    assert [record.use.year for record in own.nearest(profile, ("whatsapp_group",))] == [2024]
    assert own.nearest(profile, ("teams",)) == []


def test_equally_near_records_come_newest_first():
    profile = of_case("2diabeat")
    own = ADVICE.own_records([(use(profile, year=year), True) for year in (2026, 2023, 2025)])
    assert [record.use.year for record in own.nearest(profile, ("whatsapp_group",))] == [2026, 2023, 2025]


@pytest.mark.parametrize(
    ("told", "english", "dutch"),
    [
        ({}, "12 of 20 members were active in week 8. Started in 2025.", "12 van de 20 leden waren actief in week 8."),
        (
            {"counted": False, "invited": 1, "active": 1},
            "It was used in week 8; nobody counted.",
            "niemand heeft geteld",
        ),
        (
            {"counted": False, "invited": 1, "active": 0},
            "It was not used in week 8.",
            "Het werd in week 8 niet gebruikt",
        ),
        ({"active": 1, "reason": "no_time"}, "Why not: Members had no time.", "Waarom niet: Leden hadden geen tijd."),
    ],
)
def test_a_record_tells_what_happened_in_words(told, english, dutch):
    profile = of_case("2diabeat")
    [record] = ADVICE.own_records([(use(profile, **told), True)]).nearest(profile, ("whatsapp_group",))
    assert english in record.text["en"]
    assert dutch in record.text["nl"]


@pytest.mark.parametrize("reason", NOT_USED_REASONS)
def test_every_reason_has_words(reason):
    profile = of_case("2diabeat")
    [record] = ADVICE.own_records([(use(profile, reason=reason), True)]).nearest(profile, ("whatsapp_group",))
    assert is_said(record.text)


def test_without_records_nothing_is_made_ready():
    """Most installations have none, and each worker would pay for it in memory and in its first answer."""
    advice = Advice(Advisor(KNOWLEDGE))
    advice.own = advice.own_records([])
    recommendation = advice.advisor.recommend(of_case("2diabeat"))
    overview = advice.overview(recommendation)
    assert overview.confidence is not None
    assert overview.confidence.comparable == 0
    assert advice.own.nearest(recommendation.profile, channels_in_question(recommendation)) == []
    assert {"quick_scorer", "record_distance", "similar"} & vars(advice).keys() == set()


def test_an_answer_that_was_given_before_follows_the_records():
    advice = Advice(Advisor(KNOWLEDGE))
    profile = of_case("2diabeat")

    def told():
        confidence = advice.overview(advice.advisor.recommend(profile)).confidence
        assert confidence is not None
        return confidence.comparable, confidence.basis

    unknown = told()
    counts, sentences = [unknown[0]], [unknown[1]]
    first = advice.advisor.recommend(profile).best["online"][0]
    for uses in ([], [(use(profile, first), False)], [(use(profile, first), True)] * 2):
        advice.own = advice.own_records(uses)
        count, sentence = told()
        counts.append(count)
        sentences.append(sentence)
    assert counts == [None, 0, 1, 2]
    assert len({sentence["en"] for sentence in sentences}) == len({sentence["nl"] for sentence in sentences}) == 4
    advice.own = None
    assert told() == unknown


@pytest.mark.parametrize("advice", BOTH)
@pytest.mark.parametrize(("uses", "words"), [(None, None), (0, "no outcome records"), (3, "communities like yours: 3")])
@pytest.mark.parametrize("moment", MOMENTS)
def test_the_sentence_is_honest_about_what_is_known(advice, uses, words, moment):
    recommendation = advice.advisor.recommend(of_case("2diabeat"))
    own: OwnRecords | None = None
    if uses is not None:
        first = recommendation.best[moment][0]
        own = advice.own_records([(use(recommendation.profile, first), False)] * uses)
    found = advice.confidence_rater.of(recommendation, moment, own)
    assert found is not None
    assert is_said(found.basis)
    basis = found.basis["en"]
    assert basis.startswith("Based on expert rules")
    assert ("40 outcome records of 12 communities" in basis) == bool(advice.advisor.artifact.basis.records)
    if words is None:
        assert "like yours" not in basis
    else:
        assert words in basis
