"""Answers: the JSON that people and programs get."""

import json

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bench.profiles import different_profiles
from model.advice.advice import Advice
from model.answer.writer import AnswerWriter, Detail
from model.domain.knowledge import LANGUAGES
from model.profiles.channel_choice import ChannelChoice
from model.profiles.code import ProfileCodes
from model.scoring.advisor import Advisor
from tests.examples import examples
from tests.factories import raw_profiles, read
from tests.packaged import KNOWLEDGE

ADVISOR = Advisor(KNOWLEDGE)
WRITERS = {language: AnswerWriter(ADVISOR, language) for language in LANGUAGES}
RECEIPTS = ProfileCodes(KNOWLEDGE)
PROFILES = raw_profiles(KNOWLEDGE.questionnaire)


def _told(raw, detail=Detail.USUAL, language="en"):
    return json.loads(WRITERS[language].write(ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw)), detail))


@given(PROFILES)
@settings(max_examples=examples(20))
def test_contributions_in_the_full_answer_sum_to_the_score(raw):
    for channel in _told(raw, Detail.FULL)["channels"]:
        parts = [*channel["reasonsFor"], *channel["reasonsAgainst"]]
        assert sum(part["contribution"] for part in parts) == pytest.approx(channel["score"], abs=1e-4)
        # A contribution can be nothing where use and order cancel each other.
        assert sum(part["use"] for part in parts) == pytest.approx(channel["logOdds"], abs=1e-4)
        assert all(part["contribution"] > 0 for part in channel["reasonsFor"])
        assert all(part["contribution"] < 0 for part in channel["reasonsAgainst"])
        assert channel["range"]["low"] <= channel["probability"] <= channel["range"]["high"]
        assert channel["interval"]["low"] < channel["probability"] < channel["interval"]["high"]
        assert channel["share"]["rules"] + channel["share"]["records"] == 1


# --- how much is told -----------------------------------------------------------------------------------------------

ONLY_IN_FULL = {"range", "undecided"}


@given(PROFILES)
@settings(max_examples=examples(20))
def test_what_a_usual_answer_leaves_out_is_in_the_full_one(raw):
    usual, full = (_told(raw, detail) for detail in (Detail.USUAL, Detail.FULL))
    assert (usual.pop("detail"), full.pop("detail")) == ("usual", "full")
    assert full.keys() - usual.keys() == {"notAssessed"}
    assert all(full[name] == usual[name] for name in usual.keys() - {"channels", "statements", "sources"})
    assert usual["statements"].items() <= full["statements"].items()
    for name, source in usual["sources"].items():
        assert source == {each: full["sources"][name][each] for each in ("title", "url")}
    assert len(usual["channels"]) == len(full["channels"])
    chosen = {each["id"] for each in usual["bundle"]["channels"]} if usual["bundle"] else set()
    for less, more in zip(usual["channels"], full["channels"], strict=True):
        assert less.keys() <= more.keys()
        for name, value in less.items():
            assert value == (more[name][:2] if name.startswith("reasons") else more[name])
        if less["id"] in chosen:
            assert more.keys() - less.keys() == ONLY_IN_FULL
        elif more["rankInMoment"] <= 2:
            assert more.keys() - less.keys() == {*ONLY_IN_FULL, "advice"}
        else:
            assert less.keys() == LINE


LINE = {"rank", "rankInMoment", "tied", "id", "name", "moment", "probability"}


@given(PROFILES, st.sampled_from(LANGUAGES))
@settings(max_examples=examples(20))
def test_a_brief_answer_says_the_same_and_only_what_is_so(raw, language):
    brief, usual = (_told(raw, detail, language) for detail in (Detail.BRIEF, Detail.USUAL))
    assert brief["detail"] == "brief"
    assert all(brief[name] == usual[name] for name in ("language", "summary", "code"))
    assert brief["verdict"] == {name: usual["verdict"][name] for name in ("code", "text")}
    chosen = usual["bundle"]["channels"] if usual["bundle"] else []
    assert [{**each, "needs": []} for each in brief["channels"]] == [{**each, "needs": []} for each in chosen]
    findings = usual["verdict"]["findings"]
    assert brief.get("action") == (findings[0]["action"] if findings else None)
    assert None not in _values(brief)


def _values(content):
    """Every value inside, at any depth."""
    for each in content.values() if isinstance(content, dict) else content:
        yield each
        if isinstance(each, dict | list):
            yield from _values(each)


