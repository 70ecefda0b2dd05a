"""The packaged knowledge, read once for all tests of this process: nothing can change it."""

from __future__ import annotations

from model.knowledge.loader import load_knowledge

KNOWLEDGE = load_knowledge()
