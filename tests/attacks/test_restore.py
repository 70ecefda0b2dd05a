"""A backup made under load is put back whole; a file that was replaced under a service takes no records."""

from __future__ import annotations

import http.client
import json
import shutil
import stat
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from model.cli.main import main
from model.errors import StoreError
from model.storage.backup import back_up, check, restore
from model.storage.engine import Store
from model.storage.keys import Keys
from model.storage.location import DATABASE_URL
from model.storage.migrations import HEAD
from model.storage.outcomes import keep, prepare
from model.storage.peek import revision
from model.storage.secrets import kept_secret
from service.runtime.lazy_store import LazyStore
from service.runtime.private_links import PrivateLinks
from service.terminal.store_commands import links
from service.terminal.store_commands import store as store_command
from tests.databases import earlier_store
from tests.drills import size
from tests.records import ORIGIN, raw
from tests.service.crowd import asked
from tests.service.servers import Server, serve, stop_server

RECORDS = size(short=300, full=8000)


def fill(store, maker, knowledge, first, count):
    made = [maker.gate.load(raw(community=f"c{first + each}"), ORIGIN) for each in range(count)]
    with store.writing() as connection:
        keep(connection, [prepare(each, knowledge.questionnaire) for each in made])


def test_a_backup_under_load_is_put_back_whole(database_url, store, maker, knowledge, tmp_path):
    Keys(store).create("form", ["outcomes:write"])
    fill(store, maker, knowledge, 0, RECORDS)
    stop = threading.Event()

    def go_on():
        number = RECORDS
        while not stop.is_set():
            fill(store, maker, knowledge, number, 5)
            number += 5

    writer = threading.Thread(target=go_on)
    writer.start()
    try:
        counts = back_up(database_url, tmp_path / "copy.db")
    finally:
        stop.set()
        writer.join()
    assert counts["outcomes"] >= RECORDS
    assert counts["outcomes"] % 5 == 0  # no transaction is in it by half
    assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600
    fill(store, maker, knowledge, 1_000_000, 50)
    store.close()
    assert restore(tmp_path / "copy.db", database_url) == counts
    assert check(database_url) == counts
    # New rows come after those that were put back.
    opened = Store.open(database_url)
    fill(opened, maker, knowledge, 2_000_000, 3)
    opened.close()
    assert check(database_url)["outcomes"] == counts["outcomes"] + 3


def test_what_is_no_whole_backup_is_not_put_back(database_url, store, tmp_path):
    store.close()
    (tmp_path / "text.db").write_text("no database" * 500)
    copy = tmp_path / "copy.db"
    back_up(database_url, copy)
    with pytest.raises(StoreError, match="already"):
        back_up(database_url, copy)
    half = tmp_path / "half.db"
    half.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    before = check(database_url)
    for wrong in (half, tmp_path / "text.db"):
        with pytest.raises(StoreError, match="damaged"):
            restore(wrong, database_url)
    assert check(database_url) == before


def post(server: Server, token: str, number: int) -> int:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/outcomes", json.dumps(raw(community=f"n{number}", start="2025-01-06")), headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def replaced(file: Path, copy: Path) -> None:
    shutil.copyfile(copy, file)


def removed(file: Path, copy: Path) -> None:
    shutil.rmtree(file.parent)


@pytest.mark.parametrize("fault", [replaced, removed])
def test_no_record_is_acknowledged_that_goes_nowhere(fault, tmp_path, maker, knowledge):
    folder = tmp_path / "data"
    folder.mkdir()
    url, copy = f"sqlite:///{folder / 'platform-fit.db'}", tmp_path / "copy.db"
    opened = Store.open(url)
    token = Keys(opened).create("form", ["outcomes:write"])[1]
    back_up(url, copy)
    fill(opened, maker, knowledge, 0, 3000)
    opened.close()
    server = serve(tmp_path, workers=1, PLATFORM_FIT_DATABASE_URL=url)
    try:
        assert post(server, token, 1) == 201
        with pytest.raises(StoreError, match="stop it first"):
            restore(copy, url)
        fault(folder / "platform-fit.db", copy)
        assert [post(server, token, number) for number in (2, 3, 4)] == [503] * 3
        told = asked(server, "/readyz")
        assert (told["status"], told["reason"]) == ("degraded", "store_replaced")
    finally:
        stop_server(server)


