"""The commands for data staff."""
