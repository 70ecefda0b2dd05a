"""Bundles: the smallest set of channels that does what members want."""
