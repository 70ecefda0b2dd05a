"""Knowledge of one's own that would take all memory, all time or the process itself is refused in one sentence."""

from __future__ import annotations

import resource
import shutil
import signal
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from model.errors import KnowledgeError
from model.knowledge.loader import PACKAGED
from model.knowledge.yaml_lines import read_document
from tests.service.crowd import asked
from tests.service.servers import Server, serve, stop_server

BOMB = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "too much"),
        ("[" * 50_000, "nested too deeply"),
        ("{a: " * 50_000, "nested too deeply"),
        ("- " * 50_000 + "a", "nested too deeply"),
        ("".join(f"{' ' * depth}a:\n" for depth in range(3000)), "nested too deeply"),
    ],
    ids=["aliases", "lists", "mappings", "dashes", "lines"],
)
def test_a_bomb_is_refused_in_a_sentence(text, words):
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    with pytest.raises(KnowledgeError, match=words):
        read_document("bomb.yaml", text)
    assert time.monotonic() - began < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_a_very_long_number_is_text_that_no_field_takes():
    assert read_document("a.yaml", f"a: {'9' * 5000}").data == {"a": "9" * 5000}


def test_aliases_that_hold_little_are_allowed():
    assert read_document("a.yaml", "a: &a [1, 2]\nb: *a\n").data == {"a": [1, 2], "b": [1, 2]}


def test_a_reload_with_a_broken_file_keeps_the_service_and_one_with_right_files_takes_them(tmp_path):
    folder, forms = tmp_path / "knowledge", tmp_path / "forms"
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "messages"))
    forms.mkdir()
    server = serve(tmp_path, workers=1, PLATFORM_FIT_KNOWLEDGE=str(folder), PLATFORM_FIT_FORMS=str(forms))
    channels, mapping = folder / "channels.yaml", forms / "intake.yaml"
    right = channels.read_text()
    try:
        channels.write_text("channels: [")
        refused = reloaded(server, "not reloaded")
        assert "channels.yaml:2" in refused
        channels.write_text(right)
        mapping.write_text("fields: {nonsense: x}\n")
        assert "intake.yaml:1: fields.nonsense" in reloaded(server, "not reloaded")
        assert asked(server, "/livez") == {"status": "alive"}
        mapping.write_text("extends: html-form\n")
        server.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 30
        while status_of(server, "/v1/forms/intake") == 404:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert server.process.poll() is None
    finally:
        stop_server(server)


def reloaded(server: Server, words: str) -> str:
    """The line that the log gets with these words after a reload."""
    before = server.log.read_text().count(words)
    server.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 30
    while server.log.read_text().count(words) == before:
        assert time.monotonic() < until
        time.sleep(0.1)
    return next(line for line in reversed(server.log.read_text().splitlines()) if words in line)


def status_of(server: Server, path: str) -> int:
    try:
        with urlopen(Request(server.url + path, b"", method="POST"), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        error.close()
        return int(error.code)
    except URLError:
        return 404  # between two workers
