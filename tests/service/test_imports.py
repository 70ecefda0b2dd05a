"""A worker starts fast and stays small, because it does not load what it does not need."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("sklearn", "numpy", "pandas", "scipy", "joblib", "matplotlib", "pyarrow", "duckdb", "apispec", "training")


def test_a_worker_loads_nothing_heavy():
    code = f"import sys, service.server.wsgi; print([name for name in {HEAVY} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