def test_nobody_else_reads_the_file(tmp_path):
    tmp_path.chmod(0o755)
    file = tmp_path / "platform-fit.db"
    file.touch(0o644)
    opened = Store.open(f"sqlite:///{file}")
    Keys(opened).create("form", ["outcomes:write"])
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    opened.close()
    assert set(modes.values()) == {0o600}, modes


def test_the_commands_say_what_they_did(tmp_path, monkeypatch):
    monkeypatch.setenv(DATABASE_URL, f"sqlite:///{tmp_path / 'platform-fit.db'}")
    run = CliRunner().invoke
    missing = run(store_command, ["check"])
    assert (missing.exit_code, "there is no store" in missing.output) == (1, True)
    Store.open(f"sqlite:///{tmp_path / 'platform-fit.db'}").close()
    made = run(store_command, ["backup", str(tmp_path / "copy.db")])
    assert (made.exit_code, "0 rows of outcome records" in made.output) == (0, True)
    assert run(store_command, ["restore", str(tmp_path / "copy.db"), "--yes"]).exit_code == 0
    assert "All of it can be read" in run(store_command, ["check"]).output


def test_only_a_command_that_says_so_changes_a_store_of_an_earlier_version(database_url, maker, tmp_path, monkeypatch):
    """Looking, copying and the commands of data staff leave it as it is; what is put back is brought up to date."""
    monkeypatch.setenv(DATABASE_URL, database_url)
    earlier_store(database_url, "0003", maker.prepared(id="old").row)
    run = CliRunner().invoke
    looked = run(store_command, ["check"])
    assert (looked.exit_code, "All of it can be read: 1 rows of outcome records" in looked.output) == (0, True)
    assert "`platform-fit store upgrade`" in looked.output
    for command in (["models", "list"], ["keys", "list"], ["outcomes", "list"]):
        refused = run(main, command)
        assert (refused.exit_code, "`platform-fit store upgrade`" in refused.output) == (1, True), refused.output
    copied = run(store_command, ["backup", str(tmp_path / "copy.db")])
    assert copied.exit_code == (0 if database_url.startswith("sqlite") else 1), copied.output
    assert revision(database_url) == "0003"
    assert "is up to date." in run(store_command, ["upgrade", "--yes"]).output
    assert "was up to date already" in run(store_command, ["upgrade", "--yes"]).output
    assert (revision(database_url), check(database_url)["outcomes"]) == (HEAD, 1)
    if copied.exit_code == 0:
        restore(tmp_path / "copy.db", database_url)
        assert (revision(database_url), check(database_url)["outcomes"]) == (HEAD, 1)
        assert revision(f"sqlite:///{tmp_path / 'copy.db'}") == "0003"


def test_the_secret_of_the_store_can_be_retired(database_url, store, monkeypatch):
    monkeypatch.setenv(DATABASE_URL, database_url)
    monkeypatch.setattr("service.runtime.private_links.LOOKED_UP_EVERY", -1.0)
    lazy = LazyStore(database_url, 4)
    link = PrivateLinks((), lazy).make("A" * 20)
    own = PrivateLinks(("a" * 16,), lazy)
    assert own.read(link) is not None
    value = kept_secret(store, "report-back")
    assert CliRunner().invoke(links, ["retire", "--yes"]).exit_code == 0
    assert own.read(link) is None
    assert own.read(own.make("A" * 20)) is not None
    assert PrivateLinks((), lazy).read(link) is None
    assert kept_secret(store, "report-back") != value
    lazy.get().close()
