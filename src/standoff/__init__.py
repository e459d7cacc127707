"""Strategic conflict analysis with the graph model: what holds a conflict in place, and what would move it."""
