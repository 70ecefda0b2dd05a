"""Superseding: what becomes of a record that is handed in, given what the store knows under its id already.

Nothing is ever changed in place. A correction is a new revision of the record, and the newest revision counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from model.errors import NoRecordError, RecordExistsError
from model.outcomes.record import with_consent

Fate = Literal["added", "corrected", "known", "outdated"]
"""`known` says what is there already; `outdated` repeats a revision that was superseded. Neither adds anything."""


class Revision(NamedTuple):
    """One row of a record: its number, the digest of what it says, and who handed it in."""

    number: int
    digest: str
    sender: str = ""


class Claim(NamedTuple):
    """What a record on its way in says about itself.

    Attributes:
        identity: the id that it will be known by.
        digest: of what it says.
        own_id: whether its sender gave the id.
        corrects: id of the record that it says to correct.
        withholds: whether it says in so many words that it may not be shown to others.
    """

    identity: str
    digest: str
    own_id: bool
    corrects: str | None = None
    withholds: bool = False


def fate(claim: Claim, revisions: Sequence[Revision], replace: bool, sender: str | None = None) -> Fate:
    """What to do with a record on its way in.

    Args:
        claim: what it says about itself.
        revisions: all there is under its identity so far, the oldest first.
        replace: whether other content under a known id is a correction, as in a file that is imported again.
        sender: who hands it in, where everybody may correct only what is his; None for who may correct everything.

    Raises:
        NoRecordError: it corrects a record that is not there, or is of somebody else, which is not told.
        RecordExistsError: it says something else about a record that is there, and does not say that it corrects it;
            or that record is of somebody else.
    """
    if not revisions:
        if claim.corrects is not None:
            raise NoRecordError(claim.corrects)
        return "added"
    if sender not in (None, revisions[-1].sender):
        if claim.corrects is not None:
            raise NoRecordError(claim.corrects)
        raise RecordExistsError(claim.identity, claim.own_id, of_another=True)
    if claim.digest == revisions[-1].digest:
        return "known"
    if claim.corrects is not None:
        return "corrected"
    # It may be an earlier revision word for word, but whoever takes consent back must be heard.
    if replace and claim.withholds and with_consent(claim.digest) == revisions[-1].digest:
        return "corrected"
    if any(claim.digest == revision.digest for revision in revisions):
        return "outdated"
    if replace:
        return "corrected"
    raise RecordExistsError(claim.identity, claim.own_id)
