"""The tables of the store, and the view that learning reads."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

RowNumber = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""SQLite counts by itself only in a column that it knows as INTEGER."""


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the time zone, so it is put back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("row", RowNumber, primary_key=True),
    sa.Column("record", sa.String(100), nullable=False, comment="the id that senders know"),
    sa.Column("revision", sa.Integer, nullable=False, comment="1, and one more for each correction"),
    sa.Column("community", sa.String(100), nullable=False, index=True),
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
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False, comment="SHA-256 of what happened"),
    sa.Column(
        "consent", sa.Boolean, nullable=False, server_default=sa.false(), comment="whether others like it may see it"
    ),
    sa.Column("approved", sa.Boolean, comment="null until somebody looked"),
    # Two corrections of one revision cannot both succeed: this is what makes superseding safe.
    sa.UniqueConstraint("record", "revision"),
    sa.CheckConstraint("revision >= 1", name="revision"),
    sa.CheckConstraint("invited >= 1 AND active >= 0 AND active <= invited", name="counts"),
    sqlite_autoincrement=True,
)


current_outcomes = sa.Table(
    "current_outcomes",
    sa.MetaData(),
    *(sa.Column(column.name, column.type) for column in outcomes.columns),
)
"""Records that no correction has superseded: the view to read and to learn from."""

reviews = sa.Table(
    "reviews",
    metadata,
    sa.Column("number", RowNumber, primary_key=True),
    sa.Column("record", sa.String(100), nullable=False, index=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("approved", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

answered = sa.Table(
    "answered",
    metadata,
    sa.Column("request", RowNumber, primary_key=True),
    sa.Column("client", sa.String(40), nullable=False, comment="id of the API key"),
    sa.Column("key", sa.String(255), nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False, comment="SHA-256 of the request"),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("client", "key"),
    sqlite_autoincrement=True,
)

answered_communities = sa.Table(
    "answered_communities",
    metadata,
    sa.Column("request", RowNumber, sa.ForeignKey("answered.request", ondelete="CASCADE"), primary_key=True),
    sa.Column("community", sa.String(100), primary_key=True, index=True),
)

keys = sa.Table(
    "keys",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(100), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False, comment="SHA-256 of the secret, which has 256 random bits"),
    sa.Column("scopes", sa.Text, nullable=False, comment="separated by spaces"),
    sa.Column("created", UtcDateTime, nullable=False),
    sa.Column("revoked", UtcDateTime),
    sa.Column("expires", UtcDateTime),
)

secrets = sa.Table(
    "secrets",
    metadata,
    sa.Column("name", sa.String(40), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("created", UtcDateTime, nullable=False),
)

artifacts = sa.Table(
    "artifacts",
    metadata,
    sa.Column("id", sa.String(100), primary_key=True),
    sa.Column("created", UtcDateTime, nullable=False, comment="when it came into the registry"),
    sa.Column("content", sa.Text, nullable=False, comment="the artifact as JSON"),
    sa.Column("checksum", sa.String(64), nullable=False),
    sa.Column("card", sa.Text, nullable=False, comment="JSON"),
    sa.Column("report", sa.Text, comment="HTML"),
)

promotions = sa.Table(
    "promotions",
    metadata,
    sa.Column("number", RowNumber, primary_key=True),
    sa.Column("artifact", sa.String(100), nullable=False, comment="what is live from this moment"),
    sa.Column("kind", sa.String(20), nullable=False, comment="promote, overrule or rollback"),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.CheckConstraint("kind IN ('promote', 'overrule', 'rollback')", name="kind"),
    sqlite_autoincrement=True,
)
