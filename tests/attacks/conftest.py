"""Fixtures of the attacks: what the tests of the service have."""

from __future__ import annotations

from tests.service.conftest import profile, token

__all__ = ["profile", "token"]
