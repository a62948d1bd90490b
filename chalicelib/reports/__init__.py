"""Reports: the monitoring tables, each made of what was counted, never of who did it."""
