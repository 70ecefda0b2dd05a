"""The entry for gunicorn: `gunicorn -c python:service.serving service.wsgi:app`."""

from __future__ import annotations

from service.app import create_app
from service.parts import EXTENSION
from service.telemetry import log_to

log_to()
app = create_app()
app.extensions[EXTENSION].watch.start()
