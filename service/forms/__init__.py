"""Forms: submissions of form tools, read with a mapping file for each form."""
