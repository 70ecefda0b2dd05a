"""The learning room: outcome records in, an artifact and a report out."""
