"""Takes a picture of every page: `python -m tests.service.web.screenshots FOLDER` (`make screenshots`).

With the folder docs/images it takes the two pictures of the README (`make pictures`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, Page

from service.app import create_app
from service.settings import Settings
from tests.service.web.browser import chromium, serving
from tests.service.web.journeys import JOURNEYS
from tests.service.web.paths import PATHS
from tests.service.web.staffed import staffed

WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("nl", "en")
DOCS = Path("docs/images")
IN_README = (("answer", 1280, 1000), ("answer-phone", 390, 844))
"""Names, widths and heights of the pictures in the README."""


def main(folder: Path) -> None:
    """Write `<page>-<language>-<width>-<scheme>.png` for every combination."""
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as data, chromium() as browser:
        new = create_app(Settings(database_url=f"sqlite:///{data}/new.db"))
        with serving(new) as plain, staffed(Path(data)) as learned, serving(learned.app) as behind:
            for language, scheme, width in product(LANGUAGES, SCHEMES, WIDTHS):
                looks = f"{language}-{width}-{scheme}"
                with _page(browser, plain, language, scheme, width) as page:
                    for name, path in PATHS.items():
                        page.goto(path.address)
                        page.screenshot(path=folder / f"{name}-{looks}.png", full_page=True)
                with _page(browser, behind, language, scheme, width) as page:
                    for name, journey in JOURNEYS.items():
                        journey(page, learned.key)
                        page.screenshot(path=folder / f"{name}-{looks}.png", full_page=True)
    print(f"{len(list(folder.glob('*.png')))} pictures are in {folder}")


def pictures(folder: Path) -> None:
    """Write what the README shows: the answer of its example, on a desk and on a phone."""
    with TemporaryDirectory() as data, chromium() as browser:
        app = create_app(Settings(database_url=f"sqlite:///{data}/new.db"))
        for name, width, height in IN_README:
            with serving(app) as origin, _page(browser, origin, "en", "light", width, height) as page:
                page.goto(PATHS["answer"].address)
                page.screenshot(path=folder / f"{name}.png")


@contextmanager
def _page(
    browser: Browser, origin: str, language: str, scheme: Literal["light", "dark"], width: int, height: int = 844
) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale=language, base_url=origin
    )
    yield context.new_page()
    context.close()


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots")
    pictures(target) if target == DOCS else main(target)
