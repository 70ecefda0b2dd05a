"""The settings of the service for an application that is not the service, and so does not read its code."""

from __future__ import annotations

from service.server.gunicorn_settings import (
    accesslog,
    control_socket_disable,
    graceful_timeout,
    keepalive,
    loglevel,
    post_fork,
    post_worker_init,
    timeout,
    when_ready,
    worker_class,
    worker_tmp_dir,
)

__all__ = [
    "accesslog",
    "control_socket_disable",
    "graceful_timeout",
    "keepalive",
    "loglevel",
    "post_fork",
    "post_worker_init",
    "timeout",
    "when_ready",
    "worker_class",
    "worker_tmp_dir",
]
