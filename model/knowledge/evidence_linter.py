"""Checks of documented communities: what the loader allows but an editor should look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from model.domain.evidence import HINDSIGHT, DocumentedCommunity
from model.errors import Phrase
from model.knowledge.evidence_builder import page_of
from model.knowledge.linter import LintWarning

_HOSTS_OF_MANY = ("github.com", "gitlab.com", "codeberg.org")
"""Sites on which each owner has a part of the site, which begins with the first step of the path."""


def check_evidence(communities: Sequence[DocumentedCommunity]) -> list[LintWarning]:
    """Everything suspicious in documented communities: first one by one, then those that may hang together."""
    return [*(finding for each in communities for finding in _alone(each)), *_untied(communities)]


def check_new_evidence(new: Sequence[DocumentedCommunity], known: Sequence[DocumentedCommunity]) -> list[LintWarning]:
    """Everything suspicious in communities that are about to be added to those that are known."""
    by_id = {each.id: each for each in known}
    others = [each for each in known if each.id not in {one.id for one in new}]
    return [
        *(
            LintWarning(each.id, "already_there", Phrase("there is another community with this id"))
            for each in new
            if each.id in by_id and by_id[each.id].source != each.source
        ),
        *(finding for each in new for finding in (*_alone(each), *_hindsight(each))),
        *(finding for finding in _untied((*others, *new)) if finding.subject in {each.id for each in new}),
    ]


def _hindsight(community: DocumentedCommunity) -> Iterator[LintWarning]:
    """Answers that may have been read from how it went.

    In the first set these answers alone told the outcome as well as the whole profile did.
    """
    for question in community.support:
        if question in HINDSIGHT and community.basis(question) == "inferred":
            message = Phrase("{0} is inferred; leave it out if it was read from how it went", question)
            yield LintWarning(community.id, "hindsight", message)


def _alone(community: DocumentedCommunity) -> Iterator[LintWarning]:
    if not community.outcomes and community.case is None:
        yield LintWarning(community.id, "no_outcomes", Phrase("it has no outcome of any channel"))
    if not set(community.profile) - {"needs"}:
        yield LintWarning(
            community.id, "little_known", Phrase("nothing but its wishes is known, so it is like no other")
        )
    for outcome in community.outcomes:
        if outcome.active is not None and outcome.invited is not None and outcome.active > outcome.invited:
            message = Phrase(
                "{0} has {1} active people and {2} invited ones", outcome.channel, outcome.active, outcome.invited
            )
            yield LintWarning(community.id, "more_active_than_invited", message)


def _untied(communities: Iterable[DocumentedCommunity]) -> Iterator[LintWarning]:
    """Stories of one vendor, and threads of one owner, that are not in one fold."""
    of_teller: dict[str, list[DocumentedCommunity]] = defaultdict(list)
    for community in communities:
        if teller := _teller(community):
            of_teller[teller].append(community)
    for teller, told in of_teller.items():
        for one, other in pairwise(told):
            if one.fold != other.fold:
                message = Phrase(
                    "{0} tells of {1} too: give both the same fold, or learning will see one in the other",
                    teller,
                    one.id,
                )
                yield LintWarning(other.id, "not_in_one_fold", message)


def _teller(community: DocumentedCommunity) -> str | None:
    """Who tells the story, where several stories of one teller are likely to be alike."""
    host, *steps = page_of(community.source.url or "").split("/")
    if host in _HOSTS_OF_MANY and steps:
        return f"{host}/{steps[0]}"
    return host if community.source.kind == "vendor" else None
