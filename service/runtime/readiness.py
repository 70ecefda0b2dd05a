"""Readiness: whether all is well with what a worker lives on, for whoever watches it.

A worker that cannot see its store goes on answering with what it has, so each of these is a warning and no reason to
restart it.
"""

from __future__ import annotations

import shutil
from typing import Any

from model.storage.file_identity import CHANGED
from model.storage.guard import READING, WRITING
from model.storage.location import file_of
from service.runtime.lazy_store import LazyStore
from service.runtime.watcher import PromotionWatcher, WatchStatus
from service.settings import VERSION

STORE_REPLACED, LOOK_OVERDUE, WRITES_FAIL, READS_FAIL, DISK_FULL = (
    "store_replaced", "look_overdue", "writes_fail", "reads_fail", "disk_full"
)  # fmt: skip
STORE_REASONS = (STORE_REPLACED, LOOK_OVERDUE, WRITES_FAIL, READS_FAIL, DISK_FULL)
"""Why a worker is degraded that answers with the right artifact, the most serious first."""
OVERDUE = 10.0
"""Seconds after which a look at the store is old; there is one every 2 seconds."""
REMEMBERED = 300.0
"""Seconds for which a request that failed is told, when nobody tried another one."""
LEAST_FREE = 8 * 1024 * 1024
"""Bytes that the disk of a store in a file needs; its log alone takes four megabytes."""


def readiness(watch: PromotionWatcher, store: LazyStore) -> dict[str, Any]:
    """What is known of the artifact and the store, the most serious reason first."""
    standing, failure = watch.standing, store.guard.failures.get(WRITING)
    if standing.reason is None:
        standing = _store_trouble(watch, store) or standing
    return {
        "version": VERSION,
        "status": "degraded" if standing.reason else "ready",
        "promoted": standing.promoted,
        "reason": standing.reason,
        "detail": standing.detail,
        "outcomes": watch.records.state,
        "lookAge": None if watch.look_age is None else round(watch.look_age, 1),
        "failedWriteAge": None if failure is None else round(failure.age, 1),
    }


def _store_trouble(watch: PromotionWatcher, store: LazyStore) -> WatchStatus | None:
    promoted = watch.standing.promoted
    if store.identity and store.identity.lost:
        return WatchStatus(promoted, STORE_REPLACED, str(CHANGED))
    if watch.look_age is not None and watch.look_age > OVERDUE:
        return WatchStatus(promoted, LOOK_OVERDUE, f"the store was last looked at {watch.look_age:.0f} seconds ago")
    for purpose, reason in ((WRITING, WRITES_FAIL), (READING, READS_FAIL)):
        failure = store.guard.failures.get(purpose)
        if failure and failure.age < REMEMBERED:
            return WatchStatus(promoted, reason, f"{failure.reason} ({failure.age:.0f} seconds ago)")
    file = file_of(store.url)
    if file and file.exists() and (free := shutil.disk_usage(file.parent).free) < LEAST_FREE:
        return WatchStatus(promoted, DISK_FULL, f"the disk of the store has {free // 1024} kB left")
    return None
