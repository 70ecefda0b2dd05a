"""Registry view: what the store knows of the champion, for people who look after it.

Importing this loads SQLAlchemy, so views import it inside the function that needs it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.errors import UnknownNameError
from model.storage import outcomes
from model.storage.registry import Promotion, Registry
from service.components import Components


@dataclass(frozen=True, slots=True)
class RegistryView:
    """Which artifact serves, how it got there, and what there is to learn from next.

    Attributes:
        promotion: the one that made it serve; None for the rule base that nothing was promoted over.
        card: what its makers say about it; empty for the rule base.
        history: all promotions, the newest first.
        records: outcome records that count now.
    """

    promotion: Promotion | None
    card: Mapping[str, Any]
    has_report: bool
    history: Sequence[Promotion]
    records: int


def registry_view(part: Components) -> RegistryView:
    """Look it up.

    Raises:
        StoreBusyError: the store is busy or out of reach.
    """
    store, champion = part.store.get(), part.champion.current.advisor.artifact.id
    registry = Registry(store)
    history = registry.history()[::-1]
    try:
        shelved = registry.shelved(champion)
        card, has_report = shelved.card, shelved.has_report
    except UnknownNameError:
        card, has_report = {}, False
    with store.reading() as connection:
        records = outcomes.count(connection)
    return RegistryView(
        next((line for line in history if line.artifact == champion), None), card, has_report, history, records
    )
