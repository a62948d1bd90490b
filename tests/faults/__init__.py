"""The fault matrix with real processes: `make faults` runs it, README.md says how to read it."""
