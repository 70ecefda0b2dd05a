"""Server log: what gunicorn has to say of itself, as JSON lines on standard error."""

from __future__ import annotations

from typing import Any

from gunicorn.glogging import Logger

from service.http.telemetry import JsonLines


class ServerLog(Logger):  # type: ignore[misc]  # it has no types
    """The log of gunicorn, of one form with the log of the service.

    Gunicorn's own form names the process, and breaks on every line once `service.http.telemetry.log_to` has told
    logging not to look that up.
    """

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.setFormatter(JsonLines())
