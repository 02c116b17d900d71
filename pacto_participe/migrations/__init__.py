"""The schema, step by step, the same on both databases."""
