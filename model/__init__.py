"""The foundation: what is known about channels, and how a profile becomes a recommendation."""
