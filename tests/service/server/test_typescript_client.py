"""A client in TypeScript, on types generated from the contract: it compiles strictly and gets real answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from service.api.contract import contract_file
from service.app import create_app
from service.settings import Settings
from tests.service.web.browser import serving

TOOLS = Path(__file__).parents[3] / "tools/node_modules"
STRICT = [
    "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--skipLibCheck", "false",
    "--module", "commonjs", "--target", "es2022", "--lib", "es2022,dom",
]  # fmt: skip
NODE = "declare const process: {argv: string[]};\n"


def test_a_client_on_generated_types_works(tmp_path: Path):
    shutil.copy(Path(__file__).with_name("client.ts"), tmp_path)
    (tmp_path / "node.d.ts").write_text(NODE, encoding="utf-8")
    subprocess.run(
        [TOOLS / ".bin/openapi-typescript", contract_file(), "--output", tmp_path / "contract.d.ts"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    compiled = subprocess.run(
        [TOOLS / ".bin/tsc", *STRICT, "client.ts", "node.d.ts"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert compiled.returncode == 0, compiled.stdout
    with serving(create_app(Settings())) as origin:
        words = ["node", str(tmp_path / "client.js"), origin]
        ran = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["first"] in ("online", "live")
    assert said["verdict"] in ("go", "fix_first", "do_not_launch_yet")
    assert said["result"] == "advised"
    assert said["link"].startswith(f"{origin}/answer?p=")
    assert said["suggestion"] == "daily"
