"""Patience: a connection to PostgreSQL that does not wait longer for the server than it was told.

The server has limits of its own, but a server that was stopped, a frozen machine or a proxy that passes nothing on
keeps none of them. Then the connection is closed from here.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import errors

_MARGIN = 1.0
"""Seconds after which the server should have ended a query by itself."""


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed when an answer takes too long.

    Attributes:
        patience: seconds for one answer of the server; None while it is being made.
    """

    patience: float | None = None

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server.

        Raises:
            psycopg.OperationalError: it took too long; the connection is closed.
        """
        try:
            return super().wait(gen, interval, self.patience if timeout is None else timeout)
        except errors._WaitTimeout:
            self.close()
            raise psycopg.OperationalError(f"the server did not answer in {self.patience:g} seconds") from None


def connect(seconds: float, *args: Any, **more: Any) -> PatientConnection:
    """A connection of which neither the making nor any answer takes longer than this.

    Raises:
        psycopg.OperationalError: the server is out of reach.
    """
    connection = PatientConnection.connect(*args, **{**more, "connect_timeout": max(2, round(seconds))})
    connection.patience = seconds + _MARGIN
    milliseconds = f"{int(seconds * 1000)}ms"
    # Set here and not in the address: poolers such as pgbouncer refuse options there.
    connection.execute(
        "SELECT set_config('statement_timeout', %s, false), set_config('lock_timeout', %s, false)",
        (milliseconds, milliseconds),
    )
    connection.commit()
    return connection
