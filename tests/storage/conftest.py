"""An open store on each database, and records to put in it."""

from __future__ import annotations

from tests.databases import database_url, store
from tests.records import maker

__all__ = ["database_url", "maker", "store"]
