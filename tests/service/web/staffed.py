"""A site with something to see for data staff: an artifact that was judged and promoted, and keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from model.scoring.artifact import RULES, Artifact, Basis, Uncertainty
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.registry import Registry
from service.app import create_app
from service.components import EXTENSION
from service.settings import Settings
from tests.packaged import KNOWLEDGE

NAME = "2026-11-20-1f3a9c07"
REPORT = "<!doctype html><html lang='en'><title>Report</title><h1>Report é</h1></html>"


@dataclass(frozen=True)
class Staffed:
    """The site, a key that may read reports, and one that may not."""

    app: Flask
    key: str
    other_key: str


@contextmanager
def staffed(folder: Path) -> Iterator[Staffed]:
    """Such a site as long as the block lasts."""
    url = f"sqlite:///{folder / 'staffed.db'}"
    store = Store.open(url)
    registry, keys = Registry(store), Keys(store)
    registry.save_artifact(_artifact(), REPORT, card())
    registry.promote(NAME, "Els de Vries", "the gate: passed every check")
    registry.rollback("Noor", "Odd advice for home care, look at it first.")
    registry.promote(NAME, "Els de Vries", "Agreed with the program team: <the advice> is right.", overrule=True)
    made = Staffed(
        create_app(Settings(database_url=url)),
        keys.create("Els", ["reports:read"])[1],
        keys.create("Form", ["outcomes:write"])[1],
    )
    made.app.extensions[EXTENSION].watch.look()
    yield made
    store.close()
    if (opened := made.app.extensions[EXTENSION].store._store) is not None:
        opened.close()


def _artifact() -> Artifact:
    return Artifact(
        NAME,
        KNOWLEDGE.score_fingerprint,
        created="2026-11-20",
        basis=Basis(records=412, communities=96, trained_until="2026-09-14"),
        deviations={"intercept": -0.2, "trust": 0.1, "channel:embrace": -0.15},
        uncertainty=Uncertainty({"embrace": 0.03}),
    )


def card() -> dict[str, Any]:
    """What a trial says of its artifact, in the form that it says it in."""
    rules = [rule for rule in KNOWLEDGE.rules if rule.weight]
    numbers = [
        (0.31, "supported", 140),
        (-0.05, "contradicted", 88),
        (0.2, "cannot_tell_yet", 12),
        (0.4, "supported", 0),
    ]
    checks = ("golden_cases", "self_test", "calibration", "no_worse_than_rules")
    return {
        "verdict": "promote",
        "checks": dict.fromkeys(checks, "passed"),
        "champion": RULES,
        "rules": [
            {
                "rule": rule.id,
                "records": records,
                "communities": records // 4,
                "expert": rule.weight,
                "learned": learned,
                "interval": [learned - 0.2, learned + 0.2],
                "verdict": verdict,
            }
            for rule, (learned, verdict, records) in zip(rules, numbers, strict=False)
        ],
    }
