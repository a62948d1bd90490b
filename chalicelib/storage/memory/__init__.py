"""The in-memory twins of the stores: one process, no AWS, the same contract."""
