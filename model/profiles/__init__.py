"""Profiles: the answers of a community, the one gate that lets them in, and their code."""
