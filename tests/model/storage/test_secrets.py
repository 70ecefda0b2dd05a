"""A secret in the store is the same for everybody, whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from model.storage.engine import Store
from model.storage.secrets import kept_secret


def test_all_who_ask_at_once_get_the_same_secret(store, database_url):
    stores = [Store.open(database_url) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(lambda each: kept_secret(each, "a"), stores))
    for each in stores:
        each.close()
    assert found == {kept_secret(store, "a")}
    assert len(found.pop()) >= 43
    assert kept_secret(store, "b") != kept_secret(store, "a")
