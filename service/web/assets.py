"""Assets: the stylesheet and the two scripts, put together once, with an address that changes when they do."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
VENDORED = FOLDER / "vendor" / "nl-design-system" / "nl-design-system.css"
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is sent.

    Attributes:
        version: changes with the content, so that browsers can keep a version for ever.
        packed: the same content, compressed with gzip.
    """

    name: str
    content: bytes
    packed: bytes
    media_type: str
    version: str

    @property
    def address(self) -> str:
        return f"/static/{self.name}?v={self.version}"


NAMES = ("style.css", "script.js", "embed.js", "icon.svg")


@cache
def asset(name: str) -> Asset:
    """The asset with this name."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    if name == "style.css":
        # One request instead of two: the design system first, what is ours on top.
        text = f"{VENDORED.read_text(encoding='utf-8')}{_compact(text)}"
    content = text.encode()
    return Asset(
        name=name,
        content=content,
        packed=gzip.compress(content, mtime=0),
        media_type=_TYPES[Path(name).suffix],
        version=hashlib.sha256(content).hexdigest()[:12],
    )


def _compact(css: str) -> str:
    """Our own rules without comments and needless spaces."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s*([{};,>])\s*", r"\1", re.sub(r"([\w-]):\s+", r"\1:", css)).strip() + "\n"
