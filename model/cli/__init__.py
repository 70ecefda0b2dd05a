"""The frame of the command line: groups, common options, and commands found by their entry points."""
