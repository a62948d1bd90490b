"""How long a hop takes against what it cannot do without: ratios in one run."""
