"""Knowledge: the questions, channels, rules, sources and cases, and how they are read from files.

`base` holds the object that the decision modules receive. It is made from YAML or from plain dictionaries in steps:
`reading` (text to data with lines), `schemas` and `refusals` (the shape of one entry), `entries` (all entries, and
names that exist), `coherence` (what goes together within an entry), `condition_parser`, `building` (objects) and
`loader`. `checks` looks for what is allowed but suspicious, by the reasoning in `situations`.
"""
