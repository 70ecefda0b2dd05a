"""The API: one view per noun, the schemas of what it takes and gives, and the contract."""
