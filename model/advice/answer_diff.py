"""Answer diff: what became different since an earlier answer to the same profile, and which rule or record did it.

Works on the JSON of an answer (`model.answer.writer`), because that is what a team has kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from model.scoring.advisor import Recommendation
from model.scoring.launch_verdict import Finding
from model.scoring.reasons import USUAL_REASONS, Reason
from model.scoring.scorer import Assessment

_SAME = 1e-6
_FOR, _AGAINST = "reasonsFor", "reasonsAgainst"

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class ReasonChange:
    """One contribution that is new, gone or different.

    Attributes:
        kind: need, rule, records or caution.
        name: the rule, need or feature.
    """

    change: Kind
    kind: str
    name: str
    before: float | None
    now: float | None


@dataclass(frozen=True, slots=True)
class ChannelChange:
    """A channel whose place or score is different.

    Attributes:
        rank_before, rank_now: None for a channel that was or is excluded, or not there.
        excluded_by: exclusions that are new (with "removed": gone), by name.
    """

    channel: str
    rank_before: int | None
    rank_now: int | None
    log_odds_before: float | None
    log_odds_now: float | None
    reasons: tuple[ReasonChange, ...]
    exclusions: tuple[tuple[Kind, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerDiff:
    """The differences between an earlier answer and the present one.

    Attributes:
        same_knowledge, same_artifact: None when the earlier answer does not say.
        verdict: (before, now) when it changed.
        findings: (added or removed, name) of what speaks against launching.
        channels: the channels that changed, by their present place.
    """

    same_knowledge: bool | None
    same_artifact: bool | None
    verdict: tuple[str, str] | None
    findings: tuple[tuple[Kind, str], ...]
    channels: tuple[ChannelChange, ...]


def replay(
    earlier: Mapping[str, Any],
    recommendation: Recommendation,
    findings: Iterable[Finding],
    knowledge: str,
    artifact: str,
) -> AnswerDiff:
    """Compare an earlier answer with the present one.

    Args:
        earlier: the JSON of the earlier answer; parts that it does not have are skipped.
        recommendation: the present answer to the same profile.
        findings: what it says against launching.
        knowledge: fingerprint of the present knowledge.
        artifact: checksum of the present artifact.
    """
    model = earlier.get("model", {})
    verdict = earlier.get("verdict", {})
    before, now = verdict.get("code"), str(recommendation.readiness.verdict)
    names = {finding["name"] for finding in verdict.get("findings", ())}
    return AnswerDiff(
        same_knowledge=model["knowledge"] == knowledge if "knowledge" in model else None,
        same_artifact=model["checksum"] == artifact if "checksum" in model else None,
        verdict=(before, now) if before and before != now else None,
        findings=tuple(_changes(names, {finding.name for finding in findings})),
        channels=tuple(_channels(earlier, recommendation)),
    )


def _channels(earlier: Mapping[str, Any], recommendation: Recommendation) -> Iterable[ChannelChange]:
    ranked = {each["id"]: each for each in earlier.get("channels", ())}
    excluded = {each["id"]: each for each in earlier.get("excluded", ())}
    seen = set()
    present: list[tuple[Assessment, int | None]] = [(each.assessment, each.rank) for each in recommendation.channels]
    present += [(each, None) for each in recommendation.excluded]
    for assessment, rank in present:
        name = assessment.channel.id
        seen.add(name)
        before = ranked.get(name)
        gone = {reason["name"] for reason in excluded.get(name, {}).get("reasons", ())}
        change = ChannelChange(
            name,
            before["rank"] if before else None,
            rank,
            before.get("logOdds") if before else None,
            round(assessment.log_odds, 6) if rank else None,
            tuple(_reasons(before, assessment)) if before and rank else (),
            tuple(_changes(gone, {rule.id for rule in assessment.excluded_by})),
        )
        if change.rank_before != change.rank_now or change.reasons or change.exclusions:
            yield change
    for name in (ranked.keys() | excluded.keys()) - seen:
        before = ranked.get(name)
        yield ChannelChange(
            name, before["rank"] if before else None, None, before.get("logOdds") if before else None, None, (), ()
        )


def _reasons(before: Mapping[str, Any], now: Assessment) -> Iterable[ReasonChange]:
    """What changed in a sum: reasons by name, as far as the earlier answer tells them."""
    if _FOR not in before:
        return
    old = {(reason["kind"], reason["name"]): reason["contribution"] for reason in (*before[_FOR], *before[_AGAINST])}
    new: dict[tuple[str, str], Reason] = {(reason.kind, reason.name): reason for reason in now.reasons}
    for kind, name in sorted(old.keys() | new.keys()):
        one, reason = old.get((kind, name)), new.get((kind, name))
        if one is None and reason and _may_be_unsaid(before, reason):
            continue
        other = reason.contribution if reason else None
        if abs((one or 0.0) - (other or 0.0)) > _SAME:
            change: Kind = "added" if one is None else "removed" if other is None else "changed"
            yield ReasonChange(change, kind, name, one, other if other is None else round(other, 6))


def _may_be_unsaid(before: Mapping[str, Any], reason: Reason) -> bool:
    """Whether a reason may have been there already: a usual answer only tells the weightiest that are not of all."""
    # Only a full answer says what unknown answers could change.
    if "undecided" in before:
        return False
    return reason.is_of_all or len(before[_FOR if reason.contribution > 0 else _AGAINST]) >= USUAL_REASONS


def _changes(before: set[str], now: set[str]) -> Iterable[tuple[Kind, str]]:
    for name in sorted(before | now):
        if name not in before:
            yield "added", name
        elif name not in now:
            yield "removed", name
