"""What `make test` looks at first: on a machine that lacks things it installs them, or says at once which."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALL = ("python", "node", "browser", "git", "curl", "java")
USUAL = ("cat", "dirname", "env", "find", "grep", "make", "paste", "sed", "sh", "uname")
GIVES = {
    "python3-venv": {"python3": "exit 0"},
    "nodejs": {"node": "exit 0"},
    "npm": {"npm": "exit 0"},
    "chromium": {"chromium": "exit 0"},
    "libatomic1": {"ldconfig": "echo 'libatomic.so.1 (libc6,x86-64) => /lib/libatomic.so.1'"},
    "git": {"git": "exit 0"},
    "curl": {"curl": "exit 0"},
    "openjdk-17-jre-headless": {"java": "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2"},
}
"""Package → the commands that it brings."""


class Machine:
    """A machine of our own making: only what is put in its folder can be called there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.shelf = folder / "shelf"
        self.log = folder / "log"
        self.bin.mkdir()
        for name in USUAL:
            self.bin.joinpath(name).symlink_to(shutil.which(name) or pytest.fail(f"no {name}"))
        self.has("id", "echo 1000")
        self.has("find", "echo /usr/share/fonts/some.ttf")
        self.has("ldconfig", "exit 0")

    def has(self, name: str, script: str) -> None:
        write(self.bin / name, script)

    def has_everything(self) -> None:
        for commands in GIVES.values():
            for name, script in commands.items():
                self.has(name, script)

    def has_apt(self) -> None:
        """An apt that notes what it was asked, and brings the commands of a package."""
        for package, commands in GIVES.items():
            for name, script in commands.items():
                write(self.shelf / package / name, script)
        brings = (
            f"for word; do [ ! -d {self.shelf}/$word ] || {shutil.which('cp')} {self.shelf}/$word/* {self.bin}; done"
        )
        self.has("apt-get", f'echo "apt-get $*" >> {self.log}\n{brings}')

    def may_sudo(self) -> None:
        self.has("sudo", f'[ "$1" = -n ] && exit 0\necho "sudo $1" >> {self.log}\nexec "$@"')

    def is_root(self) -> None:
        self.has("id", "echo 0")

    def run(self, *command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=folder, env={"PATH": str(self.bin)}, capture_output=True, text=True, timeout=60, check=False
        )

    def ready(self, *needs: str) -> subprocess.CompletedProcess[str]:
        return self.run(str(self.bin / "sh"), "tools/ready.sh", *needs)

    def noted(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []


def write(command: Path, script: str) -> None:
    command.parent.mkdir(parents=True, exist_ok=True)
    command.unlink(missing_ok=True)
    command.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    command.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_where_everything_is_there_nothing_is_said_or_asked(machine):
    machine.has_everything()
    machine.has_apt()
    machine.is_root()
    done = machine.ready(*ALL)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.noted() == []


def test_who_may_not_install_hears_in_one_sentence_what_to_install(machine):
    machine.has_apt()
    began = time.monotonic()
    done = machine.ready(*ALL)
    assert time.monotonic() - began < 10
    assert done.returncode == 1
    assert machine.noted() == [], "nobody may install here"
    (sentence,) = done.stderr.splitlines()
    assert sentence == (
        "This needs Python 3.11 or newer with venv and ensurepip, and Node.js 18.18 or 20.17 or newer with npm, and "
        "Chromium with fonts and libatomic, and Git, and curl, and Java 17 or newer: on Debian `apt-get install "
        "python3 python3-venv nodejs npm chromium fonts-dejavu-core fonts-liberation libatomic1 git curl "
        "openjdk-17-jre-headless` as root gives that."
    )


def test_only_what_is_missing_is_named(machine):
    machine.has_everything()
    machine.bin.joinpath("chromium").unlink()
    assert machine.ready(*ALL).stderr == (
        "This needs Chromium with fonts and libatomic: on Debian `apt-get install chromium fonts-dejavu-core "
        "fonts-liberation libatomic1` as root gives that.\n"
    )
    assert machine.ready("node", "python").returncode == 0


@pytest.mark.parametrize("allowed", [Machine.is_root, Machine.may_sudo])
def test_who_may_install_gets_what_is_missing(machine, allowed):
    machine.has_everything()
    machine.bin.joinpath("npm").unlink()
    machine.bin.joinpath("java").unlink()
    machine.has_apt()
    allowed(machine)
    done = machine.ready(*ALL)
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("Installing nodejs npm openjdk-17-jre-headless.\n")
    update, install = (line for line in machine.noted() if line.startswith("apt-get "))
    assert update.startswith("apt-get update ")
    assert install == "apt-get install -q --yes --no-install-recommends nodejs npm openjdk-17-jre-headless"
    assert machine.noted().count("sudo apt-get") == (allowed is Machine.may_sudo)


def test_a_package_that_does_not_come_is_told(machine):
    machine.has("apt-get", "echo 'E: Unable to fetch' >&2; exit 100")
    machine.is_root()
    done = machine.ready("browser")
    assert done.returncode == 1
    first, apt, last = done.stderr.splitlines()
    assert (first, apt) == ("Installing chromium fonts-dejavu-core fonts-liberation libatomic1.", "E: Unable to fetch")
    assert last.startswith("This needs Chromium with fonts and libatomic: ")


@pytest.mark.parametrize("lacking", ["find", "ldconfig"])
def test_a_browser_without_fonts_or_what_its_driver_needs_is_not_enough(machine, lacking):
    machine.has_everything()
    machine.has(lacking, "exit 0")
    assert machine.ready("browser").returncode == 1


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("18.17", False),
        ("18.18", True),
        ("19.9", False),
        ("20.16", False),
        ("20.17", True),
        ("21.0", True),
        ("24.1", True),
    ],
)
def test_node_is_as_new_as_the_tools_ask(machine, tmp_path, version, enough):
    machine.has_everything()
    claim = tmp_path / "claim.js"
    claim.write_text(
        f"Object.defineProperty(process, 'versions', {{value: {{node: '{version}.0'}}}})", encoding="utf-8"
    )
    machine.has("node", f'exec {shutil.which("node")} --require {claim} "$@"')
    assert machine.ready("node").returncode == (0 if enough else 1)


@pytest.mark.parametrize(
    ("version", "enough"), [("1.8.0_392", False), ("11.0.2", False), ("17.0.15", True), ("21", True), ("25.0.1", True)]
)
def test_java_is_as_new_as_spark_asks(machine, version, enough):
    machine.has("java", f"echo 'openjdk version \"{version}\" 2025-04-15' >&2")
    assert machine.ready("java").returncode == (0 if enough else 1)


@pytest.mark.parametrize("target", ["test", "unit", "setup"])
def test_make_looks_before_it_does_anything(machine, tmp_path, target):
    folder = tmp_path / "clone"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "tools" / "ready.sh", folder / "tools")
    done = machine.run("make", target, folder=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("This needs Python 3.11 or newer")
    assert sorted(os.listdir(folder)) == ["Makefile", "tools"]
