"""Parts: what the application is made of, where views find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app

from model.knowledge.base import Knowledge
from model.outcome_schemas import OutcomeGate
from model.schemas import ProfileGate
from service.catalogue import Catalogue
from service.champion import Champion
from service.private_links import PrivateLinks
from service.settings import Settings
from service.store import LazyStore
from service.telemetry import Metrics
from service.watching import Watch

EXTENSION = "platform_fit"


@dataclass(frozen=True, slots=True)
class Parts:
    """One of each, made by `service.app.create_app`."""

    settings: Settings
    knowledge: Knowledge
    gate: ProfileGate
    outcomes: OutcomeGate
    store: LazyStore
    links: PrivateLinks
    champion: Champion
    watch: Watch
    catalogue: Catalogue
    metrics: Metrics


def parts() -> Parts:
    """The parts of the application that is answering now."""
    return cast(Parts, current_app.extensions[EXTENSION])
