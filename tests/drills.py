"""Drills: tests that are short in every run and full when asked for, with DRILLS=1 in the environment."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")


def size(short: T, full: T) -> T:
    """How large a test is now."""
    return full if os.environ.get("DRILLS") else short
