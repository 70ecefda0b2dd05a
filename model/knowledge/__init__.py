"""Knowledge: the questions, channels, rules, sources, cases and documented communities, and how they are read.

`loader` makes one `Knowledge` from YAML or from plain dictionaries, in steps: `yaml_lines` (text to data with lines),
`schemas` and `error_messages` (the shape of one entry), `entries` (all entries, and names that exist), `cross_checks`
(what goes together within an entry), `condition_parser` and `building` (objects). Documented communities come after
the rest, from `evidence_builder` or from the quick `evidence_file` that was made from the same YAML. `linter` looks
for what is allowed but suspicious, by the reasoning in `satisfiability`.
"""
