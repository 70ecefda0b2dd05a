"""The lay-out of the store, step by step; `versions` holds one file for each step."""

HEAD = "0004"
"""The newest step; a store that is there already costs one query and no Alembic."""
