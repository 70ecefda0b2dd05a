"""The lay-out of the store, step by step; `versions` holds one file for each step."""
