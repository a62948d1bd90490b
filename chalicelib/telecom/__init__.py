"""Facts of the medium: numbers, alphabets, parts, clusters. Pure functions of their arguments."""
