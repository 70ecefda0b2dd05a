"""The report of a trial: what changed, how it was judged and what it means, for people and for programs."""
