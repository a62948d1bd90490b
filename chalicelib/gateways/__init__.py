"""One file per gateway, both directions."""
