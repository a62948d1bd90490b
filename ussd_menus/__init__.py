"""Every word and path a citizen meets, as TOML."""
