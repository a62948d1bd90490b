"""The `owl` command."""
