"""A server of our own on a free port, and the Chromium of this machine to look at it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from playwright.sync_api import Browser, Locator, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
"""The names are those that tools/ready.sh looks for."""
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class _Silent(WSGIRequestHandler):
    def log(self, *arguments: object, **more: object) -> None:
        pass


def follow(locator: Locator) -> None:
    """Click on what leads to another page, and wait until that is there."""
    with locator.page.expect_navigation():
        locator.click()


@contextmanager
def serving(app: object) -> Iterator[str]:
    """Serve an application as long as the block lasts; gives the origin."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Silent)  # type: ignore[arg-type]
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()
