"""What a phone may do, by what it is about; `chalicelib.actions` is the whole list."""
