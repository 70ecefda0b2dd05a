"""The quick tests of what changed: `make quick`, in under a minute on two quiet cores.

Changed is what differs from the branch main, committed or not, and files that are new. A change in a room runs the
tests of that room and of the rooms that import it directly, with the documented cases when the decision itself may have
moved, and what is said of the house as a whole: in the documentation and about the package. When nothing changed, or
something that everything stands on, such as the knowledge, all quick tests run. Tests with a browser, a server,
PostgreSQL, a build or much learning never do, and properties are tried on a few examples: all that is for `make test`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import grimp

ROOT = Path(__file__).parent.parent
PACKAGES = ("model", "service", "training")
PAGES = {"docs", ".github"}
KNOWLEDGE = PurePosixPath("model/knowledge")
OF_THE_HOUSE = {"tests/docs", "tests/packaging"}
"""The folders with tests of what is said of every room: whatever changes in one, it must stay true."""
NO_TESTS = 5
"""What pytest ends with when none of the tests is quick."""
NOT_QUICK = "not (browser or server or postgresql or build or slow or drill)"

Importers = dict[str, set[str]]
"""Room → the rooms that import it directly. A room is written as its folder: `model/scoring`.

A package itself, `model`, imports rooms to pass them on. That decides nothing, and its folder of tests is all of them.
"""


def main() -> int:
    """Run pytest on what changed; words after the command go to pytest."""
    folders = chosen(changed_files(), importers())
    print(f"Quick tests of {', '.join(folders) if folders else 'everything'}.", flush=True)
    quick = ["-m", NOT_QUICK, "--hypothesis-profile=quick"]
    command = [sys.executable, "-m", "pytest", "-n", "2", "-q", *quick, *folders, *sys.argv[1:]]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    return 0 if code == NO_TESTS else code


def changed_files() -> list[str]:
    """What differs from the branch main and what is new, as paths from the root; nothing without version control."""
    base = _git("merge-base", "HEAD", "main") or _git("merge-base", "HEAD", "origin/main") or ["HEAD"]
    return _git("diff", "--name-only", base[0]) + _git("ls-files", "--others", "--exclude-standard")


def _git(*words: str) -> list[str]:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return []
    return done.stdout.splitlines() if done.returncode == 0 else []


def importers() -> Importers:
    """Who imports whom among the rooms, as the code says."""
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    found: Importers = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            found.setdefault(room_of_module(imported), set()).add(room_of_module(module))
    return found


def room_of_module(module: str) -> str:
    return "/".join(module.split(".")[:2])


def chosen(changed: Iterable[str], importers: Importers) -> list[str]:
    """The folders with tests to run, sorted; none means all of them."""
    folders: set[str] = set()
    for path in changed:
        found = folders_for(PurePosixPath(path), importers)
        if not found:
            return []
        folders |= found
    return sorted(folders)


def folders_for(path: PurePosixPath, importers: Importers) -> set[str]:
    """The folders with tests of one changed file; none means that everything stands on it."""
    if path.suffix == ".md" or path.parts[0] in PAGES:
        return {"tests/docs"}
    if path.parts[0] == "tests":
        return _existing({"/".join(path.parts[: 3 if path.parts[1] in PACKAGES else 2])})
    if path.parts[0] not in PACKAGES or len(path.parts) < 3 or _is_knowledge(path):
        return set()
    room = "/".join(path.parts[:2])
    found = {f"tests/{each}" for each in ({room} | importers.get(room, set())) - set(PACKAGES)}
    return _existing(found | OF_THE_HOUSE | ({"tests/cases"} if path.parts[0] == "model" else set()))


def _is_knowledge(path: PurePosixPath) -> bool:
    """Whether a file is knowledge, or made from it, and not the code that reads it."""
    return KNOWLEDGE in path.parents and path.suffix != ".py"


def _existing(folders: set[str]) -> set[str]:
    """Those that are there: a file beside the rooms has no folder of its own."""
    return {folder for folder in folders if (ROOT / folder).is_dir()}


if __name__ == "__main__":
    sys.exit(main())
