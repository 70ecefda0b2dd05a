"""Components: what the application is made of, where views find it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import Request, current_app

from model.advice.documented import DocumentedUses
from model.domain.knowledge import Knowledge
from model.outcomes.validation import OutcomeGate
from model.profiles.validation import ProfileGate
from service.forms.form import Form
from service.http.cached_json import JsonCatalogue
from service.http.metrics import Metrics
from service.runtime.champion import ChampionReference
from service.runtime.lazy_store import LazyStore
from service.runtime.own_records import REACHABLE
from service.runtime.private_links import PrivateLinks
from service.runtime.readiness import readiness
from service.runtime.watcher import PromotionWatcher
from service.settings import Settings

EXTENSION = "platform_fit"


@dataclass(frozen=True, slots=True)
class Components:
    """One of each, made by `service.app.create_app`."""

    settings: Settings
    knowledge: Knowledge
    gate: ProfileGate
    outcomes: OutcomeGate
    store: LazyStore
    links: PrivateLinks
    champion: ChampionReference
    watch: PromotionWatcher
    catalogue: JsonCatalogue
    documented: DocumentedUses
    metrics: Metrics
    forms: Mapping[str, Form]

    def tell_standing(self) -> None:
        """After a look: let the metrics tell how this worker is doing now."""
        if self.store.identity and self.watch.records.state == REACHABLE:
            self.store.identity.learn()
        found = readiness(self.watch, self.store)
        self.metrics.standing(
            self.champion.current.advisor.artifact.id, found["outcomes"], found["reason"], found["lookAge"]
        )


def parts() -> Components:
    """The parts of the application that is answering now."""
    return cast(Components, current_app.extensions[EXTENSION])


def public_address(request: Request) -> str:
    """Scheme and host without a slash at the end: as the operator says it, or as this request says it."""
    return parts().settings.public_url or request.host_url.rstrip("/")
