"""Numbers and results into words: one function for each thing that is said."""
