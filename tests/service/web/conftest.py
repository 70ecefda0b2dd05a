"""A running site, a browser, and visitors that notice everything that goes wrong on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from service.app import create_app
from service.settings import Settings
from tests.service.web.browser import chromium, serving
from tests.service.web.staffed import staffed

Visitor = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def site_app() -> Flask:
    return create_app(Settings())


@pytest.fixture(scope="session")
def site(site_app: Flask) -> Iterator[str]:
    """The origin of a running site."""
    with serving(site_app) as origin:
        yield origin


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The origin of a site that has learned from records, and a key to look at that."""
    with staffed(tmp_path_factory.mktemp("staffed")) as made, serving(made.app) as origin:
        yield origin, made.key


@pytest.fixture(scope="session")
def visitor(browser: Browser, site: str) -> Visitor:
    """Opens a page of a new visitor; at the end nothing may have gone wrong there.

    Violations of the Content-Security-Policy come as errors in the console.
    """

    @contextmanager
    def visit(expected: tuple[str, ...] = (), width: int = 390, origin: str = site, **options: Any) -> Iterator[Page]:
        context = browser.new_context(viewport={"width": width, "height": 844}, base_url=origin, **options)
        page = context.new_page()
        page.set_default_timeout(10_000)
        wrong: list[str] = []
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("requestfailed", lambda request: wrong.append(f"{request.url}: {request.failure}"))
        # Leaving a page while its icon is still on its way is no fault of the page.
        expected = (*expected, "ERR_ABORTED")
        yield page
        cookies = context.cookies()
        context.close()
        assert [text for text in wrong if not any(part in text for part in expected)] == []
        assert cookies == []

    return visit
