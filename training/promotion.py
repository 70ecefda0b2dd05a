"""Promotion: a candidate goes live when the gate says so, or when a person overrules it with a reason that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.artifact import RULES, Artifact
from model.errors import PromotionError
from model.knowledge.base import Knowledge
from model.ranking import Advisor
from model.storage.registry import Promotion, Registry

_BY_GATE = "the gate: passed every check"
_PASSED = "promote"
"""`training.gate.Verdict.PROMOTE`; to look at the shelf, the libraries that learn are not needed."""


def live_id(registry: Registry) -> str:
    """Id of what is live now."""
    newest = registry.newest_promotion()
    return RULES if newest is None else newest.artifact


def live_artifact(registry: Registry, knowledge: Knowledge) -> Artifact | None:
    """What answers now under this knowledge; None when it is the rule base.

    An artifact for other knowledge answers nothing: the service falls back on the rules then.

    Raises:
        ArtifactError: what is live is damaged.
    """
    name = live_id(registry)
    if name == RULES:
        return None
    artifact = Artifact.from_json(registry.artifact(name))
    return artifact if artifact.knowledge == knowledge.fingerprint else None


def promote(
    registry: Registry,
    knowledge: Knowledge,
    artifact_id: str,
    *,
    by: str,
    reason: str = "",
    overrule: str | None = None,
) -> Promotion:
    """Make an artifact live, if it may be. Going back to the rule base is always allowed.

    Args:
        by: who does it.
        reason: for the log.
        overrule: why to do it against the gate; None to leave the decision to the gate.

    Raises:
        PromotionError: the gate says no and is not overruled, or it is live already.
        ArtifactError: it cannot be used at all: damaged, made for other knowledge, or its self-test fails.
        UnknownNameError: there is no such artifact.
        StoreError: the reason to overrule is empty.
    """
    live = live_id(registry)
    if artifact_id == RULES and live != RULES:
        return registry.promote(RULES, by, overrule or reason or "back to the rules", overrule=overrule is not None)
    if artifact_id != RULES:
        Advisor(knowledge, Artifact.from_json(registry.artifact(artifact_id)))
    if artifact_id == live:
        raise PromotionError(f"{artifact_id} is live already")
    if overrule is not None:
        return registry.promote(artifact_id, by, overrule, overrule=True)
    refusal = _refusal(artifact_id, registry.shelved(artifact_id).card, live)
    if refusal:
        raise PromotionError(f"{refusal} To do it all the same, give a reason: --overrule REASON")
    return registry.promote(artifact_id, by, reason or _BY_GATE)


def _refusal(artifact_id: str, card: Mapping[str, Any], live: str) -> str:
    """Why the gate does not let this candidate through; empty when it does."""
    outcomes = card.get("checks", {})
    failed = [name.replace("_", " ") for name, outcome in outcomes.items() if outcome == "failed"]
    if failed:
        return f"The gate refuses {artifact_id}: it failed on {', '.join(failed)}."
    if card.get("verdict") != _PASSED:
        return f"The gate cannot tell yet whether {artifact_id} is good enough: there are too few records."
    if card.get("champion") != live:
        return f"{artifact_id} was held against {card.get('champion')}, but {live} is live now. Train again."
    return ""
