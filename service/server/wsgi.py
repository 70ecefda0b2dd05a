"""The entry for gunicorn: `gunicorn -c python:service.server.gunicorn_settings service.server.wsgi:app`."""

from __future__ import annotations

from model.storage.serving import announce
from service.app import create_app
from service.components import EXTENSION
from service.http.telemetry import log_to

log_to()
app = create_app()
app.extensions[EXTENSION].watch.start()
serving = announce(app.extensions[EXTENSION].settings.database_url)  # kept open as long as this process lives