@given(PROFILES, st.sampled_from(LANGUAGES))
@settings(max_examples=examples(30))
def test_a_brief_answer_is_smaller_than_two_kilobytes(raw, language):
    profile = read(KNOWLEDGE.questionnaire, raw)
    assert len(WRITERS[language].write(ADVISOR.recommend(profile), Detail.BRIEF)) < 2_000


@pytest.mark.slow
def test_a_usual_answer_is_small_enough_for_every_form():
    """On average over the profiles by which the service is timed; most are the answers that leave most channels out."""
    profiles = [read(KNOWLEDGE.questionnaire, raw) for raw in different_profiles(KNOWLEDGE, 200)]
    sizes = [len(WRITERS["nl"].write(ADVISOR.recommend(profile))) for profile in profiles]
    assert sum(sizes) / len(sizes) <= 17_500
    assert max(sizes) <= 28_000


# --- what it says ---------------------------------------------------------------------------------------------------


@given(PROFILES, st.data())
@settings(max_examples=examples(20))
def test_whatever_is_said_rests_on_sources_that_are_in_the_answer(raw, data):
    answer = _told(raw, data.draw(st.sampled_from([Detail.USUAL, Detail.FULL])))
    named = {
        finding["name"] for finding in answer["verdict"]["findings"] if not finding["name"].startswith("no-channel")
    }
    named |= {each["name"] for each in answer["advice"]}
    for channel in (each for each in answer["channels"] if "score" in each):
        for reason in (
            *channel["reasonsFor"],
            *channel["reasonsAgainst"],
            *channel.get("advice", []),
            *channel["mayBeExcludedBy"],
        ):
            if reason.get("kind") not in ("records", "caution"):
                named.add(reason["name"])
    if answer["bundle"]:
        named |= {each["name"] for each in (*answer["bundle"]["rules"], *answer["bundle"]["advice"])}
    for channel in answer["excluded"]:
        named |= {each["name"] for each in channel["reasons"]}
    assert named <= set(answer["statements"])
    cited = {source for statement in answer["statements"].values() for source in statement["sources"]}
    assert cited == set(answer["sources"])


@given(PROFILES)
@settings(max_examples=examples(30))
def test_the_bundle_and_the_confidence_are_about_the_ranking_beside_them(raw):
    answer = json.loads(WRITERS["en"].write(ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw))))
    ranked = {each["id"]: each for each in answer["channels"]}
    bundle, confidence = answer["bundle"], answer["confidence"]
    assert (bundle is None) == (not ranked or bool(answer["verdict"]["answerFirst"]))
    if bundle:
        shares = [*(each["value"] for each in bundle["serves"]), *(each["contribution"] for each in bundle["rules"])]
        ids = [each["id"] for each in bundle["channels"]]
        assert set(ids) <= set(ranked)
        moments = {each["id"]: each["moment"] for each in bundle["channels"]}
        assert bundle["home"] == next((each for each in ids if moments[each] == "online"), ids[0])
        if bundle["serves"]:
            assert sum(shares) == pytest.approx(bundle["utility"], abs=1e-5)
            assert {each["channel"] for each in bundle["serves"]} <= set(ids)
    assert (confidence is None) == (bundle is None)
    if confidence:
        assert confidence["moment"] == moments[bundle["home"]]
        of_its_kind = [each for each in answer["channels"] if each["moment"] == confidence["moment"]]
        assert confidence["first"] == of_its_kind[0]["id"]
        assert confidence["second"] in (None, *(each["id"] for each in of_its_kind[1:]))
        assert 0.5 <= confidence["probability"] <= 1
        assert confidence["recordsShare"] == of_its_kind[0]["share"]["records"]


@given(PROFILES)
@settings(max_examples=examples(30))
def test_the_code_holds_the_answers(raw):
    profile = read(KNOWLEDGE.questionnaire, raw)
    answer = json.loads(WRITERS["nl"].write(ADVISOR.recommend(profile)))
    assert RECEIPTS.read(answer["code"]).masks == profile.masks


THIN = {"work_setting": ["classroom"], "login_tolerance": "unknown", "device_access": "unknown"}
CHANNELS = st.lists(st.sampled_from(sorted(KNOWLEDGE.channel_by_id)), max_size=4, unique=True)


