"""Own records: keeps the newest outcome records of the store beside the artifact that answers.

They are read again only when something changed, and let go as soon as the store is out of reach: what cannot be looked
up may have been taken back.
"""

from __future__ import annotations

from model.advice.advice import Advice
from model.errors import StoreBusyError, StoreError
from model.storage import peek, recent
from model.storage.recent import RecordsState
from service.runtime.champion import ChampionReference

STATES = REACHABLE, NONE_YET, NOT_UP_TO_DATE, UNREACHABLE = ("reachable", "none_yet", "not_up_to_date", "unreachable")
"""How the store of outcome records is doing; `docs/operating.md` says what each means."""


class RecordsWatcher:
    """Gives the champion the records of the store.

    Attributes:
        state: one of `STATES`, as the last look found it; None before the first.
    """

    def __init__(self, champion: ChampionReference, url: str) -> None:
        self.state: str | None = None
        self._champion = champion
        self._url = url
        self._known: tuple[RecordsState, Advice] | None = None

    def look(self) -> None:
        """Look once. What goes wrong with the store is kept in `state`.

        Raises:
            Exception: something that nobody foresaw; then no records are shown either.
        """
        advice = self._champion.current.advice
        try:
            now = recent.token(self._url), advice
            if now != self._known:
                advice.own = advice.own_records(recent.uses(self._url, self._champion.knowledge))
                self._known = now
            self.state = REACHABLE if peek.is_made(self._url) else NONE_YET
        except StoreBusyError:
            self.let_go()
        except StoreError:
            self.let_go(NOT_UP_TO_DATE)
        except Exception:
            self.let_go()
            raise

    def let_go(self, state: str = UNREACHABLE) -> None:
        """Forget the records."""
        self._champion.current.advice.own = self._known = None
        self.state = state
