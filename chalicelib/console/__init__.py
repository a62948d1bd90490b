"""The staff console: its own function, with its own role; no webhook loads it."""
