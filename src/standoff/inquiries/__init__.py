"""What can be asked of a conflict: one register, by which the command line, the library and the report go."""
