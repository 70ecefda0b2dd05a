"""Watcher: sees to it that a worker answers with the artifact that was promoted last, and knows the newest records.

A light look at the newest promotion every two seconds, on a thread of its own. When there is a new one, its artifact is
read, tested and warmed beside the one that answers, and takes its place in one step. Whatever goes wrong, the one that
answers goes on answering, and `/readyz` says why. The same look brings the outcome records
(`service.runtime.own_records`).
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from model.errors import ArtifactError, StoreBusyError
from model.scoring.artifact import SHIPPED, Artifact
from model.scoring.starter import shipped_artifact
from model.storage import peek
from model.storage.peek import MOST_STEPS_BACK, PromotedArtifact, stored_artifact
from service.runtime.champion import Champion, ChampionReference
from service.runtime.own_records import RecordsWatcher

EVERY = 2.0
"""Seconds between looks: a look, the reading and the warming have to fit in the 5 seconds that are promised."""
_UNREACHABLE = "store_unreachable"
REASONS = ("artifact_unusable", "artifact_missing", "promotions_gone", _UNREACHABLE, "unforeseen")
"""What can keep a promoted artifact from answering; `docs/operating.md` says what to do about each."""

_LOG = logging.getLogger("platform_fit.promotion")


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """How the last look went.

    Attributes:
        promoted: id of the artifact that should answer, as far as is known; None when nothing was promoted.
        reason: one of `REASONS`, when another one may be answering; None when all is well.
        detail: the same as a sentence.
    """

    promoted: str | None = None
    reason: str | None = None
    detail: str | None = None


class _UnusableError(Exception):
    """The promoted artifact cannot answer."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail = reason, detail


