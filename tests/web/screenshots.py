"""Takes a picture of every page: `python -m tests.web.screenshots FOLDER` (`make screenshots`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

from service.app import create_app
from service.settings import Settings
from tests.web.browser import chromium, serving
from tests.web.paths import PATHS

WIDTHS = (390, 1280)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("nl", "en")


def main(folder: Path) -> None:
    """Write `<page>-<language>-<width>-<scheme>.png` for every combination."""
    folder.mkdir(parents=True, exist_ok=True)
    with serving(create_app(Settings())) as origin, chromium() as browser:
        for language in LANGUAGES:
            for scheme in SCHEMES:
                for width in WIDTHS:
                    context = browser.new_context(
                        viewport={"width": width, "height": 844}, color_scheme=scheme, locale=language, base_url=origin
                    )
                    page = context.new_page()
                    for name, path in PATHS.items():
                        page.goto(path.address)
                        page.screenshot(path=folder / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
                    context.close()
    print(f"{len(list(folder.glob('*.png')))} pictures are in {folder}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/screenshots"))
