"""Outcome records: what happened in one use of a channel, and the one gate that lets records in."""
