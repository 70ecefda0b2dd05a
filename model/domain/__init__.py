"""The domain: questions, channels, rules, cases and conditions as plain objects that read no files."""
