"""The report: everything that was computed about a conflict, for people, in whatever they read."""
