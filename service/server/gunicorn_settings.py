"""Settings for gunicorn, and what it says and tidies up.

Gunicorn reads them itself: `-c python:service.server.gunicorn_settings`.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

MULTIPROC_DIR = "PROMETHEUS_MULTIPROC_DIR"
OWN_MULTIPROC_DIR = "PLATFORM_FIT_OWN_MULTIPROC_DIR"
"""Set by `platform-fit serve` when it made the folder for counts itself, so that it goes away with the server."""

ENVIRONMENT = {"MALLOC_ARENA_MAX": "1"}
"""What a process must be started with: its threads take turns anyway, so pools of memory for each are only waste."""

# A thread for each whole request: clients that are slow to send or to read keep none of them.
worker_class = "service.server.worker.Worker"
# A recommendation takes less than a millisecond and a full batch about a second.
timeout = 30
# Shorter than the 10 seconds that container engines give between "please stop" and "stop".
graceful_timeout = 8
# Reverse proxies keep connections open for reuse; closing first would make their next request fail now and then.
keepalive = 75
# Heartbeats on disk can stall a worker; this folder is memory on Linux.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None
# It would open a socket under $HOME, which the service has no use for and a container may not have.
control_socket_disable = True
# The service writes its own access log, one JSON object a line.
accesslog = None
loglevel = "warning"
# Everything that is sent goes through the worker's own buffers.
sendfile = False
# No client may tell the application under which path it lives; the environment variable SCRIPT_NAME can.
forwarder_headers = ""
logger_class = "service.server.server_log.ServerLog"


def on_starting(server: Any) -> None:
    """Read the code once, before there are workers: they share what was read.

    Raises:
        SystemExit: a setting asks for what the worker cannot do.
    """
    if server.cfg.is_ssl or server.cfg.protocol != "http":
        print("The service speaks HTTP/1.1 only. Put a proxy in front of it for TLS.", file=sys.stderr)
        raise SystemExit(2)
    from service.http import limits, shared_counts

    limits.shared = shared_counts.SharedCounts()  # all workers count in it

    server.handle_hup = partial(_reload_when_right, server, server.handle_hup)


_TRIAL = """
import sys
from model.errors import PlatformFitError
from service.app import create_app
try:
    create_app()
except PlatformFitError as error:
    sys.exit(str(error))
"""
"""What a worker does when it starts."""
_TRIAL_SECONDS = 60


def _reload_when_right(server: Any, reload: Callable[[], None]) -> None:
    """Start new workers on HUP only if they can start: with broken knowledge or forms those that are there go on.

    It is tried in a process of its own, so that whatever is wrong is found, and nothing of it stays here.
    """
    # Gauges of the trial would count as those of a worker.
    environment = {name: value for name, value in os.environ.items() if name != MULTIPROC_DIR}
    try:
        trial = subprocess.run(
            [sys.executable, "-c", _TRIAL], env=environment, capture_output=True, text=True, timeout=_TRIAL_SECONDS
        )
        trouble = trial.stderr.strip() if trial.returncode else ""
    except subprocess.TimeoutExpired:
        trouble = f"a worker does not start within {_TRIAL_SECONDS} seconds"
    if trouble:
        server.log.error("not reloaded, the service goes on as it was: %s", trouble)
        return
    reload()


def post_fork(server: Any, worker: Any) -> None:
    """Look for no garbage while the application is made: nearly all of it stays, and looking takes 30 ms."""
    gc.disable()


def post_worker_init(worker: Any) -> None:
    """From now on look for garbage, but not among what the application is made of."""
    gc.freeze()
    gc.enable()


def when_ready(server: Any) -> None:
    """Say where the service listens, once it really does."""
    for listener in server.LISTENERS:
        address = listener.sock.getsockname()
        print(
            f"platform-fit listens on {url_of(address[0], address[1])} (Ctrl+C stops it)", file=sys.stderr, flush=True
        )


def child_exit(server: Any, worker: Any) -> None:
    """Let go of the gauges of a worker that stopped; its counts stay in the sums."""
    if os.environ.get(MULTIPROC_DIR):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    """Remove the folder for counts, if `platform-fit serve` made it."""
    if own := os.environ.get(OWN_MULTIPROC_DIR):
        shutil.rmtree(own, ignore_errors=True)


def url_of(host: str, port: int) -> str:
    """An address a browser can open; a server that listens everywhere is also here."""
    if host in ("0.0.0.0", "::"):
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
