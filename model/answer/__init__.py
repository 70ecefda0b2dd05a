"""The answer: a recommendation written as JSON, once for all who ask."""
