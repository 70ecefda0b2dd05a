"""The command `serve`: starts the service under gunicorn with settings that suit it."""

from __future__ import annotations

import errno
import os
import socket
import sys
import tempfile
from pathlib import Path

import click

from model.cli.options import KNOWLEDGE_VARIABLE, CommandError, knowledge_in, knowledge_option
from model.cli.translations import terminal_language, translation
from model.errors import KnowledgeError, Phrase, SettingsError, StoreError, reason
from model.knowledge.loader import load_knowledge
from model.scoring.starter import first_artifact
from model.storage.location import DATA
from model.storage.starting import make_ready
from service.forms.mapping_file import read_mappings
from service.server.gunicorn_settings import ENVIRONMENT, MULTIPROC_DIR, OWN_MULTIPROC_DIR
from service.settings import THREADS, Settings, unknown_variables

MOST_WORKERS = 4
"""More workers than this are only started when asked for: one answers thousands of requests a second."""


@click.command()
@click.option("--host", default="127.0.0.1", envvar="PLATFORM_FIT_HOST", show_envvar=True, show_default=True,
              help="Address to listen on; 0.0.0.0 is every network of this machine.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65535), default=8000, envvar="PLATFORM_FIT_PORT", show_envvar=True,
              show_default=True, help="Port to listen on; 0 takes a free one.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), default=lambda: _workers(), envvar="PLATFORM_FIT_WORKERS",
              show_envvar=True, show_default=f"one per core, at most {MOST_WORKERS}",
              help="Processes that answer requests.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1), default=4, envvar="PLATFORM_FIT_THREADS", show_envvar=True,
              show_default=True, help="Requests that one worker can have in hand.")  # fmt: skip
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), envvar="PLATFORM_FIT_DATA", show_envvar=True,
              help="Folder that keeps what the service stores.")  # fmt: skip
@knowledge_option
def serve(host: str, port: int, workers: int, threads: int, data: Path | None, folder: Path | None) -> None:
    """Start the service: the API and, in a browser, the pages.

    Other settings are environment variables; the README lists them. Stops on Ctrl+C or SIGTERM, after it has
    answered the requests it has in hand.
    """
    _check_address(host, port)
    if data is not None:
        os.environ[DATA] = str(data.absolute())
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        raise click.UsageError(Phrase("{0}.", error)) from None
    for sentence in unknown_variables(os.environ):
        _warn(Phrase("Warning: {0}", sentence))
    if folder is not None:
        first_artifact(knowledge_in(folder))  # says what is wrong here and now, and not as a worker that does not start
        os.environ[KNOWLEDGE_VARIABLE] = str(folder.absolute())
    if settings.forms is not None:
        _check_forms(settings.forms, folder or settings.knowledge)
    _check_store(settings.database_url)
    if workers > 1 or os.environ.get(MULTIPROC_DIR):
        _make_folder_for_counts()
    os.environ[THREADS] = str(threads)  # the store needs to know how many may wait for it
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    # In place of this process, so that signals reach gunicorn and nothing of the command line stays in memory.
    os.execv(
        sys.executable,
        [
            sys.executable, "-m", "gunicorn", "--config", "python:service.server.gunicorn_settings", "--bind", bind,
            "--workers", str(workers), "--threads", str(threads), "service.server.wsgi:app",
        ],
    )  # fmt: skip


def _check_forms(folder: Path, knowledge: Path) -> None:
    """Say what is wrong with form mappings here and now."""
    try:
        read_mappings(folder, load_knowledge(knowledge))
    except KnowledgeError as error:
        raise CommandError(Phrase("the form mappings cannot be used:\n{0}", error)) from None


def _check_store(url: str) -> None:
    """Make the store ready; when that fails it is told, and not more than that: advice works without a store."""
    try:
        make_ready(url)
    except StoreError as error:
        _warn(Phrase("Warning: {0}. There is advice, but records cannot be used.", error))
        if error.__cause__ is not None:
            # What the driver says, without what SQLAlchemy adds to it.
            click.echo(getattr(error.__cause__, "orig", error.__cause__), err=True)


def _warn(words: Phrase) -> None:
    click.echo(translation(words, terminal_language(os.environ)), err=True)


def _make_folder_for_counts() -> None:
    """See to it that workers can add up their counts."""
    try:
        if given := os.environ.get(MULTIPROC_DIR):
            Path(given).mkdir(parents=True, exist_ok=True)
        else:
            os.environ[MULTIPROC_DIR] = os.environ[OWN_MULTIPROC_DIR] = tempfile.mkdtemp(prefix="platform-fit-")
    except OSError as error:
        raise CommandError(
            Phrase("{0} must be a folder that can be written: {1}.", MULTIPROC_DIR, reason(error))
        ) from None


def _workers() -> int:
    return min(len(os.sched_getaffinity(0)), MOST_WORKERS)


def _check_address(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on.

    Raises:
        click.BadParameter: it is taken, not allowed, or not an address of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
    except socket.gaierror:
        raise click.BadParameter(
            Phrase("'{0}' is not an address of this machine.", host), param_hint="--host"
        ) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise click.BadParameter(
                Phrase("{0} is in use already. Choose another one.", port), param_hint="--port"
            ) from None
        if error.errno == errno.EACCES:
            raise click.BadParameter(
                Phrase("You may not use port {0}. Choose one from 1024 up.", port), param_hint="--port"
            ) from None
        raise click.BadParameter(
            Phrase("'{0}' is not an address of this machine.", host), param_hint="--host"
        ) from None
