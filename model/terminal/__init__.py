"""The command line: commands that read files and arguments, and print; decisions are made elsewhere in `model`."""
