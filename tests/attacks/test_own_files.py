"""Knowledge of one's own that would take all memory, all time or the process itself is refused in one sentence."""

from __future__ import annotations

import resource
import shutil
import signal
import time

import pytest

from model.errors import KnowledgeError
from model.knowledge.loader import PACKAGED
from model.knowledge.yaml_lines import read_document
from tests.service.crowd import asked
from tests.service.servers import serve, stop_server

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


def test_a_reload_with_broken_knowledge_keeps_the_service(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(PACKAGED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "messages"))
    server = serve(tmp_path, workers=1, PLATFORM_FIT_KNOWLEDGE=str(folder))
    try:
        channels = folder / "channels.yaml"
        right = channels.read_text()
        channels.write_text("channels: [")
        server.process.send_signal(signal.SIGHUP)
        until = time.monotonic() + 20
        while "not reloaded" not in server.log.read_text():
            assert time.monotonic() < until
            time.sleep(0.1)
        assert asked(server, "/livez") == {"status": "alive"}
        assert server.process.poll() is None
        channels.write_text(right)
    finally:
        stop_server(server)
