"""Vendored styles: takes from NL Design System the rules that the pages use, and leaves the rest.

Run as `python tools/styles.py` (`make styles`). It fetches the pinned packages with npm and checks their hashes. It
keeps the rules whose classes are listed here, puts the values of design tokens that `style.css` does not set itself in
their place, and writes that to one file, beside the licence and the versions. The whole packages are 600 kB; what the
pages use of them is less than 10.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

STATIC = Path(__file__).parent.parent / "service/web/static"
TARGET = STATIC / "vendor/nl-design-system"


class Package(NamedTuple):
    """One npm package: the version and SHA-512 that were looked at, and the file we take."""

    name: str
    version: str
    integrity: str
    file: str


CANDIDATE, UTRECHT = "@nl-design-system-candidate", "@utrecht"
COMPONENTS = (
    Package(
        f"{CANDIDATE}/button-css",
        "1.1.0",
        "w0JLQyiPL9UrfRwzu3Mq2EWbYvAJbolepeFH4ggyBFXoYm9RMWX6vWb/8Oj999GzAF6N77LlES5jUnaR3BJ7Yw==",
        "dist/button.css",
    ),
    Package(
        f"{CANDIDATE}/heading-css",
        "1.1.3",
        "s4ERGrHcsBkZlCc+qz8+XDB5rCpxvkxwxI2bg4OB2GDS0DU5LzjNMWhsV1I8IPOboTvWMabvrsscxVuj5Bijuw==",
        "dist/heading.css",
    ),
    Package(
        f"{CANDIDATE}/link-css",
        "2.0.3",
        "NpRIm9YDCK1bihslc9UD3OvV5hmm91Dc7v2oBIllqlZZyS1THFmPsyi+sJ1Vd7ZDa54GgqjuzUJOzAoQDJOFzQ==",
        "dist/link.css",
    ),
    Package(
        f"{CANDIDATE}/skip-link-css",
        "1.0.5",
        "0Bq6yDPgz6sCGrd5EuV8CfL9m78he1a914sJPeZ+Cqr4WTqN0m1qf3LPJ2YVpOP0fYgk5GX2UqwTKIDhSLg5GA==",
        "dist/skip-link.css",
    ),
    Package(
        f"{UTRECHT}/alert-css",
        "4.0.2",
        "0Z+xZG/X0+4mVmHFRpoRDQRk4w/TiRxvg83STtZr34UWR0qMuFBulfuKOWbyAfIeFkeUxGq77U8pKhQb25KOwQ==",
        "dist/index.css",
    ),
    Package(
        f"{UTRECHT}/form-field-error-message-css",
        "3.0.1",
        "9nvQkuhJ8Dx+2VyopWTywTd+ZKUXqIFzVXTILfSBL9rAUFp4R6pgfXW4Utuorc4JvEFOFS/b+DwtJ8wv10+zPg==",
        "dist/index.css",
    ),
)
TOKENS = Package(
    "@nl-design-system-unstable/voorbeeld-design-tokens",
    "7.4.1",
    "GNnapAn2mTIzXRcCvs0JMr4Bf9+ivUJ3zFBJLRT1SYpAYm2xPwptVxIM3k4WLJ0c59E9FfxsEBPJluGuAHUVvg==",
    "dist/theme.css",
)
CLASSES = frozenset(
    {
        "nl-button", "nl-button--primary", "nl-button--secondary", "nl-heading", "nl-heading--level-1",
        "nl-heading--level-2", "nl-heading--level-3", "nl-link", "nl-skip-link", "nl-skip-link--visible-on-focus",
        "utrecht-alert", "utrecht-alert--info", "utrecht-alert--ok", "utrecht-alert--warning",
        "utrecht-alert--error", "utrecht-form-field-error-message",
    }
)  # fmt: skip
"""The classes that our templates use; rules about any other class are left out."""
UNWANTED = "[hidden]", ":disabled", "[aria-", ":has("
"""States that our pages do not have."""

Rule = tuple[str, str, str]
"""The at-rule around it (or nothing), the selectors and the declarations."""


def main() -> None:
    """Write the stylesheet, its licence and its versions."""
    with tempfile.TemporaryDirectory() as folder:
        fetched = {package: _fetch(package, Path(folder)) for package in (*COMPONENTS, TOKENS)}
    kept = [rule for package in COMPONENTS for rule in _used(_rules(fetched[package][0]))]
    tokens = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", _without_comments(fetched[TOKENS][0])))
    for ours in re.findall(r"(--[\w-]+):", (STATIC / "style.css").read_text(encoding="utf-8")):
        tokens.pop(ours, None)
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / "nl-design-system.css").write_text(_stylesheet(kept, tokens), encoding="utf-8")
    (TARGET / "LICENSE.md").write_text(fetched[TOKENS][1], encoding="utf-8")
    versions = {package.name: package.version for package in (*COMPONENTS, TOKENS)}
    (TARGET / "versions.json").write_text(json.dumps(versions, indent=2) + "\n", encoding="utf-8")


def _fetch(package: Package, folder: Path) -> tuple[str, str]:
    """The wanted file and the licence of a package."""
    name = f"{package.name}@{package.version}"
    packed = subprocess.run(
        ["npm", "pack", "--silent", name], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    archive = folder / packed
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != package.integrity:
        raise SystemExit(f"{name} is not the package that was looked at: its SHA-512 is {found}.")
    with tarfile.open(archive) as tar:
        return _text(tar, package.file), _text(tar, "LICENSE.md")


def _text(tar: tarfile.TarFile, name: str) -> str:
    if f"package/{name}" not in tar.getnames():
        return ""
    member = tar.extractfile(f"package/{name}")
    return member.read().decode() if member else ""


def _without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css.replace('@charset "UTF-8";', ""), flags=re.DOTALL)


def _rules(css: str, around: str = "") -> Iterator[Rule]:
    """Every rule of a stylesheet, those within at-rules too."""
    css = _without_comments(css)
    place = 0
    while (opening := css.find("{", place)) >= 0:
        head, depth, end = css[place:opening].strip(), 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        body = css[opening + 1 : end - 1]
        if head.startswith("@"):
            yield from _rules(body, head)
        else:
            yield around, head, " ".join(body.split()).rstrip("; ")
        place = end


def _used(rules: Iterable[Rule]) -> Iterator[Rule]:
    for around, head, body in rules:
        selectors = [
            selector
            for selector in (each.strip() for each in re.split(r",(?![^(]*\))", head))
            if set(re.findall(r"\.([\w-]+)", selector)) <= CLASSES and not any(word in selector for word in UNWANTED)
        ]
        if selectors and body:
            yield around, ",".join(selectors), body


def _filled(text: str, tokens: Mapping[str, str]) -> str:
    """The text with the values of these tokens in their place, and of those that they take their value from."""
    place = 0
    while (start := text.find("var(", place)) >= 0:
        end = _closing(text, start + 3)
        name, _, otherwise = text[start + 4 : end].partition(",")
        if name.strip() in tokens:
            text = text[:start] + tokens[name.strip()] + text[end + 1 :]
            continue
        place = start + 4 + len(name) if otherwise else end
    return text


def _closing(text: str, opening: int) -> int:
    """Where the bracket that opens here is closed."""
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    raise SystemExit(f"A bracket is not closed: {text[opening : opening + 60]}")


def _stylesheet(rules: Iterable[Rule], tokens: Mapping[str, str]) -> str:
    lines = [
        "/*! NL Design System, a selection of rules and design tokens made by tools/styles.py from the packages in",
        "    versions.json. Copyright Gemeente Utrecht, Frameless B.V. and the community for NL Design System.",
        "    Licence EUPL-1.2: see LICENSE.md. */",
        "@layer vendor {",
    ]
    for around, selectors, body in rules:
        tight = re.sub(r" *([:;,]) *", r"\1", _filled(body, tokens))
        rule = f"{selectors}{{{tight}}}"
        lines.append(f"{around}{{{rule}}}" if around else rule)
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    main()
