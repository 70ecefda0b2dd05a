"""Reviews: what anybody can tell counts only after data staff looked at it; and keys may have an end."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the log; what was told with private links so far waits for data staff."""
    # A view has the columns that its table had when the view was made.
    op.execute("DROP VIEW current_outcomes")
    op.add_column("outcomes", sa.Column("approved", sa.Boolean, comment="null until somebody looked"))
    outcomes = sa.table("outcomes", sa.column("approved", sa.Boolean), sa.column("source", sa.String))
    op.execute(outcomes.update().where(outcomes.c.source != "report-back").values(approved=sa.true()))
    op.execute(
        "CREATE VIEW current_outcomes AS SELECT * FROM outcomes WHERE NOT EXISTS ("
        " SELECT 1 FROM outcomes AS later"
        " WHERE later.record = outcomes.record AND later.revision > outcomes.revision)"
    )
    op.create_table(
        "reviews",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("record", sa.String(100), nullable=False, index=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("approved", sa.Boolean, nullable=False),
        sa.Column("by", sa.String(100), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_reviews"),
        sqlite_autoincrement=True,
    )
    op.add_column("keys", sa.Column("expires", sa.DateTime(timezone=True)))
