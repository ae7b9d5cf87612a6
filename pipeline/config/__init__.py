"""Text to values: sources.yaml, topics and user rules become one Plan; every fault at once, with its line."""
