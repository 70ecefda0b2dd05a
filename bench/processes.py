"""Servers to measure: started here on a free port of this machine, looked at through /proc, stopped here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, perf_counter, sleep

from bench.client import Connection
from service.server.gunicorn_settings import ENVIRONMENT

ROOT = Path(__file__).resolve().parent.parent
COMPILED = Path(tempfile.gettempdir(), "platform-fit-bench-compiled")
"""Where Python keeps what it compiled for these servers."""
PATIENCE = 60.0
"""Seconds a server may take to listen."""
_ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)")
_TICKS = os.sysconf("SC_CLK_TCK")


class ServerError(RuntimeError):
    """A server did not start, with what it said last."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Attributes:
        process: what was started here.
        port: where it listens on 127.0.0.1, by its own word.
        worker: process id of the one process that answers.
        ready_after: seconds from the start to the first answer.
    """

    process: int
    port: int
    worker: int
    ready_after: float

    def cpu_seconds(self) -> float:
        """Processor time of the worker so far, in its own code and in the kernel for it."""
        return _cpu_seconds(self.worker)

    def cpu_seconds_of_all(self) -> float:
        """The same with the process that started the worker, if there is one."""
        return sum(map(_cpu_seconds, {self.process, self.worker}))

    def memory(self) -> tuple[float, float]:
        """Resident memory of the worker in MB: all of it, and with shared pages counted by share (RSS, PSS)."""
        text = Path(f"/proc/{self.worker}/smaps_rollup").read_text(encoding="utf-8")
        sizes = {name: int(size) for name, size in re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE)}
        return sizes["Rss"] * 1024 / 1e6, sizes["Pss"] * 1024 / 1e6


@contextmanager
def gunicorn(app: str, probe: str) -> Iterator[Server]:
    """One worker with the settings that the service runs with; `probe` is a path that answers 200."""
    settings = "service.server.gunicorn_settings" if app.startswith("service.") else "bench.peers.settings"
    command = ["gunicorn", "--config", f"python:{settings}", "--bind", "127.0.0.1:0", "--workers", "1"]
    with _started([*command, "--threads", "4", app], probe, forks=True) as server:
        yield server


@contextmanager
def uvicorn(app: str, probe: str) -> Iterator[Server]:
    """One process of uvicorn, without a line in a log per request."""
    command = ["uvicorn", "--host", "127.0.0.1", "--port", "0", "--no-access-log", app]
    with _started(command, probe, forks=False) as server:
        yield server


@contextmanager
def _started(command: Sequence[str], probe: str, forks: bool) -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="platform-fit-bench-") as folder:
        log = Path(folder, "log")
        began = perf_counter()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            port = _port(process, log)
            _first_answer(process, port, probe, log)
            ready_after = perf_counter() - began
            worker = _only_child(process.pid) if forks else process.pid
            yield Server(process.pid, port, worker, ready_after)
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _environment(folder: str) -> Mapping[str, str]:
    left_out = ("PLATFORM_FIT_", "PROMETHEUS_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    return {
        **ENVIRONMENT,
        **kept,
        "PLATFORM_FIT_DATA": folder,
        "PYTHONUNBUFFERED": "1",
        # What is installed has been compiled, so it must not be compiled again at every start.
        "PYTHONPYCACHEPREFIX": str(COMPILED),
        # One thread for linear algebra is the quickest for matrices this small, also for the peers.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port that the server says it listens on; nothing else can have it."""
    until = monotonic() + PATIENCE
    while monotonic() < until and process.poll() is None:
        if found := _ADDRESS.search(log.read_text(encoding="utf-8")):
            return int(found[1])
        sleep(0.002)
    raise ServerError(_last_words(log))


def _first_answer(process: subprocess.Popen[bytes], port: int, probe: str, log: Path) -> None:
    """Wait for a first 200."""
    until = monotonic() + PATIENCE
    while monotonic() < until and process.poll() is None:
        try:
            with Connection(port) as connection:
                if connection.ask(f"GET {probe} HTTP/1.1\r\nHost: bench\r\n\r\n".encode())[0] == 200:
                    return
        except OSError:
            pass
        sleep(0.002)
    raise ServerError(_last_words(log))


def _cpu_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _only_child(process: int) -> int:
    (child,) = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="utf-8").split()
    return int(child)


def _last_words(log: Path) -> str:
    return "the server did not start; it said:\n" + log.read_text(encoding="utf-8", errors="replace")[-2000:]
