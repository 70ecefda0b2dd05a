"""The lay-out of the store, step by step; `versions` holds one file for each step."""

from model.errors import Phrase

HEAD = "0004"
"""The newest step; a store that is there already costs one query and no Alembic."""

EARLIER = Phrase(
    "the store was made by an earlier version of platform-fit; a start of `serve` brings it up to date, or"
    " `platform-fit store upgrade` (make a backup first)"
)
"""What is said where nothing may change the lay-out."""
