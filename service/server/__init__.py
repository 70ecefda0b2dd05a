"""The server: gunicorn with its worker, its settings and its log, and the command that starts it."""
