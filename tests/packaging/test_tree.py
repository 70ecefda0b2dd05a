"""The tree: what lies at its top is known, so nothing that was made while trying things out is kept by accident."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = {".ci", ".github", "bench", "docs", "model", "requirements", "service", "tests", "tools", "training"}
FILES = {
    ".dockerignore", ".editorconfig", ".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md", "Dockerfile", "LICENSE", "Makefile", "README.md", "SECURITY.md", "compose.yaml", "openapi.yaml",
    "pyproject.toml",
}  # fmt: skip


def test_nothing_but_what_is_known_lies_at_the_top():
    kept = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    top = {line.partition("/")[0] for line in kept if line}
    assert top == FOLDERS | FILES