class PromotionWatcher:
    """Looks at the newest promotion, and swaps the champion when it is a new one.

    Attributes:
        standing: how the last look at promotions went.
        records: looks at outcome records.
        after_look: called after each look, whatever came of it.
    """

    def __init__(self, champion: ChampionReference, url: str) -> None:
        self.standing = WatchStatus()
        self.records = RecordsWatcher(champion, url)
        self.after_look: Callable[[], object] = lambda: None
        self._url = url
        self._looked_at: float | None = None
        self._champion = champion
        self._looking = threading.Lock()
        self._serving: PromotedArtifact | None = None
        self._refused: tuple[str, _UnusableError] | None = None
        self._went_back = False

    def start(self) -> None:
        """Look once, so that a new worker begins with the champion, and from then on again and again.

        A process made by a fork has no threads but the one that forked, so it starts its own. Nobody forks during a
        look: a connection to a database must not end up in two processes. Records come a moment later: a new worker
        need not wait for them.
        """
        with self._looking:
            self._look_at_promotions()
        os.register_at_fork(
            before=self._looking.acquire, after_in_parent=self._looking.release, after_in_child=self._start_in_child
        )
        self._start_thread()

    def look(self) -> None:
        """Look once. This never raises: what is wrong is kept in `standing` and `records`."""
        with self._looking:
            self._look_at_promotions()
            self._look_at_records()
            self._looked_at = time.monotonic()
        self.after_look()

    @property
    def look_age(self) -> float | None:
        """Seconds since the last look that came to an end; None before the first."""
        return None if self._looked_at is None else time.monotonic() - self._looked_at

    def _look_at_promotions(self) -> None:
        promoted = self.standing.promoted
        reason = detail = None
        error: Exception | None = None
        try:
            newest = peek.newest(self._url)
            promoted = newest.artifact if newest else promoted
            self._follow(newest)
        except _UnusableError as trouble:
            reason, detail = trouble.reason, trouble.detail
        except StoreBusyError as busy:
            reason, detail, error = _UNREACHABLE, str(busy), busy
        except Exception as unforeseen:  # the thread must live to look again
            reason, detail = "unforeseen", "promotions cannot be looked at; the log of the service says why"
            error = unforeseen
        self._stand(WatchStatus(promoted, reason, detail), error)

    def _look_at_records(self) -> None:
        before = self.records.state
        if self.standing.reason == _UNREACHABLE:
            # Trying once a round is enough: each try may wait for seconds.
            self.records.let_go()
            return
        try:
            self.records.look()
        except Exception as unforeseen:  # the thread must live to look again
            if before != self.records.state:
                _LOG.warning("no records", exc_info=unforeseen, extra={"fields": {"worker": os.getpid()}})

    def _follow(self, newest: PromotedArtifact | None) -> None:
        """Let the newest promotion's artifact answer, if it does not do so already."""
        if newest == self._serving:
            return
        if newest is None:
            raise _UnusableError("promotions_gone", "the store does not know of any promotion any more")
        try:
            self._take(newest)
        except _UnusableError:
            if self._serving is None and not self._went_back:
                self._go_back(newest)
            raise

    def _go_back(self, promotion: PromotedArtifact) -> None:
        """In a worker that has just started: let that answer which older workers still have."""
        before = peek.earlier(self._url, promotion.number)
        for _ in range(MOST_STEPS_BACK):
            if before is None:
                break
            try:
                self._take(before)
                break
            except _UnusableError:
                before = peek.earlier(self._url, before.number)
        self._went_back = True

    def _take(self, promotion: PromotedArtifact) -> None:
        began = time.perf_counter()
        self._champion.swap(self._made(promotion))
        self._serving = promotion
        fields = {
            "artifact": promotion.artifact,
            "promotion": promotion.number,
            "worker": os.getpid(),
            "ms": round((time.perf_counter() - began) * 1000, 1),
        }
        _LOG.info("live", extra={"fields": fields})

    def _made(self, promotion: PromotedArtifact) -> Champion:
        """The artifact of a promotion, ready to answer.

        Raises:
            _UnusableError: it is not there, or it cannot be used.
        """
        knowledge, since = self._champion.knowledge, peek.moment(self._url, promotion.number)
        if promotion.artifact in SHIPPED:
            return Champion.of(knowledge, self._shipped(promotion.artifact), since).warmed()
        text = peek.content(self._url, promotion.artifact)
        if text is None:
            raise _UnusableError("artifact_missing", f"artifact '{promotion.artifact}' is not in the store")
        # What could not be used a moment ago is not worth the work again, until somebody mends it.
        if self._refused and self._refused[0] == text:
            raise self._refused[1]
        try:
            return Champion.of(knowledge, stored_artifact(text, promotion.artifact), since).warmed()
        except Exception as error:  # what others made can be wrong in more ways than anybody foresees
            known = isinstance(error, ArtifactError)
            detail = str(error) if known else f"the artifact cannot be used: {type(error).__name__}"
            self._refused = text, _UnusableError("artifact_unusable", detail)
            raise self._refused[1] from error

    def _shipped(self, name: str) -> Artifact:
        try:
            return shipped_artifact(name, self._champion.knowledge)
        except ArtifactError as error:
            raise _UnusableError("artifact_unusable", str(error)) from error

    def _stand(self, standing: WatchStatus, error: Exception | None) -> None:
        """Keep how the look went, and tell the log when that is something new."""
        if standing != self.standing and (standing.reason or self.standing.reason):
            fields = {"promoted": standing.promoted, "reason": standing.reason, "detail": standing.detail}
            level = logging.WARNING if standing.reason else logging.INFO
            message = "not live" if standing.reason else "all well again"
            _LOG.log(level, message, exc_info=error, extra={"fields": {**fields, "worker": os.getpid()}})
        self.standing = standing

    def _start_in_child(self) -> None:
        self._looking.release()
        self._start_thread()

    def _start_thread(self) -> None:
        threading.Thread(target=self._go_on, name="watch", daemon=True).start()

    def _go_on(self) -> None:
        while True:
            self.look()
            time.sleep(EVERY)