@given(PROFILES, CHANNELS, CHANNELS)
@example({**THIN, "device_access": ["no_smartphone"], "core_group": "none"}, ["nextcloud", "sms_phone_tree"], [])
@settings(max_examples=examples(20))
def test_a_code_with_the_choice_of_channels_gives_the_same_answer(raw, only, without):
    """Also the code of a road."""
    choice = ChannelChoice(tuple(only), tuple(without))
    profile = choice.applied(read(KNOWLEDGE.questionnaire, raw), KNOWLEDGE)
    recommendation = ADVISOR.recommend(profile)
    answer, brief = (json.loads(WRITERS["en"].write(recommendation, detail)) for detail in (Detail.USUAL, Detail.BRIEF))
    assert brief.get("choice", {}) == answer["choice"]
    chosen = ChannelChoice(**{name: tuple(names) for name, names in answer["choice"].items()})
    assert chosen.applied(profile, KNOWLEDGE).without == profile.without
    for told in (answer, *answer["roads"]):
        again = chosen.applied(RECEIPTS.read(told["code"]), KNOWLEDGE)
        then = json.loads(WRITERS["en"].write(ADVISOR.recommend(again)))
        assert then["verdict"]["code"] == (told["verdict"] if told is not answer else told["verdict"]["code"])
        channels = told["channels"] if told is not answer else (told["bundle"] or {}).get("channels", [])
        now = (then["bundle"] or {}).get("channels", [])
        assert [each["id"] for each in channels] == [each["id"] for each in now]


@given(PROFILES)
@settings(max_examples=examples(20))
def test_a_writer_that_has_answered_before_says_the_same(raw):
    recommendation = ADVISOR.recommend(read(KNOWLEDGE.questionnaire, raw))
    assert WRITERS["nl"].write(recommendation) == AnswerWriter(ADVISOR, "nl").write(recommendation)


def test_what_is_asked_for_comes_with_its_sources(knowledge, gate):
    recommendation = ADVISOR.recommend(gate.load(dict(knowledge.case("2diabeat").profile)))
    writer = WRITERS["en"]
    plain = json.loads(writer.write(recommendation))
    extra = writer.advice.cases(recommendation)
    answer = json.loads(writer.write(recommendation, extra=extra))
    assert extra.cited
    assert set(answer["sources"]) == set(plain["sources"]) | extra.cited
    assert {**answer, "sources": {}} == {**plain, "sources": {}, **json.loads(orjson.dumps(extra.content))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_in_the_asked_language(knowledge, gate, language):
    profile = gate.load(dict(knowledge.case("2diabeat").profile))
    answer = json.loads(WRITERS[language].write(ADVISOR.recommend(profile), Detail.FULL))
    assert answer["language"] == language
    embrace = next(each for each in answer["channels"] if each["id"] == "embrace")
    against = {each["name"]: each["text"] for each in embrace["reasonsAgainst"]}
    assert against["frontline-new-login-hard"] == knowledge.rule_by_id["frontline-new-login-hard"].text[language]
    assert answer["verdict"]["text"] == knowledge.messages[language]["verdict_fix_first"]
    assert list(answer)[:3] == ["language", "detail", "summary"]
    overview = Advice(ADVISOR).overview(ADVISOR.recommend(profile))
    assert answer["summary"] == {"team": overview.summary.team[language], "staff": overview.summary.staff[language]}
    assert overview.confidence is not None
    assert answer["confidence"]["lead"] == overview.confidence.lead[language]
    assert answer["confidence"]["basis"] == overview.confidence.basis[language]


def test_an_answer_that_is_kept_follows_the_own_records(knowledge, gate):
    advisor = Advisor(knowledge)
    advice = Advice(advisor)
    writer, profile = AnswerWriter(advisor, "en", advice), gate.load(dict(knowledge.case("2diabeat").profile))
    before = writer.write(advisor.recommend(profile))
    assert writer.write(advisor.recommend(profile)) is before
    advice.own = advice.own_records([])
    after = json.loads(writer.write(advisor.recommend(profile)))
    assert (json.loads(before)["confidence"]["comparable"], after["confidence"]["comparable"]) == (None, 0)


def test_products_that_are_not_assessed_are_named_with_the_reason(knowledge, gate):
    profile = gate.load(dict(knowledge.case("malawi").profile))
    answer = json.loads(WRITERS["en"].write(ADVISOR.recommend(profile), Detail.FULL))
    assert [each["id"] for each in answer["notAssessed"]] == [each.id for each in knowledge.not_assessed]
    assert all(each["reason"] for each in answer["notAssessed"])
