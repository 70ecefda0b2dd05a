"""Advice: what a team can do with a ranking: which channels together, what if, what to ask next, what carries over."""
