"""Promotion: a candidate becomes champion when the gate says so, or a person overrules it and gives a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.domain.knowledge import Knowledge
from model.errors import ArtifactError, Phrase, PromotionError, UnknownNameError
from model.scoring.advisor import Advisor
from model.scoring.artifact import SHIPPED, Artifact
from model.scoring.starter import first_artifact, shipped_artifact
from model.storage.peek import MOST_STEPS_BACK, stored_artifact
from model.storage.registry import Promotion, Registry
from training.evaluation.golden_cases import broken_expectations

_BY_GATE = "the gate: passed every check"
_PASSED, _ONE_SIDED, _CONTRADICTED = "promote", "one_sided", "cases_contradict_records"
"""Of `training.evaluation.gate.GateVerdict`; to look at the shelf, the libraries that learn are not needed."""


def serving_id(registry: Registry, knowledge: Knowledge) -> str:
    """Id of the champion."""
    newest = registry.newest_promotion()
    return first_artifact(knowledge).id if newest is None else newest.artifact


def answering(registry: Registry, knowledge: Knowledge) -> Artifact:
    """What answers under this knowledge.

    That is the newest promotion, or the one before it when that cannot be used, as a worker of the service finds it
    when it starts.
    """
    for promotion in registry.history()[: -2 - MOST_STEPS_BACK : -1]:
        try:
            artifact = artifact_of(promotion.artifact, registry, knowledge)
            Advisor(knowledge, artifact)
            return artifact
        except (ArtifactError, UnknownNameError):
            continue
    return first_artifact(knowledge)


def artifact_of(name: str, registry: Registry, knowledge: Knowledge) -> Artifact:
    """The artifact of this name: the rules, the starter, or one from the shelf.

    Raises:
        ArtifactError: it is damaged, or there is no starter.
        UnknownNameError: there is no such artifact.
    """
    if name in SHIPPED:
        return shipped_artifact(name, knowledge)
    return stored_artifact(registry.artifact(name), name)


def why_not_answering(registry: Registry, knowledge: Knowledge, champion: Artifact) -> Phrase | None:
    """What to say when something else answers than what was promoted last; None when all is well.

    Args:
        champion: what answers, see `answering`.
    """
    promoted = serving_id(registry, knowledge)
    if promoted == champion.id:
        return None
    return Phrase(
        "{0} should be live but cannot be used: it is damaged, or was made for other rules. What answers instead: {1}. "
        "Go back with `models rollback`, or train again.",
        promoted,
        champion.id,
    )


def promote(
    registry: Registry,
    knowledge: Knowledge,
    artifact_id: str,
    *,
    by: str,
    reason: str = "",
    overrule: str | None = None,
) -> Promotion:
    """Make an artifact the champion, if it may be. Going back to the rules or the starter is always allowed.

    Args:
        by: who does it.
        reason: for the log.
        overrule: why to do it against the gate; None to leave the decision to the gate.

    Raises:
        PromotionError: the gate says no and is not overruled, or it serves already.
        ArtifactError: it cannot be used at all: damaged, made for other knowledge, or its self-test fails.
        UnknownNameError: there is no such artifact.
        StoreError: the reason to overrule is empty.
    """
    champion_id = serving_id(registry, knowledge)
    advisor = Advisor(knowledge, artifact_of(artifact_id, registry, knowledge))
    if artifact_id == champion_id:
        raise PromotionError(Phrase("{0} is live already", artifact_id))
    if overrule is not None:
        return registry.promote(artifact_id, by, overrule, overrule=True)
    if artifact_id in SHIPPED:
        return registry.promote(artifact_id, by, reason or f"back to the {artifact_id}")
    refusal = _refusal(advisor, registry.shelved(artifact_id).card, answering(registry, knowledge).id)
    if refusal:
        raise PromotionError(Phrase("{0} To do it all the same, give a reason: --overrule REASON", refusal))
    return registry.promote(artifact_id, by, reason or _BY_GATE)


def _refusal(advisor: Advisor, card: Mapping[str, Any], champion: str) -> Phrase | None:
    """Why the gate does not let this candidate through; None when it does.

    Documented cases are looked at again: they may have become others since, and that takes no training.
    """
    artifact_id = advisor.artifact.id
    outcomes, verdict = card.get("checks", {}), card.get("verdict")
    if verdict == _ONE_SIDED:
        return Phrase(
            "The gate cannot tell whether {0} is good: hardly any failures were reported. Collect those too.",
            artifact_id,
        )
    if verdict == _CONTRADICTED:
        return Phrase(
            "The gate refuses {0}: the documented cases contradict your records; see its report.", artifact_id
        )
    failed = [name.replace("_", " ") for name, outcome in outcomes.items() if outcome == "failed"]
    if failed:
        return Phrase("The gate refuses {0}: it failed on {1}.", artifact_id, ", ".join(failed))
    if verdict != _PASSED:
        return Phrase("The gate cannot tell yet whether {0} is good enough: there are too few records.", artifact_id)
    if card.get("champion") != champion:
        return Phrase(
            "{0} was held against {1}, but {2} answers now. Train again.", artifact_id, card.get("champion"), champion
        )
    if "better_order" not in outcomes:
        return Phrase("{0} was judged by an earlier gate, which did not look at the order. Train again.", artifact_id)
    broken = {each.case for each in broken_expectations(advisor, Advisor(advisor.knowledge))}
    if broken:
        return Phrase(
            "The gate refuses {0}: documented cases of today speak against it: {1}.",
            artifact_id,
            ", ".join(sorted(broken)),
        )
    return None
