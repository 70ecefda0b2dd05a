"""Superseding by itself, against the plain words of what it should do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import NoRecordError, RecordExistsError
from model.outcomes.record import with_consent
from model.storage.superseding import Claim, Revision, fate

CONTENT = st.sampled_from("abcd")
HISTORIES = st.lists(CONTENT, max_size=4).map(lambda digests: [Revision(i, d) for i, d in enumerate(digests, 1)])


def claim(digest: str = "a", corrects: str | None = None, own_id: bool = True) -> Claim:
    return Claim("id", digest, own_id, corrects)


def test_the_first_news_of_a_record_is_added():
    assert fate(claim(), [], replace=False) == "added"


def test_the_same_news_is_known():
    assert fate(claim("a"), [Revision(1, "a")], replace=False) == "known"


@pytest.mark.parametrize("own_id", [True, False])
def test_other_news_under_the_same_identity_is_refused(own_id):
    with pytest.raises(RecordExistsError) as refusal:
        fate(claim("b", own_id=own_id), [Revision(1, "a")], replace=False)
    assert (refusal.value.record, refusal.value.own_id) == ("id", own_id)


def test_a_correction_says_so_and_is_kept():
    assert fate(claim("b", corrects="id"), [Revision(1, "a")], replace=False) == "corrected"


def test_a_correction_may_bring_back_what_was_corrected():
    assert fate(claim("a", corrects="id"), [Revision(1, "a"), Revision(2, "b")], replace=False) == "corrected"


def test_a_correction_of_nothing_is_refused():
    with pytest.raises(NoRecordError):
        fate(claim(corrects="id"), [], replace=False)


def test_an_old_file_does_not_undo_a_correction():
    assert fate(claim("a"), [Revision(1, "a"), Revision(2, "b")], replace=True) == "outdated"


@pytest.mark.parametrize(("withholds", "replace", "becomes"),
                         [(True, True, "corrected"), (False, True, "outdated"), (True, False, "outdated")])  # fmt: skip
def test_only_a_spoken_no_in_a_file_takes_consent_back(withholds, replace, becomes):
    history = [Revision(1, "a"), Revision(2, with_consent("a"))]
    assert fate(Claim("id", "a", True, withholds=withholds), history, replace) == becomes


def test_a_no_about_other_news_is_an_old_row():
    history = [Revision(1, "a"), Revision(2, with_consent("b"))]
    assert fate(Claim("id", "a", True, withholds=True), history, replace=True) == "outdated"


@given(HISTORIES, CONTENT, st.booleans())
def test_nothing_that_the_newest_revision_says_is_ever_kept_twice(history, digest, replace):
    for corrects in (None, "id"):
        try:
            kept = fate(claim(digest, corrects), history, replace) in ("added", "corrected")
        except (NoRecordError, RecordExistsError):
            kept = False
        assert not (kept and history and history[-1].digest == digest)


@given(HISTORIES, st.lists(CONTENT, min_size=1, max_size=6))
def test_importing_a_sequence_of_files_again_in_the_same_order_changes_nothing(history, files):
    def imported(revisions: list[Revision]) -> list[Revision]:
        for digest in files:
            if fate(claim(digest), revisions, replace=True) in ("added", "corrected"):
                revisions = [*revisions, Revision(len(revisions) + 1, digest)]
        return revisions

    once = imported(history)
    assert imported(once) == once
