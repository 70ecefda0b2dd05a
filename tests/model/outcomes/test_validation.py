"""The gate for outcome records: what it lets in, and how it words what it does not."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.domain.knowledge import LANGUAGES
from model.errors import OutcomeError
from model.outcomes.record import NOT_USED_REASONS, derived_id
from model.outcomes.validation import CODES, Origin
from model.profiles.validation import CODES as ANSWER_CODES
from tests.records import NOW, ORIGIN, PROFILE, raw

TODAY = NOW.date()

WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"community": None}, "/community", "required"),
    ({"profile": None}, "/profile", "required"),
    ({"channel": None}, "/channel", "required"),
    ({"start": None}, "/start", "required"),
    ({"colour": "blue"}, "/colour", "unknown_field"),
    ({"recorded_by": "me"}, "/recorded_by", "unknown_field"),
    ({"a/b~c": 1}, "/a~1b~0c", "unknown_field"),
    ({"community": 7}, "/community", "not_text"),
    ({"community": "  "}, "/community", "empty"),
    ({"community": "x" * 101}, "/community", "too_long"),
    ({"note": "x" * 501}, "/note", "too_long"),
    ({"community": "two\nlines"}, "/community", "bad_characters"),
    ({"community": "nul\x00"}, "/community", "bad_characters"),
    ({"community": "half \ud83d"}, "/community", "bad_characters"),
    ({"note": "bell\x07"}, "/note", "bad_characters"),
    ({"community": "CafÃ© Zuid"}, "/community", "broken_name"),
    ({"community": "#VERW!"}, "/community", "broken_name"),
    ({"id": "1,2E+11"}, "/id", "broken_name"),
    ({"community": "{{name}}"}, "/community", "broken_name"),
    ({"community": "${field:name}"}, "/community", "broken_name"),
    ({"community": "[object Object]"}, "/community", "broken_name"),
    # What no file may have as a community, nor as an id: the next “-” would correct the first.
    ({"community": "Totaal"}, "/community", "no_name"),
    ({"community": " grand  TOTAL"}, "/community", "no_name"),
    ({"community": "-"}, "/community", "no_name"),
    ({"community": "Totaal:"}, "/community", "no_name"),
    ({"community": "TOTAL (n=12)"}, "/community", "no_name"),
    ({"community": "Subtotaal 2026"}, "/community", "no_name"),
    ({"community": "n.v.t."}, "/community", "no_name"),
    ({"community": "Onbekend"}, "/community", "no_name"),
    ({"id": "–"}, "/id", "no_name"),
    ({"channel": "telepathy"}, "/channel", "not_allowed"),
    ({"channel": 7}, "/channel", "not_text"),
    ({"reason": "bad_weather"}, "/reason", "not_allowed"),
    ({"invited": "46"}, "/invited", "not_a_number"),
    ({"invited": True}, "/invited", "not_a_number"),
    ({"invited": 46.5}, "/invited", "not_a_number"),
    ({"invited": 0, "active": 0}, "/invited", "out_of_range"),
    ({"invited": 10_000_001}, "/invited", "out_of_range"),
    ({"active": -1}, "/active", "out_of_range"),
    ({"active": 47}, "/active", "more_active_than_invited"),
    ({"used": "yes", "invited": None, "active": None}, "/used", "not_true_or_false"),
    ({"consent": "yes"}, "/consent", "not_true_or_false"),
    ({"used": True}, "/used", "used_or_counts"),
    ({"invited": None}, "/invited", "required"),
    ({"active": None}, "/active", "required"),
    ({"invited": None, "active": None}, "/invited", "used_or_counts"),
    ({"invited": None, "active": None, "used": True, "reason": "no_time"}, "/reason", "does_not_apply"),
    ({"start": "20260101"}, "/start", "not_a_date"),
    ({"start": "01-01-2026"}, "/start", "not_a_date"),
    ({"start": "2026-02-30"}, "/start", "not_a_date"),
    ({"start": 20260101}, "/start", "not_a_date"),
    ({"start": (TODAY + timedelta(2)).isoformat()}, "/start", "in_the_future"),
    ({"start": "1999-12-31"}, "/start", "too_long_ago"),
    ({"start": (TODAY - timedelta(55)).isoformat()}, "/start", "week_8_not_reached"),
    ({"profile": {**PROFILE, "login_tolerance": "huge"}}, "/profile/login_tolerance", "not_allowed"),
    ({"profile": {}}, "/profile/work_setting", "required"),
    ({"profile": 7}, "/profile", "not_an_object"),
]


def problems(maker, fields, language="en", **how):
    with pytest.raises(OutcomeError) as refusal:
        maker.gate.load(fields, ORIGIN, language=language, **how)
    return refusal.value.problems


@pytest.mark.parametrize(("changes", "pointer", "code"), WRONG)
def test_each_mistake_is_found_where_it_is(maker, changes, pointer, code):
    found = problems(maker, raw(**changes))
    assert (pointer, code) in [(problem.pointer, problem.code) for problem in found]


@pytest.mark.parametrize("value", [None, 7, "text", []])
def test_what_is_no_object_is_said_to_be_none(maker, value):
    assert [(each.pointer, each.code) for each in problems(maker, value)] == [("", "not_an_object")]


def test_everybody_who_was_invited_may_be_active(maker):
    record = maker.submission(invited=9, active=9).record
    assert (record.invited, record.active) == (9, 9)


def test_a_field_without_a_value_is_not_the_same_as_no_field(maker):
    assert [each.code for each in problems(maker, {**raw(), "note": None})] == ["null"]


def test_all_mistakes_are_told_at_once_and_under_the_place_of_the_record(maker):
    fields = raw(channel="telepathy", active=47, start="soon", profile={"work_setting": ["moon"]})
    assert {problem.pointer for problem in problems(maker, fields, pointer="/outcomes/3")} == {
        "/outcomes/3/channel", "/outcomes/3/active", "/outcomes/3/start", "/outcomes/3/profile/work_setting/0",
        "/outcomes/3/profile/login_tolerance", "/outcomes/3/profile/device_access",
    }  # fmt: skip


def test_a_mistake_names_what_is_allowed(maker, knowledge):
    allowed = {problem.pointer: problem.allowed for problem in problems(maker, raw(channel="x", reason="x", colour=1))}
    assert allowed["/channel"] == tuple(knowledge.channel_by_id)
    assert allowed["/reason"] == NOT_USED_REASONS
    assert {"community", "corrects"} <= set(allowed["/colour"])


def test_every_code_has_a_case_here_and_words_in_every_language(knowledge):
    told_elsewhere = {"null", "not_a_moment", "unknown_record", "not_an_object", "example"}
    assert {code for _, _, code in WRONG} - set(ANSWER_CODES) | told_elsewhere >= set(CODES) - set(ANSWER_CODES)
    for language in LANGUAGES:
        for code in CODES:
            assert knowledge.messages[language][f"outcome_error_{code}"]
        for code in NOT_USED_REASONS:
            assert knowledge.messages[language][f"not_used_{code}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_has_a_placeholder_left_or_repeats_a_value(maker, language):
    for changes, _, _ in WRONG:
        for problem in problems(maker, raw(**changes), language):
            assert "{" not in problem.message
            for secret in ("telepathy", "bad_weather", "two\nlines", "soon"):
                assert secret not in problem.message


def test_a_record_without_an_id_gets_one_from_what_it_is_about(maker):
    record = maker.submission().record
    assert record.id == derived_id("alfa", "embrace", date(2026, 1, 1))
    assert maker.submission(active=9).record.id == record.id
    changes: list[dict[str, str]] = [{"community": "beta"}, {"channel": "teams"}, {"start": "2026-01-02"}]
    others = [maker.submission(**change).record.id for change in changes]
    assert len({record.id, *others}) == 4


def test_nobody_consents_by_saying_nothing(maker):
    told = [maker.submission(consent=said) for said in (None, False, True)]
    assert [each.record.consent for each in told] == [False, False, True]
    assert [each.withholds for each in told] == [False, True, False]


def test_equal_looking_names_are_equal(maker):
    assert maker.submission(community=" Cafe\u0301 ").record.community == "Caf\u00e9"


def test_a_whole_number_may_be_written_with_a_point(maker):
    record = maker.submission(invited=46.0, active=3.0).record
    assert (record.invited, record.active) == (46, 3)
    assert isinstance(record.invited, int)


@pytest.mark.parametrize("days", [56, 57])
def test_week_8_counts_from_the_start(maker, days):
    maker.submission(start=(TODAY - timedelta(days)).isoformat())


def test_a_channel_that_nobody_opened_can_be_told_before_week_8(maker):
    maker.submission(start=TODAY.isoformat(), active=0)
    maker.submission(start=TODAY.isoformat(), invited=None, active=None, used=False)


def test_tomorrow_may_be_today_elsewhere(maker):
    maker.submission(start=(TODAY + timedelta(1)).isoformat(), active=0)


def test_who_and_when_come_from_the_request_unless_a_file_says_so(maker):
    assert maker.submission().record.recorded_by == "tester"
    fields = raw(recorded_by="Els", recorded_at="2026-02-01T10:00:00+01:00")
    record = maker.gate.load(fields, ORIGIN, in_file=True).record
    assert (record.recorded_by, record.recorded_at) == ("Els", datetime(2026, 2, 1, 9, tzinfo=UTC))
    wrong = problems(maker, raw(recorded_at="2026-02-01T10:00:00"), in_file=True)
    assert [each.code for each in wrong] == ["not_a_moment"]
    assert [each.code for each in problems(maker, raw(corrects="x"), in_file=True)] == ["unknown_field"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(
    fields=st.dictionaries(
        st.sampled_from([*raw(), "id", "used", "reason", "note", "source", "consent", "corrects", "recorded_at", "x"]),
        json_values,
    ),
    in_file=st.booleans(),
)
def test_whatever_comes_is_a_record_or_a_list_of_mistakes(maker, fields, in_file):
    merged = {**raw(), **fields}
    try:
        record = maker.gate.load(merged, Origin("test", "tester", NOW), in_file=in_file).record
    except OutcomeError as error:
        told = len(error.problems)
    else:
        told = int(0 <= record.active <= record.invited)
    assert told >= 1
