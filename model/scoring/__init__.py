"""Scoring: from answers to one explained score per channel, a ranking and a launch verdict."""
