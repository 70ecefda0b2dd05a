"""Real servers for tests: gunicorn on a free port, started and stopped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.request import urlopen


class Server(NamedTuple):
    """A gunicorn that is running."""

    url: str
    process: subprocess.Popen[str]
    log: Path
    seconds_to_ready: float


def start_server(folder: Path, workers: int = 1, **environment: str) -> Server:
    """Start gunicorn on a free port that it chooses itself, and wait until a worker answers."""
    log = folder / "server.log"
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "service.wsgi:app", "--bind", "127.0.0.1:0", "--workers", str(workers),
             "--worker-class", "gthread", "--threads", "4", "--no-control-socket"],
            env={**os.environ, "PLATFORM_FIT_DATA": str(folder), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
    try:
        return Server(_url_when_ready(process, log), process, log, time.monotonic() - began)
    except BaseException:
        process.kill()
        process.wait()
        raise


def _url_when_ready(process: subprocess.Popen[str], log: Path) -> str:
    for _ in range(2000):
        found = re.search(r"Listening at: (http://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            with urlopen(found[1] + "/readyz", timeout=20) as answer:
                assert answer.status == 200
            return found[1]
        if process.poll() is not None:
            break
        time.sleep(0.01)
    raise AssertionError(log.read_text())


def stop_server(server: Server) -> int:
    """Ask it to stop, and give its exit code."""
    server.process.terminate()
    try:
        return server.process.wait(15)
    except subprocess.TimeoutExpired:
        server.process.kill()
        server.process.wait()
        raise
