"""Learning: from counted records to fitted numbers and an artifact."""
