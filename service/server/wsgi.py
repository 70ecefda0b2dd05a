"""The entry for gunicorn: `gunicorn -c python:service.server.gunicorn_settings service.server.wsgi:app`."""

from __future__ import annotations

from model.storage.serving import announce
from service.app import create_app
from service.components import EXTENSION
from service.http.telemetry import log_to
from service.settings import Settings

settings = Settings.from_environment()
log_to(level=settings.log_level)
app = create_app(settings)
app.extensions[EXTENSION].watch.start()
serving = announce(settings.database_url)  # kept open as long as this process lives
