"""Records: read from files and from the store, checked, and counted."""
