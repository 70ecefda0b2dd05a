"""The first lay-out: outcome records, answers given, keys, artifacts and promotions.

A step is never changed once it has been released, so it repeats the columns instead of importing `tables`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Make the tables and the view."""
    _outcomes()
    _answered()
    op.create_table(
        "keys",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, comment="SHA-256 of the secret, which has 256 random bits"),
        sa.Column("scopes", sa.Text, nullable=False, comment="separated by spaces"),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("revoked", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_keys"),
    )
    op.create_table(
        "artifacts",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("created", _MOMENT, nullable=False, comment="when it came into the registry"),
        sa.Column("content", sa.Text, nullable=False, comment="the artifact as JSON"),
        sa.Column("checksum", sa.String(64), nullable=False),
        sa.Column("card", sa.Text, nullable=False, comment="JSON"),
        sa.Column("report", sa.Text, comment="HTML"),
        sa.PrimaryKeyConstraint("id", name="pk_artifacts"),
    )
    op.create_table(
        "promotions",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("artifact", sa.String(100), nullable=False, comment="what is live from this moment"),
        sa.Column("kind", sa.String(20), nullable=False, comment="promote, overrule or rollback"),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_promotions"),
        sa.CheckConstraint("kind IN ('promote', 'overrule', 'rollback')", name=op.f("ck_promotions_kind")),
        sqlite_autoincrement=True,
    )


def _outcomes() -> None:
    op.create_table(
        "outcomes",
        sa.Column("row", _NUMBER, nullable=False),
        sa.Column("record", sa.String(100), nullable=False, comment="the id that senders know"),
        sa.Column("revision", sa.Integer, nullable=False, comment="1, and one more for each correction"),
        sa.Column("community", sa.String(100), nullable=False),
        sa.Column("profile", sa.Text, nullable=False, comment="known answers as JSON, equal text for equal answers"),
        sa.Column("channel", sa.String(100), nullable=False),
        sa.Column("start", sa.Date, nullable=False),
        sa.Column("invited", sa.Integer, nullable=False),
        sa.Column("active", sa.Integer, nullable=False),
        sa.Column("counted", sa.Boolean, nullable=False, comment="false when only yes or no was told"),
        sa.Column("reason", sa.String(40)),
        sa.Column("note", sa.Text),
        sa.Column("source", sa.String(100), nullable=False),
        sa.Column("recorded_by", sa.String(100), nullable=False),
        sa.Column("recorded_at", _MOMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of what happened"),
        sa.PrimaryKeyConstraint("row", name="pk_outcomes"),
        sa.UniqueConstraint("record", "revision", name="uq_outcomes_record_revision"),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_outcomes_revision")),
        sa.CheckConstraint("invited >= 1 AND active >= 0 AND active <= invited", name=op.f("ck_outcomes_counts")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outcomes_community", "outcomes", ["community"])
    op.execute(
        "CREATE VIEW current_outcomes AS SELECT * FROM outcomes WHERE NOT EXISTS ("
        " SELECT 1 FROM outcomes AS later"
        " WHERE later.record = outcomes.record AND later.revision > outcomes.revision)"
    )


def _answered() -> None:
    op.create_table(
        "answered",
        sa.Column("request", _NUMBER, nullable=False),
        sa.Column("client", sa.String(40), nullable=False, comment="id of the API key"),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False, comment="SHA-256 of the request"),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("request", name="pk_answered"),
        sa.UniqueConstraint("client", "key", name="uq_answered_client_key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "answered_communities",
        sa.Column("request", _NUMBER, nullable=False),
        sa.Column("community", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("request", "community", name="pk_answered_communities"),
        sa.ForeignKeyConstraint(
            ["request"], ["answered.request"], name="fk_answered_communities_request", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_answered_communities_community", "answered_communities", ["community"])
