"""Records are put together without loss, whatever their order."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from model.profiles.profile import ProfileReader
from training.learning.cells import RecordTable
from training.learning.design_matrix import ProfileTable


def test_cells_hold_what_their_records_are_worth(records, featuriser):
    again = [replace(record, community=f"again-{record.community}") for record in records]
    table = RecordTable.of([*records, *again], featuriser)
    cells = table.cells(0.15)
    single = RecordTable.of(records, featuriser).cells(0.15)
    assert len(cells) == len(single) < len(table)
    assert cells.successes == pytest.approx(2 * single.successes)
    assert cells.failures == pytest.approx(2 * single.failures)
    assert cells.records.sum() == 2 * len(records)
    assert (cells.successes + cells.failures).sum() == pytest.approx(table.worth(0.15).sum())


@pytest.mark.parametrize(
    ("invited", "alikeness", "worth"), [(1, 0.15, 1), (46, 0.0, 46), (46, 1.0, 1), (21, 0.15, 5.25)]
)
def test_a_record_is_worth_fewer_members_the_more_they_are_alike(records, featuriser, invited, alikeness, worth):
    table = RecordTable.of([replace(records[0], invited=invited, active=1)], featuriser)
    assert table.worth(alikeness) == pytest.approx([worth])


def test_the_order_of_records_does_not_matter(records, featuriser):
    mixed = random.Random(1).sample(records, len(records))
    one, other = RecordTable.of(records, featuriser), RecordTable.of(mixed, featuriser)
    assert one.cells(0.2).fingerprint == other.cells(0.2).fingerprint
    assert one.cells(0.2).successes.tobytes() == other.cells(0.2).successes.tobytes()


def test_other_records_have_another_fingerprint(records, featuriser):
    changed = [replace(records[0], active=0, invited=records[0].invited + 1), *records[1:]]
    assert (
        RecordTable.of(records, featuriser).cells(0.2).fingerprint
        != RecordTable.of(changed, featuriser).cells(0.2).fingerprint
    )


def test_records_about_unknown_channels_are_left_out(records, featuriser):
    table = RecordTable.of([replace(records[0], channel="carrier_pigeon"), *records[1:]], featuriser)
    assert len(table) == len(records) - 1


@pytest.mark.parametrize("alikeness", [0.05, 0.3])
def test_alikeness_is_found_back(records, featuriser, alikeness):
    generator = np.random.default_rng(0)
    chances = generator.uniform(0.2, 0.8, 1500)
    strength = 1 / alikeness - 1
    made = [
        replace(records[0], community=str(number), invited=30, active=int(generator.binomial(30, share)))
        for number, share in enumerate(generator.beta(chances * strength, (1 - chances) * strength))
    ]
    table = RecordTable.of(made, featuriser)
    order = [int(table.communities[place]) for place in table.community]
    assert table.estimated_alikeness(chances[order]) == pytest.approx(alikeness, abs=0.03)


def test_without_counts_alikeness_is_what_was_believed(records, featuriser):
    table = RecordTable.of([replace(record, invited=1, active=1) for record in records], featuriser)
    assert table.estimated_alikeness(np.full(len(table), 0.5)) == pytest.approx(0.15)


def test_records_up_to_a_day(records, featuriser):
    table = RecordTable.of(records, featuriser)
    day = sorted(record.start for record in records)[100]
    assert len(table.until(day)) == sum(record.start <= day for record in records)
    assert table.until(day).newest == day


# --- nobody outvotes the rest ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "counted"), [(1, 1), (2, 4 / 3), (3, 1.5), (200, 200 / 100.5)])
def test_many_records_of_one_community_never_count_as_two_others_together(records, featuriser, number, counted):
    told = [replace(records[0], invited=1, active=1, start=records[0].start + timedelta(day)) for day in range(number)]
    table = RecordTable.of(told, featuriser)
    assert table.worth(0.15).sum() == pytest.approx(counted)
    assert table.cells(0.15).successes.sum() == pytest.approx(counted)


def test_communities_that_gave_the_same_answers_are_one_unit(records, featuriser):
    others = records[:60]
    twin = replace(others[7], community="its second name")
    table = RecordTable.of([*others, twin], featuriser)
    assert table.twins == 1
    named = {table.communities[place]: unit for place, unit in zip(table.community, table.unit, strict=True)}
    assert named["its second name"] == named[others[7].community]
    assert len(set(named.values())) == len({record.community for record in others})


def test_communities_that_answered_little_are_alike_by_chance(records, featuriser, knowledge):
    answers = {"work_setting": ["desk"], "login_tolerance": "low", "device_access": ["work_phone"]}
    little = ProfileReader(knowledge.questionnaire).read(answers)
    told = [replace(record, profile=little, community=str(number)) for number, record in enumerate(records[:20])]
    assert RecordTable.of(told, featuriser).twins == 0


def test_only_answers_make_a_profile_known(knowledge):
    """Four: "unknown" is no answer, and a follow-up that does not apply has none."""
    answers = {
        "work_setting": ["desk"], "login_tolerance": "low", "device_access": ["work_phone"], "community_size": "s_50",
        "needs_evidence": "unknown",
    }  # fmt: skip
    told = ProfileReader(knowledge.questionnaire).read(answers)
    assert told is not None
    assert any(question.follows for question in knowledge.questionnaire)
    assert ProfileTable.of([told], knowledge).known.tolist() == [4]
