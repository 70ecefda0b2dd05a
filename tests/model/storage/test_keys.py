"""Keys: what opens what, and what is kept of a secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from model.errors import StoreError
from model.storage.keys import Key, Keys
from model.storage.tables import keys
from model.storage.tokens import SCOPES, Token


def test_a_token_opens_what_its_key_was_made_for(store):
    key, token = Keys(store).create("Intake form", ["outcomes:write", "outcomes:read"])
    found = Keys(store).find(token)
    assert found == key
    assert found.scopes == {"outcomes:write", "outcomes:read"}


def test_nothing_in_the_store_gives_the_token_away(store):
    _, token = Keys(store).create("form", ["outcomes:write"])
    read = Token.read(token)
    assert read is not None
    with store.reading() as connection:
        assert read.secret not in repr(connection.execute(sa.select(keys)).all())


def test_every_token_is_another(store):
    tokens = {Keys(store).create("form", ["outcomes:write"])[1] for _ in range(5)}
    assert len(tokens) == 5


@pytest.mark.parametrize("spoil", [lambda t: t[:-1] + ("A" if t[-1] != "A" else "B"), lambda t: t[:20], lambda t: "",
                                   lambda t: t + "A", lambda t: t.upper(), lambda t: "pf_000000000000_" + t[-43:],
                                   lambda t: t + "\n", lambda t: "Bearer é"])  # fmt: skip
def test_a_wrong_token_opens_nothing(store, spoil):
    _, token = Keys(store).create("form", ["outcomes:write"])
    assert Keys(store).find(spoil(token)) is None


def test_a_revoked_key_opens_nothing_and_stays_in_the_list(store):
    key, token = Keys(store).create("form", ["outcomes:write"])
    revoked = Keys(store).revoke(key.id).revoked
    assert revoked is not None
    assert Keys(store).find(token) is None
    assert Keys(store).revoke(key.id).revoked == revoked  # the first moment stays
    assert [each.revoked for each in Keys(store).list()] == [revoked]


def test_revoking_a_key_that_is_not_there_is_refused(store):
    with pytest.raises(StoreError, match="no key with the id ghost"):
        Keys(store).revoke("ghost")


@pytest.mark.parametrize(("name", "scopes"), [("form", []), ("form", ["outcomes:all"]), ("", SCOPES), (" ", SCOPES),
                                              ("x" * 101, SCOPES), ("two\nlines", SCOPES)])  # fmt: skip
def test_a_key_without_a_name_or_a_known_scope_is_refused(store, name, scopes):
    with pytest.raises(StoreError):
        Keys(store).create(name, scopes)


@pytest.mark.parametrize(("left", "ended"), [(1, False), (0, True), (-1, True)])
def test_a_key_opens_nothing_from_the_second_it_expires(monkeypatch, left, ended):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    clock = type("Clock", (datetime,), {"now": classmethod(lambda cls, zone: now)})
    monkeypatch.setattr("model.storage.keys.datetime", clock)
    key = Key("0" * 12, "form", frozenset(SCOPES), now, expires=now + timedelta(seconds=left))
    assert key.ended is ended


def test_a_key_that_ended_is_not_followed_by_another(store):
    made, now = Keys(store), datetime.now(UTC)
    over, _ = made.create("form", ["outcomes:write"], now - timedelta(seconds=1))
    gone, _ = made.create("form", ["outcomes:write"])
    made.revoke(gone.id)
    for key in (over.id, gone.id, "000000000000"):
        with pytest.raises(StoreError, match="no active key"):
            made.rotate(key, now)
    assert {key.id for key in made.list()} == {over.id, gone.id}
