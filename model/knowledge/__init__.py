"""Knowledge: the questions, channels, rules, sources and cases, and how they are read from files.

`base` holds the object that the decision modules receive. `reading`, `schemas`, `building` and `loader` make one from
YAML or from plain dictionaries; `checks` looks for what is allowed but suspicious.
"""
