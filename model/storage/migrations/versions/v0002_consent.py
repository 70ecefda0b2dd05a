"""Consent: whether a record may be shown, without its community's name, to other teams. Nobody was asked before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column; existing records get no consent."""
    # A view has the columns that its table had when the view was made.
    op.execute("DROP VIEW current_outcomes")
    op.add_column(
        "outcomes",
        sa.Column(
            "consent",
            sa.Boolean,
            nullable=False,
            server_default=sa.false(),
            comment="whether others like it may see it",
        ),
    )
    op.execute(
        "CREATE VIEW current_outcomes AS SELECT * FROM outcomes WHERE NOT EXISTS ("
        " SELECT 1 FROM outcomes AS later"
        " WHERE later.record = outcomes.record AND later.revision > outcomes.revision)"
    )
