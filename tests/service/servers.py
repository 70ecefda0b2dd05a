"""Real servers for tests: gunicorn on a free port, started and stopped."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
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
    bound = ["service.server.wsgi:app", "--bind", "127.0.0.1:0", "--workers", str(workers)]
    how = ["--worker-class", "gthread", "--threads", "4", "--no-control-socket"]
    return _started([sys.executable, "-m", "gunicorn", *bound, *how], "Listening at: ", folder, environment)


def serve(folder: Path, workers: int, **environment: str) -> Server:
    """Start `platform-fit serve` on a free port, as a person does, and wait until a worker answers."""
    command = [sys.executable, "-c", "from model.cli.main import main; main()", "serve", "--port", "0", "--workers"]
    return _started([*command, str(workers)], "listens on ", folder, environment)


def _started(command: list[str], announced: str, folder: Path, environment: Mapping[str, str]) -> Server:
    log = folder / "server.log"
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            env={**os.environ, "PLATFORM_FIT_DATA": str(folder), **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    try:
        return Server(_url_when_ready(process, log, announced), process, log, time.monotonic() - began)
    except BaseException:
        process.kill()
        process.wait()
        raise


def _url_when_ready(process: subprocess.Popen[str], log: Path, announced: str) -> str:
    for _ in range(2000):
        found = re.search(announced + r"(http://127\.0\.0\.1:\d+)", log.read_text())
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
