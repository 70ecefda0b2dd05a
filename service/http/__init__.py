"""HTTP: reading requests and writing responses, problems, headers and telemetry."""
