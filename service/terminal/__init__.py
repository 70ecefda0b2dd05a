"""The terminal: the decision as text; commands that read files and arguments, and print."""
